from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks import anchor
from twitchcam.events.model import Lip, Side
from twitchcam.motion.channels import LIP_SITES
from twitchcam.simulate.pulse import pulse


def lips(
    *, site: str | None = None, size: float = 1.0, onset_s: float = 4.0, rate_hz: float = 30.0, sway: float = 0.0
) -> anchor.Track:
    """8 s of lips that lie still or sway slowly, with one pulse of 0.15 s at one site."""
    t_s = np.arange(0, 8, 1 / rate_hz)
    sites = np.zeros((len(t_s), len(LIP_SITES), 2)) + sway * np.sin(2 * np.pi * 0.25 * t_s)[:, None, None]
    if site is not None:
        course = [pulse(t, onset_s=onset_s, duration_s=0.15, rise=0.4) for t in t_s]
        sites[:, LIP_SITES.index(site), 1] += size * np.array(course)
    return anchor.Track(t_s=t_s, sites=sites)


@pytest.mark.parametrize("site", LIP_SITES)
def test_the_largest_peak_is_the_twitch_with_its_lip_and_side(site):
    found = anchor.peaks(lips(site=site))
    best = max(found, key=lambda event: event.amplitude_pct_iod)
    assert best.peak_s == pytest.approx(4.06, abs=0.04)
    assert (best.lip, best.side) == (Lip(site.split("_")[0]), Side(site.split("_")[1]))
    assert best.centre_s == pytest.approx(4.075, abs=0.1)
    assert 0.4 < best.amplitude_pct_iod < 1.1


def test_slow_sway_is_no_peak():
    inner = [e.amplitude_pct_iod for e in anchor.peaks(lips(sway=1.0)) if 1 < e.peak_s < 7]
    assert max(inner, default=0) < 0.2


def test_strength_is_that_of_the_peak_over_the_recording():
    """A recording at twice the scale gives the same."""
    noise = np.random.default_rng(0).normal(0, 0.05, lips().sites.shape)
    track = lips(site="upper_left")
    once, twice = (anchor.peaks(anchor.Track(t_s=track.t_s, sites=factor * (track.sites + noise))) for factor in (1, 2))
    assert [e.snr for e in once] == pytest.approx([e.snr for e in twice])
    assert max(once, key=lambda e: e.snr).peak_s == pytest.approx(4.06, abs=0.04)


def test_a_threshold_lets_through_what_is_at_least_as_high():
    events = anchor.peaks(lips(site="upper_left"))
    heights = sorted(e.snr for e in events)
    assert len(anchor.above(events, heights[-1])) == 1
    assert anchor.above(events, heights[-1] + 1e-9) == []


def test_missing_faces_are_bridged():
    track = lips(site="lower_left")
    track.sites[30:60] = np.nan
    best = max(anchor.peaks(track), key=lambda event: event.amplitude_pct_iod)
    assert (best.lip, best.side) == (Lip.LOWER, Side.LEFT)


@pytest.mark.parametrize("frames", [0, 1, 5])
def test_too_little_to_filter_gives_nothing(frames):
    track = lips(site="upper_left")
    assert anchor.peaks(anchor.Track(t_s=track.t_s[:frames], sites=track.sites[:frames])) == []


def test_no_face_at_all_gives_nothing():
    track = lips()
    assert anchor.peaks(anchor.Track(t_s=track.t_s, sites=np.full_like(track.sites, np.nan))) == []
