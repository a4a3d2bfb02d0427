from __future__ import annotations

import numpy as np
import pytest

from tests.synthetic import even_times, stream
from twitchcam.events.model import Context, Segment
from twitchcam.session.asymmetry import RestingAsymmetry

TIMES = even_times(10.0)


def rest(onset_s: float, end_s: float, kind: Context = Context.REST) -> Segment:
    return Segment(onset_s=onset_s, duration_s=end_s - onset_s, kind=kind)


def test_the_median_of_rest_only() -> None:
    tilt = np.where(TIMES < 6, -1.3, 4.0)
    collected = RestingAsymmetry()
    collected.add(stream(TIMES, mouth_tilt=tilt), [])
    assert collected.median_pct_iod() is None
    collected.add([], [rest(0, 6), rest(6, 10, Context.SMILING)])
    assert collected.median_pct_iod() == pytest.approx(-1.3)


def test_too_little_rest_says_nothing() -> None:
    collected = RestingAsymmetry()
    collected.add(stream(TIMES, mouth_tilt=1.0), [rest(2, 3)])
    assert collected.median_pct_iod() is None


def test_a_turned_head_is_left_out() -> None:
    collected = RestingAsymmetry()
    turned = TIMES < 4
    collected.add(
        stream(TIMES, mouth_tilt=np.where(turned, 5.0, 0.5), head_yaw=np.where(turned, 30.0, 0.0)), [rest(0, 7)]
    )
    assert collected.median_pct_iod() == pytest.approx(0.5)


def test_a_rest_of_hours_keeps_no_number_a_frame() -> None:
    times = np.arange(0, 600, 0.2)
    collected = RestingAsymmetry()
    collected.add(stream(times, mouth_tilt=np.where(times < 400, 2.0, 1.0)), [])
    assert len(collected._waiting) <= 301
    collected.add([], [rest(0, 500)])
    assert collected.median_pct_iod() == pytest.approx(2.0)


def test_long_talking_before_a_rest_is_left_out() -> None:
    times = np.arange(0, 400, 0.2)
    collected = RestingAsymmetry()
    collected.add(stream(times, mouth_tilt=np.where(times < 300, 5.0, 0.5)), [])
    collected.add([], [rest(0, 300, Context.TALKING)])
    collected.add([], [rest(300, 400)])
    assert collected.median_pct_iod() == pytest.approx(0.5)
