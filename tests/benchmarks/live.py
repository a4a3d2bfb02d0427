"""How soon live monitoring tells of a twitch, what it costs, and whether its memory stays flat.

``python -m tests.benchmarks.live latency`` plays the bundled sample as a network camera of this computer, frame by
frame in real time, with a number to be read in every picture. The process that plays it writes down when it sent each
number; the one that watches reads the number in the picture with which a mark or an event is shown. So everything
counts: coding, network, decoding, waiting, measuring, deciding, writing.

``python -m tests.benchmarks.live soak VIDEO`` plays a long video as fast as it goes and follows the memory.
"""

from __future__ import annotations

import argparse
import http.server
import json
import os
import queue
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# As the command line does, and before numpy is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from numpy.typing import NDArray

from twitchcam import bundled
from twitchcam.capture.cameras import CameraRequest, load_opencv
from twitchcam.capture.frame import Image
from twitchcam.config import Config
from twitchcam.live.camera import CameraSource
from twitchcam.live.clock import SystemClock
from twitchcam.live.disk import DiskSync
from twitchcam.live.feed import LiveUpdate
from twitchcam.live.loop import LiveLoop, LiveOptions
from twitchcam.live.player import FilePlayer
from twitchcam.session.events_file import read_events

#: The number stands in the first row of squares, the lowest bit at the left.
_BITS, _SQUARE = 16, 16
_BOUNDARY = "picture"
#: An event or mark this long around a twitch's end is about it.
_NEAR_S = (-0.5, 3.0)
_RSS_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def numbered(rgb: Image, number: int) -> Image:
    """The picture with a number that can be read in it."""
    marked = rgb.copy()
    for bit in range(_BITS):
        level = 255 if number >> bit & 1 else 0
        marked[:_SQUARE, bit * _SQUARE : (bit + 1) * _SQUARE] = level
    return marked


def number_in(luma: Image) -> int:
    """The number that :func:`numbered` wrote."""
    half = _SQUARE // 2
    return sum(
        1 << bit for bit in range(_BITS) if luma[half - 3 : half + 3, bit * _SQUARE + half - 3 :][:, :6].mean() > 127
    )


def serve(video: Path, port: int, times: int, log: Path) -> None:
    """Plays a video so many times to the first who asks, and writes down when each number was sent."""
    import av
    import cv2

    with av.open(str(video)) as container:
        pictures = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        rate_hz = float(container.streams.video[0].average_rate or 30)
    coded = []
    for number in range(times * len(pictures)):
        bgr = numbered(pictures[number % len(pictures)], number)[..., ::-1]
        coded.append(cv2.imencode(".jpg", np.ascontiguousarray(bgr), [cv2.IMWRITE_JPEG_QUALITY, 97])[1].tobytes())

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", f"multipart/x-mixed-replace; boundary={_BOUNDARY}")
            self.end_headers()
            began_s, sent = time.monotonic(), []
            for number, picture in enumerate(coded):
                time.sleep(max(0.0, began_s + number / rate_hz - time.monotonic()))
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                sent.append(time.monotonic())
                try:
                    self.wfile.write(head.encode() + picture + b"\r\n")
                except OSError:
                    break
            log.write_text(json.dumps({"rate_hz": rate_hz, "frames": len(pictures), "sent_s": sent}))

        def log_message(self, *said: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", port), Handler)
    print("ready", flush=True)
    server.handle_request()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A mark or an event, and when it was shown on the clock of the process that sends."""

    shown_s: float
    place: str
    final: bool


class Watch:
    """A display that notes when something is shown, and which number its picture has."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.pictures: list[tuple[int, float]] = []
        self.last: LiveUpdate | None = None
        self.cpu_s = (0.0, 0.0)
        self.times_s = (0.0, 0.0)

    def show(self, update: LiveUpdate) -> None:
        now_s = time.monotonic()
        self.last = update
        if update.frame is not None:
            self.pictures.append((number_in(update.frame.luma), now_s))
            if self.times_s[0] == 0.0 and update.status.t_s > 3:
                self.cpu_s, self.times_s = (time.process_time(), 0.0), (now_s, 0.0)
            self.cpu_s, self.times_s = (self.cpu_s[0], time.process_time()), (self.times_s[0], now_s)
        self.seen += [Seen(shown_s=now_s, place=f"{m.lip}_{m.side}", final=False) for m in update.marks]
        self.seen += [Seen(shown_s=now_s, place=f"{t.lip}_{t.side}", final=True) for t in update.update.twitches]

    def close(self) -> None:
        pass


def latency(times: int) -> dict[str, Any]:
    """Percentiles of how long after the end of a twitch it is marked and logged, and what it costs."""
    video, truth = bundled.find("samples", "sample.mp4"), bundled.find("samples", "sample.truth.tsv")
    assert video is not None
    assert truth is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "sent.json"
        arguments = [
            sys.executable,
            "-m",
            "tests.benchmarks.live",
            "serve",
            str(video),
            str(port),
            str(times),
            str(log),
        ]
        server = subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)
        assert server.stdout is not None
        server.stdout.readline()
        config, watch = Config(), Watch()
        source = CameraSource(CameraRequest(address=f"http://127.0.0.1:{port}/"), config, SystemClock())
        options = LiveOptions(config=config, name="latency")
        loop = LiveLoop(
            source,
            Path(folder),
            options,
            displays=[watch],
            keepers=[DiskSync()],
            commands=queue.SimpleQueue(),
            clock=SystemClock(),
            stop=lambda: server.poll() is not None,
        )
        loop.run()
        sent = json.loads(log.read_text())
    return _measured(watch, sent, [(t.end_s, f"{t.lip}_{t.side}") for t in read_events(truth)], times)


def _measured(watch: Watch, sent: dict[str, Any], ends: list[tuple[float, str]], times: int) -> dict[str, Any]:
    sent_s, rate_hz = np.array(sent["sent_s"]), sent["rate_hz"]
    first = watch.pictures[0][0]
    marks, finals, missed = [], [], 0
    for repeat in range(times):
        for end_s, place in ends:
            number = repeat * sent["frames"] + end_s * rate_hz
            if not first + 4 * rate_hz < number < len(sent_s) - 2 * rate_hz:
                continue
            over_s = float(np.interp(number, np.arange(len(sent_s)), sent_s))
            own = [s for s in watch.seen if s.place == place and _NEAR_S[0] < s.shown_s - over_s < _NEAR_S[1]]
            missed += not any(s.final for s in own)
            marks += [s.shown_s - over_s for s in own if not s.final][:1]
            finals += [s.shown_s - over_s for s in own if s.final][:1]
    lags = [shown_s - sent_s[number] for number, shown_s in watch.pictures if number < len(sent_s)]
    assert watch.last is not None
    return {
        "twitches": len(finals) + missed,
        "missed": missed,
        "mark_s": _percentiles(marks),
        "event_s": _percentiles(finals),
        "picture_s": _percentiles(lags),
        "cpu_cores": round((watch.cpu_s[1] - watch.cpu_s[0]) / (watch.times_s[1] - watch.times_s[0]), 3),
        "frames": len(watch.pictures),
        "dropped": watch.last.status.dropped,
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def _percentiles(values: list[float]) -> dict[str, float | int]:
    if not values:
        return {"count": 0}
    found: NDArray[np.float64] = np.percentile(values, [50, 95, 100])
    return {"count": len(values), **dict(zip(("p50", "p95", "max"), found.round(3).tolist(), strict=True))}


class Memory:
    """A display that follows the memory of its process, once a minute of the video."""

    def __init__(self) -> None:
        self.rows: list[tuple[float, float]] = []

    def show(self, update: LiveUpdate) -> None:
        t_s = update.status.t_s
        if not self.rows or t_s - self.rows[-1][0] >= 60:
            self.rows.append((t_s, resident_mib()))
            print(f"{t_s / 60:.0f} min  {self.rows[-1][1]:.1f} MiB", file=sys.stderr, flush=True)

    def close(self) -> None:
        pass


def resident_mib() -> float:
    """Memory of this process that is in use now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * _RSS_BYTES / 2**20


def soak(video: Path) -> dict[str, Any]:
    """Plays a video as fast as it goes; memory after the first tenth, at the end, and its slope between."""
    config, memory = Config(), Memory()
    began_s, cpu_s = time.monotonic(), time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        loop = LiveLoop(
            FilePlayer(video, config, None),
            Path(folder),
            LiveOptions(config=config, name="soak"),
            displays=[memory],
            keepers=[DiskSync()],
            clock=SystemClock(),
        )
        ((session, document),) = loop.run().sessions
        assert document is not None
        size_mib = sum(path.stat().st_size for path in session.iterdir()) / 2**20
    settled = memory.rows[max(1, len(memory.rows) // 10) :]
    hours, mib = np.array([t_s / 3600 for t_s, _ in settled]), np.array([m for _, m in settled])
    slope = float(np.polyfit(hours, mib, 1)[0]) if len(settled) > 2 else float("nan")
    return {
        "video_s": document["duration_s"],
        "wall_s": round(time.monotonic() - began_s, 1),
        "cpu_s": round(time.process_time() - cpu_s, 1),
        "twitches": document["counts"]["twitch"],
        "settled_mib": round(float(mib[0]), 1),
        "last_mib": round(float(mib[-1]), 1),
        "mib_per_hour": round(slope, 2),
        "folder_mib_per_hour": round(size_mib / document["duration_s"] * 3600, 1),
    }


def main() -> None:
    """The command line."""
    load_opencv()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.live")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("latency").add_argument("--times", type=int, default=6, help="how often the sample is played")
    commands.add_parser("soak").add_argument("video", type=Path)
    player = commands.add_parser("serve")
    for name, kind in (("video", Path), ("port", int), ("times", int), ("log", Path)):
        player.add_argument(name, type=kind)
    given = parser.parse_args()
    if given.command == "serve":
        serve(given.video, given.port, given.times, given.log)
        return
    print(json.dumps(latency(given.times) if given.command == "latency" else soak(given.video), indent=2))


if __name__ == "__main__":
    main()
