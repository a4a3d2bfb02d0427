from __future__ import annotations

import cv2
import numpy as np
import pytest

from twitchcam.capture.bands import Debander
from twitchcam.capture.frame import Frame, Image

HEIGHT, WIDTH, RATE_HZ = 240, 320, 30.0
RNG = np.random.default_rng(3)
ROOM = cv2.resize(RNG.uniform(40, 190, (6, 8)).astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
ROOM = np.clip(ROOM, 20, 200)


def frame(number: int, picture: np.ndarray = ROOM, *, depth: float = 0.1, rotated: bool = False) -> Frame:
    t_s = number / RATE_HZ
    along = np.arange(WIDTH if rotated else HEIGHT) / (WIDTH if rotated else HEIGHT)
    light = 1 + depth * np.sin(2 * np.pi * 100 * (t_s + 0.025 * along) + 0.4)
    lit = picture * (light[None, :] if rotated else light[:, None])
    noise = np.random.default_rng(number).normal(0, 2, lit.shape)
    luma: Image = np.clip(np.rint(lit + noise), 0, 255).astype(np.uint8)
    return Frame(t_s=t_s, luma=luma, to_rgb=lambda: np.repeat(luma[..., None], 3, axis=2))


def flicker_of(lumas: list[Image]) -> float:
    """How much the light of the lines still changes, rms over fields and frames, as a share."""
    fields = np.stack([cv2.resize(luma, (8, 12), interpolation=cv2.INTER_AREA).astype(float) for luma in lumas])
    return float((fields / fields.mean(axis=0)).std())


@pytest.mark.parametrize("rotated", [False, True])
def test_bands_are_taken_out(rotated: bool) -> None:
    debander = Debander()
    frames = [frame(i, rotated=rotated) for i in range(90)]
    out = [debander.steady(one).luma for one in frames]
    assert flicker_of([one.luma for one in frames[45:]]) > 0.05
    assert flicker_of(out[45:]) < 0.006
    assert [one.t_s for one in frames] == [i / RATE_HZ for i in range(90)]


def test_without_bands_frames_come_back_as_they_are() -> None:
    debander = Debander()
    frames = [frame(i, depth=0.0) for i in range(40)]
    assert all(debander.steady(one) is one for one in frames)


def test_a_head_that_nods_and_a_light_that_changes_are_no_bands() -> None:
    debander = Debander()
    for i in range(60):
        y = round(120 + 25 * np.sin(2 * np.pi * 2 * i / RATE_HZ))
        moved = cv2.ellipse(ROOM.copy(), (150, y), (90, 100), 0, 0, 360, 200, -1) * (1 + 0.1 * np.sin(i))
        one = frame(i, moved, depth=0.0)
        assert debander.steady(one) is one


def test_bands_that_end_are_no_longer_taken_out() -> None:
    debander = Debander()
    for i in range(60):
        debander.steady(frame(i))
    assert debander.steady(frame(60)).luma is not frame(60).luma
    for i in range(61, 130):
        debander.steady(frame(i, depth=0.0))
    last = frame(130, depth=0.0)
    assert debander.steady(last) is last


def test_another_picture_or_size_begins_anew() -> None:
    debander = Debander()
    for i in range(60):
        debander.steady(frame(i))
    other = frame(60, 255.0 - ROOM)
    assert debander.steady(other) is other
    half = frame(61)
    small = Frame(t_s=half.t_s, luma=np.ascontiguousarray(half.luma[::2, ::2]), to_rgb=half.to_rgb)
    assert debander.steady(small).luma.shape == (120, 160)
