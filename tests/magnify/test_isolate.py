from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.magnify.pieces import field_of, piece, site
from tests.session.findings import twitch
from twitchcam.config import DetectionConfig
from twitchcam.events.model import EventType, Lip, Side
from twitchcam.magnify.follow import Piece
from twitchcam.magnify.isolate import Pulse, best_piece, isolate
from twitchcam.magnify.settings import MagnifySettings

SETTINGS = MagnifySettings()
PLACES = [(lip, side) for lip in (Lip.UPPER, Lip.LOWER) for side in (Side.LEFT, Side.RIGHT)]
UP = (0.0, -1.0)


def event(lip: Lip = Lip.UPPER, side: Side = Side.LEFT, amplitude: float = 1.0):
    return twitch(3.0, lip, side, duration_s=0.16, peak_s=3.065, amplitude_pct_iod=amplitude)


def isolated(followed: Piece, what=None) -> Pulse:
    pulse = isolate(followed, what or event(), SETTINGS, DetectionConfig())
    assert pulse is not None
    return pulse


@pytest.mark.parametrize(("lip", "side"), PLACES)
def test_size_direction_and_place(lip: Lip, side: Side) -> None:
    what = event(lip, side)
    place = site(f"{lip}_{side}")
    pulse = isolated(piece(what, field_of(place, (0.6, -0.8))), what)
    np.testing.assert_allclose(pulse.places, [place])
    np.testing.assert_allclose(pulse.directions, [[0.6, -0.8]], atol=0.15)
    # The template makes up for what the registration does not show of a patch; this field shows all of it.
    assert 0.8 < 100 * pulse.size_iod < 1.5
    (shown,) = pulse.size_iod * pulse.pattern(place[None], SETTINGS.noise_snr)
    assert 0.8 < 100 * np.hypot(*shown) < 1.5
    assert pulse.snr > 8


def test_the_peak_is_where_it_was_and_the_rest_is_still() -> None:
    pulse = isolated(piece(event(), field_of(site("upper_left"), UP)))
    rest = (pulse.times_s < 2.8) | (pulse.times_s > 3.3)
    assert pulse.times_s[np.argmax(pulse.course_iod)] == pytest.approx(3.065, abs=0.04)
    assert np.abs(pulse.course_iod[rest]).max() < 0.15 * pulse.size_iod
    # What is shown of the noise is less than there was.
    assert np.std(pulse.course_iod[rest]) < 0.5 * np.std(pulse.raw_iod[rest])


def test_slow_drift_is_no_part_of_it() -> None:
    field = field_of(site("upper_left"), UP)
    still, drifting = (isolated(piece(event(), field, drift_pct_iod=drift)) for drift in (0.0, 1.5))
    assert drifting.size_iod == pytest.approx(still.size_iod, rel=0.15)
    rest = (drifting.times_s > 1.0) & (drifting.times_s < 2.8)
    assert np.abs(drifting.course_iod[rest]).max() < 0.2 * drifting.size_iod


@pytest.mark.parametrize("seed", range(5))
def test_noise_alone_is_hardly_more_than_noise(seed: int) -> None:
    assert isolated(piece(seed=seed)).snr < 5.5


def test_a_neighbour_that_moves_is_shown_only_where_it_stands_out() -> None:
    """Here the corner of the mouth goes along, which the patch of the lip does not hold."""
    field = field_of(site("upper_left"), UP) + field_of(site("corner_left") + np.array([0.1, 0.2]), (0.0, 0.8))
    place = (site("corner_left") + np.array([0.1, 0.2]))[None]
    large, small = event(amplitude=4.0), event(amplitude=0.3)
    seen = isolated(piece(large, field), large).pattern(place, SETTINGS.noise_snr)
    unseen = isolated(piece(small, field), small).pattern(place, SETTINGS.noise_snr)
    assert seen[0, 1] > 0.4
    assert abs(unseen[0, 1]) < 0.2


def test_both_sides_move_together() -> None:
    what = twitch(3.0, Lip.UPPER, Side.BOTH, duration_s=0.16, peak_s=3.065, amplitude_pct_iod=1.0)
    field = field_of(site("upper_left"), (0.5, -0.8)) + field_of(site("upper_right"), (-0.5, -0.8))
    pulse = isolated(piece(what, field), what)
    assert len(pulse.places) == 2
    np.testing.assert_allclose(pulse.directions[0], pulse.directions[1] * (-1, 1), atol=0.2)


def test_a_spasm_is_held() -> None:
    what = twitch(2.0, duration_s=1.6, peak_s=2.8, amplitude_pct_iod=1.0, trial_type=EventType.SPASM)
    made = piece(noise_pct_iod=0.03, seconds=7.0)
    held = np.clip(np.minimum(made.times_s - 2.0, 3.6 - made.times_s) / 0.3, 0, 1) / 100
    fields = made.fields + held[:, None, None] * field_of(site("upper_left"), UP)
    pulse = isolated(replace(made, fields=fields), what)
    middle = (pulse.times_s > 2.4) & (pulse.times_s < 3.2)
    assert pulse.course_iod[middle].min() > 0.6 / 100


def test_too_few_frames_around_it() -> None:
    assert isolate(piece(seconds=3.3), twitch(0.1, duration_s=3.0), SETTINGS, DetectionConfig()) is None
    assert isolate(piece(seconds=2.0), event(), SETTINGS, DetectionConfig()) is None


def test_the_piece_that_holds_the_event() -> None:
    early, late = piece(seconds=3.05), replace(piece(), times_s=piece().times_s + 3.06)
    assert best_piece((early, late), event()) is late
    assert best_piece((early,), twitch(4.0)) is None
    assert best_piece((), event()) is None
