from __future__ import annotations

import itertools
import math

import pytest

from tests.session.findings import twitch
from twitchcam.annotations.labels import MOMENT_S, Label, amplitude_words, event_from, label_of, words_of
from twitchcam.events.model import EventType, Lip, Side


@pytest.mark.parametrize(("lip", "side", "kind"), list(itertools.product(Lip, Side, EventType)))
def test_words_mean_what_they_were_made_of(lip: Lip, side: Side, kind: EventType) -> None:
    event = twitch(1.0, lip, side, trial_type=kind, amplitude_pct_iod=1.25)
    expected = Label(kind=kind, lip=lip, side=side, amplitude_pct_iod=1.25)
    assert label_of(words_of(event), amplitude_words(event)) == expected


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (("Twitches", "Left"), (EventType.TWITCH, Lip.BOTH, Side.LEFT)),
        (("lip_twitch", "upper|right"), (EventType.TWITCH, Lip.UPPER, Side.RIGHT)),
        (("twitch upper and lower lip, left",), (EventType.TWITCH, Lip.BOTH, Side.LEFT)),
        (("twitch", "left|right"), (EventType.TWITCH, Lip.BOTH, Side.BOTH)),
        (("SPASM of the lower lip",), (EventType.SPASM, Lip.LOWER, Side.BOTH)),
    ],
)
def test_words_of_other_people(texts: tuple[str, ...], expected: tuple[EventType, Lip, Side]) -> None:
    label = label_of(*texts)
    assert label is not None
    assert (label.kind, label.lip, label.side, label.amplitude_pct_iod) == (*expected, 0.0)


@pytest.mark.parametrize("texts", [(), ("talking",), ("upper left",), ("twitching?",), ("4 %",)])
def test_what_is_no_event(texts: tuple[str, ...]) -> None:
    assert label_of(*texts) is None


def test_a_moment_is_in_the_middle_of_its_event() -> None:
    event = event_from(Label(kind=EventType.TWITCH, lip=Lip.UPPER, side=Side.LEFT), 3.0, 3.0)
    assert (event.centre_s, event.duration_s) == pytest.approx((3.0, MOMENT_S))


@pytest.mark.parametrize("times", [(2.0, 1.0), (math.nan, 1.0), (0.0, math.inf)])
def test_times_that_cannot_be(times: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match=r"before the start|finite"):
        event_from(Label(kind=EventType.TWITCH, lip=Lip.UPPER, side=Side.LEFT), *times)
