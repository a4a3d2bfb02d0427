"""Damaged recordings: pictures in order of time, or one line that says what is wrong."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.capture.recordings import moving, record
from tests.capture.test_files import read, times
from tests.damage import mutated
from twitchcam.errors import TwitchcamError

CODECS = {
    "mp4": "libx264",
    "mkv": "libx264",
    "ts": "libx264",
    "avi": "mjpeg",
    "webm": "libvpx-vp9",
    "mov": "mpeg4",
    "gif": "gif",
    "h264": "libx264",
}


@pytest.fixture(scope="module")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    room = tmp_path_factory.mktemp("recordings")
    formats = {"avi": "yuvj420p", "gif": "rgb8"}
    made = {}
    for suffix, codec in CODECS.items():
        path = record(room / f"clip.{suffix}", moving(12), codec=codec, pixel_format=formats.get(suffix, "yuv420p"))
        made[suffix] = path.read_bytes()
    return made


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(suffix=st.sampled_from(sorted(CODECS)), seed=st.integers(0, 2**32), at_the_front=st.booleans())
def test_damaged_bytes(
    tmp_path: Path, recordings: dict[str, bytes], suffix: str, seed: int, at_the_front: bool
) -> None:
    content = recordings[suffix]
    # Heads are small and full of meaning.
    head = 400 if at_the_front else len(content)
    path = tmp_path / f"clip.{suffix}"
    path.write_bytes(mutated(content[:head], seed) + content[head:])
    said = ""
    try:
        frames, source = read(path)
    except TwitchcamError as error:
        said = str(error)
    else:
        assert np.all(np.diff(times(frames)) > 0)
        assert times(frames)[0] == 0
        assert len({frame.size for frame in frames}) == 1
        frames[-1].to_rgb()
        assert all("\n" not in warning for warning in source.warnings)
    assert "\n" not in said
