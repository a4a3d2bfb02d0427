from __future__ import annotations

from dataclasses import replace

import numpy as np

from tests.session.findings import recording
from twitchcam.live.traces import MEDIAN_S, RecentTraces
from twitchcam.motion.channels import INDEX, LIP_SITES, missing

UPPER_LEFT = LIP_SITES.index("upper_left")


def test_a_twitch_stands_out_at_its_site_alone() -> None:
    traces = RecentTraces()
    rows = np.array([traces.push(sample) for sample in recording(3.0, seconds=4)])
    during = rows[90:94].max(axis=0)
    assert 1.5 < during[UPPER_LEFT] < 2.5
    assert np.delete(during, UPPER_LEFT).max() < 0.3
    assert np.median(rows) < 0.1


def test_a_slow_shift_of_the_lips_is_forgotten() -> None:
    traces = RecentTraces()
    shifted = []
    for sample in recording(seconds=2 * MEDIAN_S + 1):
        values = sample.values.copy()
        values[INDEX["upper_left_up"]] += 5 * (sample.t_s > 1)
        shifted.append(traces.push(replace(sample, values=values))[UPPER_LEFT])
    assert shifted[31] > 4
    assert shifted[-1] < 0.3


def test_where_there_is_no_face_nothing_is_drawn_and_what_came_before_is_forgotten() -> None:
    traces = RecentTraces()
    for sample in recording(seconds=1):
        traces.push(sample)
    assert np.isnan(traces.push(replace(sample, t_s=1.0, face=False, values=missing()))).all()
    assert (traces.push(replace(sample, t_s=1.1, values=sample.values + 9, restart=True)) == 0).all()
