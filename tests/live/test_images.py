from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import av
import numpy as np
import pytest

from tests.capture.recordings import moving
from tests.session.findings import twitch
from tests.waiting import until
from twitchcam.capture.frame import from_rgb
from twitchcam.engine import Update
from twitchcam.live.feed import LiveUpdate, Status
from twitchcam.live.images import ImageKeeper

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RATE_HZ = 10


def kept(folder: Path, told: list[str], *, clips: bool, record: bool) -> None:
    """Twelve seconds with twitches at 0.5, 6 and 11 s, each certain 0.7 s later; slow enough for the encoder."""
    keeper = ImageKeeper(clips=clips, record=record, margin_s=2.0, tell=told.append)
    keeper.begin(folder)
    onsets = {12: 0.5, 67: 6.0, 117: 11.0}
    for i, picture in enumerate(moving(120)):
        twitches = (twitch(onsets[i]),) if i in onsets else ()
        status = Status(t_s=i / RATE_HZ, time=NOW)
        keeper.take(LiveUpdate(frame=from_rgb(i / RATE_HZ, picture), update=Update(twitches=twitches), status=status))
        until(lambda: keeper._jobs.qsize() <= 20)
    keeper.end()


def times_of(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return np.array([float(frame.pts * frame.time_base) for frame in container.decode(video=0)])


def test_a_clip_shows_two_seconds_before_and_after_its_twitch(tmp_path: Path) -> None:
    told: list[str] = []
    kept(tmp_path, told, clips=True, record=False)
    assert told == []
    assert sorted(path.name for path in tmp_path.rglob("*.*")) == ["001.mp4", "002.mp4", "003.mp4"]
    first, middle, last = (times_of(tmp_path / "clips" / f"00{n}.mp4") for n in (1, 2, 3))
    # From the beginning; whole, and beginning up to half a second earlier; up to the end.
    assert first[-1] == pytest.approx(2.7, abs=0.11)
    assert 4.0 <= middle[-1] <= 4.8
    assert np.diff(middle) == pytest.approx(1 / RATE_HZ, abs=1e-3)
    assert 2.8 <= last[-1] <= 3.5


def test_everything_is_kept_with_the_times_of_the_frames(tmp_path: Path) -> None:
    told: list[str] = []
    kept(tmp_path, told, clips=False, record=True)
    assert told == []
    assert [path.name for path in tmp_path.iterdir()] == ["recording.mkv"]
    assert times_of(tmp_path / "recording.mkv") == pytest.approx(np.arange(120) / RATE_HZ, abs=1e-3)


def test_what_cannot_be_kept_is_told_and_ends_nothing(tmp_path: Path) -> None:
    told: list[str] = []
    kept(tmp_path / "missing", told, clips=False, record=True)
    assert len(told) == 1
    assert told[0].startswith("no more images are kept")
