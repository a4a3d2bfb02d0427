from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from twitchcam.errors import UsageError
from twitchcam.events.model import Lip
from twitchcam.simulate.schedule import draw_twitches


def draw(**changes: object):
    arguments = {"duration_s": 120.0, "seed": 4, "amplitudes_pct_iod": [1.0, 2.0], **changes}
    return draw_twitches(**arguments)  # type: ignore[arg-type]


class TestDrawTwitches:
    def test_the_seed_decides(self):
        assert draw() == draw()
        assert draw() != draw(seed=5)

    def test_times_keep_to_their_rules(self):
        twitches = draw(duration_s=600.0)
        onsets = np.array([t.onset_s for t in twitches])
        assert onsets[0] >= 3.0
        assert twitches[-1].end_s <= 599.0
        assert np.diff(onsets).min() >= 1.5
        assert np.diff(onsets).mean() == pytest.approx(2.5, rel=0.1)

    def test_shapes_keep_to_their_ranges(self):
        for twitch in draw():
            assert 0.08 <= twitch.duration_s <= 0.20
            assert 0.09 <= twitch.sigma_iod <= 0.16
            assert 0.3 <= twitch.rise <= 0.5
            assert twitch.place == 0.5

    def test_upper_lips_go_up_and_lower_ones_down(self):
        for twitch in draw():
            assert np.sin(np.radians(twitch.angle_deg)) * (1 if twitch.lip is Lip.UPPER else -1) > 0.3

    def test_places_and_sizes_are_balanced(self):
        counts = Counter((t.lip, t.side, t.amplitude_pct_iod) for t in draw(duration_s=600.0))
        assert len(counts) == 8
        assert max(counts.values()) - min(counts.values()) <= 1

    def test_every_four_in_a_row_take_every_place(self):
        twitches = draw()
        for start in range(0, len(twitches) - 4, 4):
            assert len({(t.lip, t.side) for t in twitches[start : start + 4]}) == 4

    def test_onsets_do_not_lie_on_frames(self):
        phases = np.array([t.onset_s * 30 % 1 for t in draw(duration_s=600.0)])
        assert np.histogram(phases, bins=4, range=(0, 1))[0].min() > len(phases) / 10

    def test_places_spread_when_asked_to(self):
        places = [t.place for t in draw(place_spread=0.2)]
        assert 0.3 <= min(places) < 0.4
        assert 0.6 < max(places) <= 0.7

    def test_a_short_video_may_be_empty(self):
        assert draw(duration_s=3.0) == ()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"amplitudes_pct_iod": []},
            {"mean_interval_s": 1.0},
            {"pulse_s": (0.2, 0.1)},
            {"pulse_s": (0.0, 0.1)},
            {"place_spread": 0.6},
            {"amplitudes_pct_iod": [0.0]},
        ],
    )
    def test_what_cannot_be_drawn_is_refused(self, wrong: dict[str, object]):
        with pytest.raises(UsageError):
            draw(**wrong)
