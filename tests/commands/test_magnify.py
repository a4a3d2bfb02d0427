from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.session.findings import header, twitch
from twitchcam import bundled
from twitchcam.capture.source_info import checksum
from twitchcam.cli import main
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.magnify.gain import Gain
from twitchcam.session.document import SourceRecord
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter
from twitchcam.views import magnified
from twitchcam.views.magnified import MagnifiedClip

Capture = pytest.CaptureFixture[str]
#: Two of the eight of the bundled sample.
EVENTS = (twitch(3.137, duration_s=0.15, peak_s=3.197), twitch(11.702, Lip.UPPER, Side.RIGHT))


@pytest.fixture
def sample() -> Path:
    path = bundled.find("samples", "sample.mp4")
    assert path is not None
    return path


@pytest.fixture
def session(tmp_path: Path, sample: Path) -> Path:
    source = SourceRecord(
        kind="file",
        name=sample.name,
        size_bytes=sample.stat().st_size,
        sha256=checksum(sample),
        width_px=640,
        height_px=480,
    )
    head = header()
    with SessionWriter(tmp_path, "sample", type(head)(source=source, clock=head.clock, config=head.config)) as writer:
        writer.write(twitches=EVENTS)
        writer.finish(valid_s=20.0)
    return tmp_path / "sample"


def magnify(*arguments: object) -> int:
    return main(["magnify", *map(str, arguments)])


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the writer of clips is told; it writes nothing that could be played."""
    calls: list[dict[str, Any]] = []

    def fake(video: Path, session: Session, event: Twitch, out: Path, **options: Any) -> MagnifiedClip:
        calls.append({"video": video, "event": event, "out": out, **options})
        out.write_bytes(b"")
        gain = Gain(asked=10.0, factor=9.0, limit="limited by the noise")
        return MagnifiedClip(path=out, gain=gain, snr=9.0, noise_pct_iod=0.05, begin_s=2.1, end_s=4.3)

    monkeypatch.setattr(magnified, "magnified_clip", fake)
    return calls


def test_one_event(session: Path, sample: Path, capsys: Capture, drawn: list[dict[str, Any]]) -> None:
    assert magnify(session, "--event", 2, "--video", sample, "--slow", 1, "--factor", 5) == 0
    printed = capsys.readouterr()
    path = session / "magnified" / "002.mp4"
    assert printed.out == f"{path}: 2.1-4.3 s, motion x 9, not 10: limited by the noise\n"
    assert printed.err == ""
    (call,) = drawn
    assert (call["video"], call["event"], call["out"], call["title"]) == (sample, EVENTS[1], path, "2 of 2")
    assert (call["settings"].slow, call["settings"].factor) == (1, 5)


def test_all_events_into_another_folder(
    session: Path,
    sample: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: Capture,
    drawn: list[dict[str, Any]],
) -> None:
    monkeypatch.chdir(sample.parent)  # where the recording is found by its name
    assert magnify(session, "-o", tmp_path / "for the doctor") == 0
    assert sorted(path.name for path in (tmp_path / "for the doctor").iterdir()) == ["001.mp4", "002.mp4"]
    assert not (session / "magnified").exists()
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert [call["event"] for call in drawn] == list(EVENTS)


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--event", "3"), 2, "there is no event 3; events.tsv has 2"),
        (("--event", "0"), 2, "0 is not in the range x>=1"),
        (("--factor", "0.5"), 2, "0.5 is not in the range"),
        (("--factor", "nan"), 2, "factor"),
        (("--slow", "100"), 2, "100.0 is not in the range"),
        ((), 1, "its recording sample.mp4 is not near it; name it with --video FILE"),
        (("--video", "absent.mp4"), 1, "absent.mp4: cannot read: No such file"),
    ],
)
def test_what_cannot_be_done(
    session: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture, arguments: tuple[str, ...], code: int, words: str
) -> None:
    monkeypatch.chdir(session)
    assert magnify(session, *arguments) == code
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert not (session / "magnified").exists()


def test_nothing_was_found(tmp_path: Path, capsys: Capture) -> None:
    with SessionWriter(tmp_path, "calm", header()) as writer:
        writer.finish(valid_s=10.0)
    assert magnify(tmp_path / "calm") == 0
    assert "no events; there is nothing to magnify" in capsys.readouterr().out
    assert not (tmp_path / "calm" / "magnified").exists()
