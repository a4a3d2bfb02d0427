from __future__ import annotations

from itertools import pairwise

import numpy as np

from tests.benchmarks.long_video import repeat
from twitchcam.capture.files import open_video
from twitchcam.config import CaptureConfig
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.scenario import VideoSettings

FRAMES = 45


def brightness(k: int) -> int:
    return 40 + 4 * k


def test_a_repeated_video_goes_on_without_a_gap(tmp_path):
    video = VideoSettings(width=64, height=64, crf=12)
    frames = ((k / 30, np.full((64, 64, 3), brightness(k), np.uint8)) for k in range(FRAMES))
    write_video(frames, tmp_path / "once.mp4", video)
    repeat(tmp_path / "once.mp4", tmp_path / "thrice.mp4", 3)
    with open_video(tmp_path / "thrice.mp4", CaptureConfig()) as source:
        seen = [(frame.t_s, float(frame.luma.mean())) for frame in source]
        assert source.warnings == []
    assert len(seen) == 3 * FRAMES
    assert all(abs(b - a - 1 / 30) < 1e-4 for (a, _), (b, _) in pairwise(seen))
    for k, (_, mean) in enumerate(seen):
        assert abs(mean - seen[k % FRAMES][1]) < 1
