from __future__ import annotations

from tests.session.findings import twitch
from twitchcam.events.model import Context, EventType, Lip, Side
from twitchcam.session.tally import Tally


def tally_of(*twitches: object) -> Tally:
    tally = Tally()
    for one in twitches:
        tally.add(one)
    return tally


EVENTS = (
    twitch(1.0, Lip.UPPER, Side.LEFT, burst=1),
    twitch(2.0, Lip.UPPER, Side.LEFT, burst=1),
    twitch(9.0, Lip.LOWER, Side.RIGHT, burst=2, context=Context.TALKING),
    twitch(20.0, Lip.BOTH, Side.LEFT, burst=3, context=None, trial_type=EventType.SPASM),
)


def test_counts_by_lip_and_side() -> None:
    tally = tally_of(*EVENTS)
    counts = tally.counts()
    assert tally.total == 4
    assert (counts["twitch"], counts["spasm"], counts["bursts"]) == (3, 1, 3)
    assert counts["by_lip"] == {"upper": 2, "lower": 1, "both": 1}
    assert counts["by_side"] == {"left": 3, "right": 1, "both": 0}
    assert counts["by_lip_and_side"]["upper_left"] == 2
    assert counts["by_lip_and_side"]["both_left"] == 1
    assert counts["by_lip_and_side"]["upper_right"] == 0
    assert sum(counts["by_lip_and_side"].values()) == 4


def test_rates_are_those_of_valid_time() -> None:
    rates = tally_of(*EVENTS).rates_per_min(30.0)
    assert (rates["twitch"], rates["spasm"], rates["bursts"]) == (4.0, 2.0, 4.0)
    assert rates["by_side"] == {"left": 6.0, "right": 0.0, "both": 0.0}
    assert rates["by_lip"] == {"upper": 4.0, "lower": 0.0, "both": 2.0}


def test_without_valid_time_there_is_no_rate() -> None:
    rates = tally_of(*EVENTS).rates_per_min(0.0)
    assert rates["twitch"] is None
    assert set(rates["by_side"].values()) == {None}


def test_nothing_in_valid_time_is_a_rate_of_zero() -> None:
    assert tally_of().rates_per_min(60.0)["twitch"] == 0.0
    assert tally_of().counts()["bursts"] == 0
