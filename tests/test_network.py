"""No packet leaves: the commands under a system-call trace, which sees every connection of every thread and child."""

from __future__ import annotations

import contextlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import av
import httpx
import pytest

from tests.capture.recordings import moving, record
from tests.live.streams import StreamServer
from tests.review.sessions import make_session
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


@contextlib.contextmanager
def traced(log: Path, *command: object) -> Iterator[subprocess.Popen[str]]:
    """A command under way, whose connections, messages and open ports are written down."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace: sudo apt-get install strace")
    calls = "trace=connect,bind,sendto,sendmsg,sendmmsg"
    strace = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(log)]
    whole = [*strace, *map(str, command)]
    with subprocess.Popen(whole, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.kill()


def finished(log: Path, *command: object) -> str:
    """What a command that ends well did."""
    with traced(log, *command) as process:
        _, err = process.communicate()
    assert process.returncode == 0, err[-2000:]
    return log.read_text(errors="replace")


def visited(process: subprocess.Popen[str], button: str) -> None:
    """Opens the page whose address a command prints, as a browser would, presses a button, and waits for the end."""
    assert process.stderr is not None
    address = next(line for line in process.stderr if "token=" in line).split()[-1]
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        page = client.get(address)
        client.base_url, client.headers["Origin"] = str(page.url), address.partition("/?")[0]
        for loaded in re.findall(r'(?:src|href)="([^"#]+)"', page.text):
            assert client.get(loaded).status_code == 200
        assert client.post(button, json={}).is_success
    _, err = process.communicate()
    assert process.returncode == 0, err[-2000:]


def test_the_trace_sees_what_it_should(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):\n"
        "    for place in ('192.0.2.1', '127.0.0.1'):\n"
        "        s = socket.socket(socket.AF_INET, kind)\n"
        "        s.setblocking(False)\n"
        "        s.connect_ex((place, 9))\n"
    )
    found = foreign(finished(tmp_path / "trace", sys.executable, "-c", code))
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
        f"magnify {session} --event 1 --video {clip}",
        f"live --camera {clip} --no-display --duration 1 --clips -o {tmp_path / 'live'}",
        *(
            f"export {session} --format {name}"
            for name in ("vtt", "boris", "elan", "edf", "bids", "xlsx", "parquet", "fhir")
        ),
        f"simulate {tmp_path / 'face.png'} -o {tmp_path / 'made.mp4'} --duration-s 1 --size 160x120",
        "check",
    ]
    (tmp_path / "commands").write_text("\n".join(commands))
    assert foreign(finished(tmp_path / "trace", sys.executable, "-c", PROGRAM, tmp_path / "commands")) == []


@pytest.mark.heavy
def test_the_page_of_a_live_session_speaks_to_this_computer_alone(tmp_path: Path) -> None:
    sample = bundled.find("samples", "sample.mp4")
    command = ["live", "--camera", sample, "--serve", "--duration", "1", "-o", tmp_path / "out"]
    with traced(tmp_path / "trace", sys.executable, "-m", "twitchcam", *command) as process:
        visited(process, "felt")
    trace = (tmp_path / "trace").read_text(errors="replace")
    assert foreign(trace) == []
    assert re.search(r'bind\(.*sin_addr=inet_addr\("127\.0\.0\.1"\)', trace)


@pytest.mark.heavy
def test_the_review_page_speaks_to_this_computer_alone(tmp_path: Path) -> None:
    session = make_session(tmp_path)
    with traced(tmp_path / "trace", sys.executable, "-m", "twitchcam", "review", session) as process:
        visited(process, "done")
    trace = (tmp_path / "trace").read_text(errors="replace")
    assert foreign(trace) == []
    assert re.search(r'bind\(.*sin_addr=inet_addr\("127\.0\.0\.1"\)', trace)


@pytest.mark.heavy
def test_a_camera_is_asked_at_the_address_that_was_typed_and_nowhere_else(tmp_path: Path) -> None:
    with StreamServer() as stream:
        command = ["live", "--camera", stream.address, "--no-display", "--duration", "1", "-o", tmp_path / "out"]
        trace = finished(tmp_path / "trace", sys.executable, "-m", "twitchcam", *command)
    assert foreign(trace) == []
    ports = set(re.findall(r"connect\(.*sa_family=AF_INET6?, sin6?_port=htons\((\d+)\)", trace))
    assert ports == {stream.address.rpartition(":")[2].partition("/")[0]}
