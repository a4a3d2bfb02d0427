from __future__ import annotations

import dataclasses
import math

import pytest

from twitchcam.events.model import Context, Lip, Rejection, Segment, Side, Spread, Twitch


def twitch(**changes: object) -> Twitch:
    given = {
        "onset_s": 1.0,
        "duration_s": 0.2,
        "peak_s": 1.08,
        "lip": Lip.UPPER,
        "side": Side.LEFT,
        "amplitude_pct_iod": 2.0,
    }
    return Twitch(**{**given, **changes})  # type: ignore[arg-type]


def test_an_interval_has_an_end_and_a_middle() -> None:
    assert twitch().end_s == pytest.approx(1.2)
    assert twitch().centre_s == pytest.approx(1.1)
    assert Segment(onset_s=2.0, duration_s=0.5, kind=Context.REST).end_s == 2.5


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"onset_s": math.nan}, "finite onset.*nan"),
        ({"onset_s": math.inf}, "finite onset.*inf"),
        ({"duration_s": 0.0}, "positive duration.*0.0"),
        ({"duration_s": math.nan}, "positive duration.*nan"),
        ({"amplitude_pct_iod": -0.1}, "amplitude >= 0.*-0.1"),
        ({"amplitude_pct_iod": math.nan}, "amplitude >= 0.*nan"),
        ({"confidence": 1.01}, "confidence in 0-1.*1.01"),
        ({"confidence": math.nan}, "confidence in 0-1.*nan"),
    ],
)
def test_what_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        twitch(**changes)


def test_what_is_not_known_may_be_left_out() -> None:
    event = twitch(amplitude_mm=None, snr=None, confidence=None, context=None)
    assert (event.trial_type.value, event.burst, event.spread) == ("twitch", 0, ())


def test_a_flipped_picture_swaps_the_sides() -> None:
    assert [side.mirrored for side in (Side.LEFT, Side.RIGHT, Side.BOTH)] == [Side.RIGHT, Side.LEFT, Side.BOTH]


def test_a_spread_is_written_with_its_sign() -> None:
    assert str(Spread(place="eye_right", lag_s=0.031)) == "eye_right+0.03"
    assert str(Spread(place="eye_right", lag_s=-0.1)) == "eye_right-0.10"


def test_words_in_files_are_the_published_ones() -> None:
    assert [*Lip, *Side] == ["upper", "lower", "both", "left", "right", "both"]
    published = {"rest", "talking", "smiling", "chewing", "head_motion", "occluded", "no_face"}
    assert published | {"blink", "eye_closed", "gaze_shift"} <= set(Context)


@pytest.mark.parametrize("kind", [Twitch, Segment, Spread, Rejection])
def test_findings_cannot_be_changed_afterwards(kind: type) -> None:
    assert "__dict__" not in dir(kind)
    parameters = kind.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert all(field.kw_only for field in dataclasses.fields(kind))
