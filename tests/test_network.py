"""No packet leaves: the commands under a system-call trace, which sees every connection of every thread and child."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import av
import pytest

from tests.capture.recordings import moving, record
from twitchcam import bundled

ROOT = Path(__file__).parents[1]

#: Each line of the file whose name is given is a command.
PROGRAM = """
import shlex, sys
from pathlib import Path
from twitchcam.cli import main
for line in Path(sys.argv[1]).read_text().splitlines():
    code = main(shlex.split(line))
    # A machine without a camera or display is told so.
    assert code == 0 or line == "check", (line, code)
"""

LOCAL = re.compile(r'sa_family=AF_UNIX|sa_family=AF_NETLINK|inet_addr\("127\.|inet_pton\(AF_INET6, "::1"|AF_UNSPEC')
NAME_SERVICE = re.compile(r"sin6?_port=htons\(53\)")


def foreign(trace: str) -> list[str]:
    """Lines of a trace that speak to another computer, or ask for a name."""
    lines = [line for line in trace.splitlines() if "sa_family=" in line]
    return [line for line in lines if not LOCAL.search(line) or NAME_SERVICE.search(line)]


def traced(tmp_path: Path, *command: str) -> tuple[subprocess.CompletedProcess[str], str]:
    if shutil.which("strace") is None:
        pytest.skip("needs strace: sudo apt-get install strace")
    log = tmp_path / "trace"
    calls = "trace=connect,sendto,sendmsg,sendmmsg"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(log)]
    done = subprocess.run([*strace, *command], capture_output=True, text=True, cwd=ROOT, check=False)
    return done, log.read_text(errors="replace")


def test_the_trace_sees_what_it_should(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n"
        "    for place in ('192.0.2.1', '127.0.0.1'):\n"
        "        s = socket.socket(socket.AF_INET, kind)\n"
        "        s.setblocking(False)\n"
        "        s.connect_ex((place, 9))\n"
    )
    _, trace = traced(tmp_path, sys.executable, "-c", code)
    found = foreign(trace)
    assert len(found) == 2
    assert all("192.0.2.1" in line for line in found)
    assert foreign('connect(3, {sa_family=AF_INET, sin_port=htons(53), sin_addr=inet_addr("127.0.0.53")}, 16) = 0')


@pytest.mark.heavy
def test_no_command_speaks_to_another_computer(tmp_path: Path) -> None:
    sample = bundled.find("samples", "sample.mp4")
    assert sample is not None
    clip = shutil.copy(sample, tmp_path / "clip.mp4")
    with av.open(str(sample)) as container:
        next(container.decode(video=0)).to_image().save(tmp_path / "face.png")
    session = tmp_path / "out" / "clip"
    commands = [
        f"analyze {clip} -o {tmp_path / 'out'} --end 4 --annotate",
        f"analyze {clip} {record(tmp_path / 'other.mp4', moving(40))} -o {tmp_path / 'out'} --end 4 --resume --jobs 2",
        f"detect {session}",
        f"plot {session}",
        f"report {session}",
        f"screen {session}",
        f"trend {tmp_path / 'out'}",
        f"note {session} a note",
        f"score {session} {session}",
        f"agree {session} {session}",
        *(
            f"export {session} --format {name}"
            for name in ("vtt", "boris", "elan", "edf", "bids", "xlsx", "parquet", "fhir")
        ),
        f"simulate {tmp_path / 'face.png'} -o {tmp_path / 'made.mp4'} --duration-s 1 --size 160x120",
        "check",
    ]
    (tmp_path / "commands").write_text("\n".join(commands))
    done, trace = traced(tmp_path, sys.executable, "-c", PROGRAM, str(tmp_path / "commands"))
    assert done.returncode == 0, done.stderr[-2000:]
    assert foreign(trace) == []
