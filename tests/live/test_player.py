from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.capture.recordings import moving, record
from tests.live.clocks import FakeClock
from twitchcam.config import Config
from twitchcam.live.player import FilePlayer


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return record(tmp_path / "clip.mp4", moving(60))


def test_frames_come_when_their_time_has_come(clip: Path) -> None:
    clock = FakeClock()
    player = FilePlayer(clip, Config(), clock)
    assert player.take(0.05) is not None
    # A slow first frame costs nothing: the file's clock begins to run with the second one.
    clock.pass_s(3.0)
    began_s, times = None, []
    while not player.ended:
        frame = player.take(0.01)
        if frame is not None:
            began_s = clock.time_s - frame.t_s if began_s is None else began_s
            times.append(frame.t_s)
            assert clock.time_s - began_s == pytest.approx(frame.t_s)
            assert player.now_s == pytest.approx(frame.t_s)
    player.close()
    assert times == pytest.approx([i / 30 for i in range(1, 60)])
    assert player.dropped == 0


def test_frames_that_are_asked_for_too_late_are_dropped_and_time_is_not_shifted(clip: Path) -> None:
    clock = FakeClock()
    player = FilePlayer(clip, Config(), clock)
    player.take(0.05)
    first = player.take(0.05)
    assert first is not None
    clock.pass_s(1.0)
    late = player.take(0.05)
    assert late is not None
    backlog_s = Config().live.backlog_s
    oldest_s = first.t_s + 1.0 - backlog_s
    assert oldest_s - 1e-6 <= late.t_s <= oldest_s + 1 / 30 + 1e-6
    assert player.dropped == round((late.t_s - first.t_s) * 30) - 1
    player.close()


def test_the_last_frame_is_shown_however_late_it_is(clip: Path) -> None:
    clock = FakeClock()
    player = FilePlayer(clip, Config(), clock)
    player.take(0.05)
    player.take(0.05)
    clock.pass_s(100.0)
    last = player.take(0.05)
    assert last is not None
    assert last.t_s == pytest.approx(59 / 30)
    assert player.take(0.05) is None
    assert player.ended
    player.close()


def test_the_colour_picture_is_made_once(clip: Path) -> None:
    player = FilePlayer(clip, Config(), None)
    frame = player.take(0.05)
    assert frame is not None
    assert frame.to_rgb() is frame.to_rgb()
    player.close()


def test_pictures_of_several_frames_can_be_asked_for_at_once(clip: Path) -> None:
    player = FilePlayer(clip, Config(), None)
    frames = [frame for _ in range(60) if (frame := player.take(0.05)) is not None]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda frame: frame.to_rgb().copy(), frames))
    player.close()
    again = FilePlayer(clip, Config(), None)
    alone = [frame.to_rgb() for _ in range(60) if (frame := again.take(0.05)) is not None]
    again.close()
    assert all((a == b).all() for a, b in zip(together, alone, strict=True))
