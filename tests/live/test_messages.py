from __future__ import annotations

import json
import math
from dataclasses import replace
from datetime import timedelta
from itertools import islice

from tests.live.fake_loop import STARTED, updates
from tests.session.findings import twitch
from twitchcam.engine import Update
from twitchcam.events.model import Lip, Mark, Side
from twitchcam.live.feed import AddNote, Limit, LiveUpdate, ProtocolStep, Status
from twitchcam.live.messages import REMEMBERED, SHOWN_S, PageState
from twitchcam.live.words import sentence
from twitchcam.session.notes_file import NoteKind


def status(t_s: float, **changes: object) -> Status:
    return Status(t_s=t_s, time=STARTED + timedelta(seconds=t_s), **changes)  # type: ignore[arg-type]


def test_every_frame_is_told_once() -> None:
    state = PageState("x")
    feed = list(islice(updates(), 100))
    told = [state.take(feed[:7]), state.take(feed[7:8]), state.take([]), state.take(feed[8:])]
    times = [t for message in told for t in message["t"]]
    assert times == [round(index / 30, 4) for index in range(100)]
    assert all(len(message["t"]) == len(message["traces"]) for message in told)
    assert told[0]["noise"] == [0.05] * 4


def test_an_event_is_told_in_words_and_with_its_wall_time() -> None:
    event = twitch(10.0, Lip.LOWER, Side.BOTH, confidence=0.93, amplitude_mm=None)
    message = PageState("x").take([LiveUpdate(update=Update(twitches=(event,)), status=status(10.9))])
    (told,) = message["events"]
    assert told["place"] == "lower lip, both sides"
    assert told["time"] == "2026-11-26T09:00:10.000+00:00"
    assert told["confidence"] == 0.93
    assert told["amplitude_mm"] is None


def test_limits_counts_marks_and_the_protocol_are_told() -> None:
    step = ProtocolStep(name="rest", instruction="Sit still.", left_s=9.96, number=1, total=7)
    update = LiveUpdate(
        marks=(Mark(peak_s=1.0, lip=Lip.UPPER, side=Side.RIGHT),),
        status=status(
            1.2,
            counts={(Lip.UPPER, Side.LEFT): 2, (Lip.BOTH, Side.RIGHT): 1},
            limits=(Limit.TOO_DARK, Limit.TALKING),
            protocol=step,
            paused=True,
        ),
    )
    message = PageState("x").take([update])
    told = message["status"]
    assert told["counts"] == {"upper_left": 2, "both_right": 1}
    assert told["total"] == 3
    assert [limit["words"] for limit in told["limits"]] == [sentence(Limit.TOO_DARK), sentence(Limit.TALKING)]
    assert told["protocol"] == {"name": "rest", "instruction": "Sit still.", "left_s": 10.0, "number": 1, "total": 7}
    assert told["paused"] is True
    assert message["marks"] == [{"peak": 1.0, "lip": "upper", "side": "right", "place": "upper lip, right"}]


def test_every_message_is_plain_json() -> None:
    state = PageState("x")
    odd = LiveUpdate(
        noise_pct_iod={"upper_left": math.nan},
        status=status(1.0, per_min=math.inf, rate_hz=None),
    )
    json.dumps([state.snapshot(), state.take([odd]), state.snapshot()], allow_nan=False)


def test_a_tab_that_comes_late_is_told_what_matters_now_and_no_more() -> None:
    state = PageState("x")
    for update in islice(updates(), 30 * 30):
        state.take([update])
    for number in range(REMEMBERED + 50):
        event = twitch(float(number))
        state.take([LiveUpdate(update=Update(twitches=(event,)), status=status(40.0 + number))])
        state.take([AddNote(kind=NoteKind.FELT)])
    told = state.snapshot()
    assert told["t"][-1] - told["t"][0] <= SHOWN_S
    assert len(told["traces"]) == len(told["t"])
    assert len(told["events"]) == len(told["notes"]) == REMEMBERED
    assert told["events"][-1]["onset"] == REMEMBERED + 49
    assert told["notes"][-1]["t"] == 40.0 + REMEMBERED + 49


def test_a_log_that_begins_anew_at_midnight_begins_anew_here() -> None:
    state = PageState("x")
    first = list(islice(updates(), 90))
    state.take(first)
    anew = [replace(update, status=status(update.status.t_s)) for update in first[:10]]
    message = state.take(anew)
    assert message["t"] == [round(index / 30, 4) for index in range(10)]
    assert state.snapshot()["t"] == message["t"]
    assert state.snapshot()["events"] == []
