from __future__ import annotations

import json
import re
import string
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from tests.benchmarks.patterns import KINDS, script
from tests.benchmarks.seen import recording_of
from tests.screening.sessions import blinks, eye_and_mouth, recording, twitch
from twitchcam.events.model import Context, Segment, Side
from twitchcam.screening import wording
from twitchcam.screening.look_alikes import Fit, LookAlike
from twitchcam.screening.recording import Part, part_of
from twitchcam.screening.result import document, lines, screen
from twitchcam.session.document import SCHEMA_PATH

#: What a monitor must not say: that something was found to be a disease, that all is well, that no doctor is needed.
FORBIDDEN = (
    r"diagnos",
    r"\byou have\b",
    r"\byou suffer\b",
    r"\byou are (ill|sick|healthy|well|fine)\b",
    r"\bpatient\b",
    r"\bhealthy\b",
    r"\bnormal\b",
    r"\bharmless\b",
    r"\bcertain(ly)?\b",
    r"\bproves?\b",
    r"\bconfirm",
    r"\brules? out\b",
    r"\bno need\b",
    r"\bdo not worry\b",
    r"\bnothing to worry\b",
    r"\bdisease\b",
    r"\bdetected hemifacial\b",
    r"\bhas hemifacial\b",
)


def sentences() -> list[str]:
    """Everything in the module that a person may read."""
    found = []
    for name, value in vars(wording).items():
        if name.isupper() and isinstance(value, dict):
            found += [str(text) for text in value.values()]
    return found


def test_there_is_something_to_read():
    assert len(sentences()) > 80


@pytest.mark.parametrize("pattern", FORBIDDEN)
def test_no_sentence_says_what_a_monitor_cannot_know(pattern):
    assert [text for text in sentences() if re.search(pattern, text, re.IGNORECASE)] == []


def test_sentences_end_like_sentences():
    for name in ("HEADLINES", "NEXT", "LACKS", "NEEDED", "WARNINGS"):
        for text in getattr(wording, name).values():
            assert text[0].isupper() or text[0] == "{"
            assert text.endswith("."), text


def test_every_level_tells_to_see_a_doctor_or_to_record_and_when_to_call():
    for key in ("insufficient", "no_twitch", "no_side", "one_sided", "pattern"):
        assert "doctor" in wording.NEXT[key]
    assert "ecord" in wording.NEXT["insufficient"]
    for word in ("emergency", "sudden", "droop", "weakness", "speaking", "rhythmic", "hand", "awareness"):
        assert word in wording.NEXT["emergency"]


def test_nothing_seen_and_too_little_seen_share_no_sentence():
    short = screen([recording((), blinks(), length_s=120.0)])
    quiet = screen([recording((), blinks())])
    for one in (short, quiet):
        assert one.level.level == 0
    assert short.said().headline == "Too little was seen to say anything about a pattern."
    assert quiet.said().headline == "No twitch was seen in 10.0 min of rest."
    always = {wording.NEXT["monitor"], wording.NEXT["emergency"]}
    said = [{one.said().headline, *one.said().reasons_against, *one.said().next} - always for one in (short, quiet)]
    assert said[0] & said[1] == set()


def test_a_doubtful_twitch_is_not_denied():
    one = screen([recording([twitch(100.0, confidence=0.6)], blinks())])
    assert one.said().headline == "No twitch that is beyond doubt was seen in 10.0 min of rest."
    assert "1 further twitch was left out as too doubtful (confidence below 0.9)." in one.said().warnings


def test_level_2_in_words():
    text = "\n".join(lines(screen([eye_and_mouth(Side.RIGHT, brow=True)])))
    assert text.startswith("Level 2 of 2: The twitches favour the right side, and the right eye closes with them")
    for part in (
        "24 of 24 one-sided bursts are on the right side: 100 % (95 % interval 86-100 %), exact binomial p < 0.001.",
        "The right eye closes by itself with 24 of 24 bursts of that side: 100 % (95 % interval 86-100 %).",
        "The right brow goes up while the eye closes in 24 of 24 bursts with that eye (100 %)",
        "Show this log and the clips to a doctor",
        "Call emergency care",
    ):
        assert part in text


def test_what_was_seen_stands_beside_every_result():
    assert screen([eye_and_mouth()]).said().seen == (
        "10.0 min of valid rest, with the face tracked for 100 % of the time.",
    )
    assert screen([recording((), blinks(), length_s=120.0)]).said().seen[0].startswith("2.0 min of valid rest")


def test_more_than_chance_but_too_little_to_be_tied_is_not_called_chance():
    given = eye_and_mouth(number=40)
    some = [Segment(onset_s=t.onset_s - 0.3, duration_s=0.2, kind=Context.GAZE_SHIFT) for t in given.twitches[::4]]
    one = screen([replace(given, segments=(*given.segments, *some))])
    gaze = one.evidence.locks["gaze"]
    assert gaze.p is not None
    assert gaze.p < 0.01
    assert one.level.level == 2
    (sentence,) = [text for text in one.said().reasons_for if "come with other movements" in text]
    assert f"10 with changes of gaze ({gaze.expected:.1f} by chance, p = 0.001)" in sentence
    assert "or too little more" in sentence


def test_jerks_like_clockwork_of_one_side_are_a_warning():
    jerks = [twitch(start + 0.5 * i) for start in (50.0, 200.0, 350.0) for i in range(10)]
    one = screen([recording(jerks, blinks())])
    assert (one.evidence.rhythm.jerks, one.evidence.rhythm.jerking) == (3, True)
    (warning,) = one.said().warnings
    assert "One side jerks rhythmically, 1-3 times a second (3 bursts)." in warning
    assert "emergency care" in warning


def test_even_movement_without_a_twitch_is_told():
    def moving(side, frequency_hz):
        return Segment(onset_s=100.0, duration_s=20.0, kind=Context.RHYTHM, side=side, frequency_hz=frequency_hz)

    one_sided = screen([recording((), [moving(Side.LEFT, 2.0), *blinks()])])
    assert any("1-3 times a second (20 s)." in text for text in one_sided.said().warnings)
    both = screen([recording((), [moving(Side.BOTH, 5.0), *blinks()])])
    assert not both.said().warnings
    assert [one.look_alike for one in both.look_alikes if one.fit is Fit.BETTER] == [LookAlike.TREMOR]


def test_a_droop_since_earlier_sessions_is_a_warning():
    start = datetime(2024, 5, 1, tzinfo=UTC)
    days = [
        replace(recording(name=f"d{i}"), started_at=start + timedelta(days=i), asymmetry_pct_iod=value)
        for i, value in enumerate((0.4, 0.6, 0.5, 4.5))
    ]
    words = "the right corner of the mouth stands 4.0 % of the eye distance lower than in 3 earlier sessions"
    assert any(words in text for text in screen(days).said().warnings)
    assert not screen(days[:3]).said().warnings[1:]


def test_every_kind_of_session_fills_every_gap_and_fits_the_schema():
    schema = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))["properties"]["screening"]
    schema["$defs"] = json.loads(SCHEMA_PATH.read_text(encoding="utf-8"))["$defs"]
    for kind in KINDS:
        for seed in range(2):
            result = screen([recording_of(script(kind, seed), seed)])
            jsonschema.validate(json.loads(json.dumps(document(result), allow_nan=False)), schema)
            for text in lines(result):
                assert not re.search(r"[{}]|\bNone\b|\bnan\b|n/a", text), text


def test_placeholders_are_plain_names():
    for text in sentences():
        for _, name, form, _ in string.Formatter().parse(text):
            assert name is None or name.isidentifier(), text
            assert not form, text


def test_parts_of_the_protocol_are_known_by_their_words():
    known = {
        "rest": Part.REST,
        "rest_again": Part.REST,
        "lips_pursed": Part.LIPS_PURSED,
        "eyes_shut": Part.EYES_SHUT,
        "Smile": Part.SMILE,
        "look_left": Part.GAZE,
        "gaze right": Part.GAZE,
        "reading aloud": Part.READING,
        "juggling": Part.OTHER,
    }
    assert {name: part_of(name) for name in known} == known


@pytest.mark.parametrize(
    ("share", "text"), [(None, "n/a"), (0.0, "0"), (1.0, "100"), (0.004, "0.4"), (0.997, "99.7"), (0.5, "50")]
)
def test_a_share_is_not_rounded_to_none_or_all(share, text):
    assert wording.percent(share) == text


@pytest.mark.parametrize(("p", "text"), [(None, "not known"), (1e-5, "< 0.001"), (0.0042, "= 0.004"), (0.25, "= 0.25")])
def test_p_is_written_as_in_papers(p, text):
    assert wording.p_value(p) == text
