"""When frames are taken."""

from __future__ import annotations

import numpy as np

from twitchcam.simulate.scenario import VideoSettings

#: Ticks a second of variable frame times; they are rounded to ticks before anything is rendered.
TICKS_HZ = 90_000


def frame_times_s(video: VideoSettings, *, duration_s: float, seed: int) -> list[float]:
    """Times of all frames in seconds, increasing; the first is 0.

    Args:
        video: Frame rate, jitter, share of dropped frames (the first is never dropped).
        duration_s: Length of the video.
        seed: Of jitter and drops.
    """
    count = max(1, round(duration_s * float(video.exact_fps)))
    even = [float(k / video.exact_fps) for k in range(count)]
    if not video.variable:
        return even
    rng = np.random.default_rng([seed, 6])
    most = 0.4 / float(video.exact_fps)  # frames keep their order
    shift = np.clip(rng.normal(0.0, video.jitter_s, size=count), -most, most) if video.jitter_s else np.zeros(count)
    kept = rng.uniform(size=count) >= video.dropped
    shift[0], kept[0] = 0.0, True
    ticks = np.rint((np.array(even) + shift)[kept] * TICKS_HZ)
    return [float(tick) / TICKS_HZ for tick in ticks]
