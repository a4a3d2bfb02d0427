from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.events.confidence import WEIGHTS, Evidence, confidence

GOOD = Evidence(
    snr=9.0,
    opposite=0.2,
    surround=0.2,
    shape=0.9,
    step=0.4,
    duration_s=0.15,
    misfit_rise=1.0,
    key_frame=False,
    frozen=0.0,
    amplitude_pct_iod=1.0,
)

anything = st.builds(
    Evidence,
    snr=st.floats(0, 1e6),
    opposite=st.floats(0, 1e9),
    surround=st.floats(0, 1e9),
    shape=st.floats(0, 1),
    step=st.floats(0, 1e12),
    duration_s=st.floats(0, 10),
    misfit_rise=st.floats(0, 1e6),
    key_frame=st.booleans(),
    frozen=st.floats(0, 1),
    amplitude_pct_iod=st.floats(0, 1e6),
)


@given(evidence=anything)
def test_it_is_a_share_whatever_was_measured(evidence: Evidence) -> None:
    assert 0 <= confidence(evidence) <= 1


def test_every_term_has_its_weight() -> None:
    assert len(GOOD.features()) == len(WEIGHTS)


@pytest.mark.parametrize(
    "worse",
    [
        {"snr": 5.0},
        {"opposite": 0.9},
        {"surround": 0.6},
        {"step": 1.4},
        {"misfit_rise": 2.0},
        {"misfit_rise": 0.5},
        {"key_frame": True},
    ],
)
def test_what_speaks_against_a_twitch_lowers_it(worse: dict[str, float]) -> None:
    assert confidence(replace(GOOD, **worse)) < confidence(GOOD)


@given(snr=st.floats(4, 100), factor=st.floats(1.05, 3))
def test_a_louder_twitch_is_surer(snr: float, factor: float) -> None:
    loud, louder = (confidence(replace(GOOD, snr=s)) for s in (snr, factor * snr))
    assert louder > loud or loud > 0.999
