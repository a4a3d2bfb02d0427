"""Every sentence of the screening, in one place: what was seen, what speaks for and against a pattern, what to do next.

A monitor counts; it does not name a disease as found. No sentence here does, and a test reads them all.
"""

from __future__ import annotations

from typing import Final

from twitchcam.screening.levels import Lack, Level, Obstacle
from twitchcam.screening.look_alikes import Fit, LookAlike
from twitchcam.screening.recording import Part

#: What a session says at a glance.
HEADLINES: Final = {
    "insufficient": "Too little was seen to say anything about a pattern.",
    "no_twitch": "No twitch was seen in {minutes} min of rest.",
    "no_sure_twitch": "No twitch that is beyond doubt was seen in {minutes} min of rest.",
    "no_side": "Twitches were seen, and neither side is clearly favoured.",
    "both_sides": "Twitches were seen, and both sides take part in them.",
    "changing_side": "Twitches were seen, and the side that they favour changes from day to day.",
    "one_sided": "The twitches favour the {side} side. The pattern of eye and mouth together was not shown.",
    "pattern": (
        "The twitches favour the {side} side, and the {side} eye closes with them: a one-sided eye-and-mouth pattern "
        "of the kind described in hemifacial spasm."
    ),
}

#: What to do, by what was found; the last two stand under every result.
NEXT: Final = {
    "insufficient": (
        "Nothing can be concluded from this recording: record again, longer, and look once more. If twitches trouble "
        "you, spread or last for weeks, see a doctor whatever a recording shows."
    ),
    "no_twitch": (
        "If you feel twitches all the same, record when they come: small ones, and those while you talk, are not seen. "
        "If they last for weeks, see a doctor whatever a recording shows."
    ),
    "no_side": "If the twitches trouble you, spread or last for weeks, show this log and the clips to a doctor.",
    "one_sided": (
        "If the twitches go on for more than two weeks, spread or trouble you, show this log and the clips to a "
        "doctor. Record again on another day: five minutes at rest and the guided protocol."
    ),
    "pattern": (
        "Show this log and the clips to a doctor, best a neurologist: only an examination can tell what causes the "
        "twitches. A recording on another day helps."
    ),
    "monitor": "This is a count of movements in a picture. It cannot say what causes them.",
    "emergency": (
        "Call emergency care at once if a droop of the face, weakness or trouble speaking is new and sudden, or if "
        "rhythmic jerks of one side are new, spread to the hand or come with clouded awareness."
    ),
}

#: What is missing for a session to be sufficient, with what there was.
LACKS: Final = {
    Lack.TIME: "{minutes} min of valid rest were seen; {needed_minutes} are needed.",
    Lack.FACE: "The face was tracked for {face_percent} % of the time; {needed_face_percent} % are needed.",
    Lack.BURSTS: "Only {bursts} could be seen; {needed_bursts} are needed to tell a side from chance.",
}

#: What would be needed to say more.
NEEDED: Final = {
    Lack.TIME: (
        "Record five minutes or more at rest, mouth closed, looking at the camera; several sessions of one person can "
        "be screened together."
    ),
    Lack.FACE: "Keep the face in the picture, lit from the front, with no hand before it.",
    Lack.BURSTS: "Record longer, or screen several sessions of the same person together, until there are 8 bursts.",
    "another_day": "A second recording on another day would show whether it comes again.",
    "eyes": "The eyes must be seen well: look at the camera, no reflecting glasses, light from the front.",
    "protocol": (
        "The guided protocol (eyes shut, smile, lips pursed, looking aside, reading aloud) would tell whether the "
        "twitches come with movements on purpose."
    ),
    "wall_time": "The sessions do not tell when they were recorded: name the time, so that days can be told apart.",
}

#: Reasons; each is for or against by the numbers in it.
REASONS: Final = {
    "no_twitch": "Not one twitch was seen in {minutes} min of valid rest.",
    "no_sure_twitch": "Not one twitch that is beyond doubt was seen in {minutes} min of valid rest.",
    "side": (
        "{count} of {total} one-sided bursts are on the {side} side: {percent} % (95 % interval {low}-{high} %), exact "
        "binomial p {p}."
    ),
    "no_side": (
        "Bursts on the left: {left}, on the right: {right}; not clear enough for a side (exact binomial p {p}, which "
        "must be below {max_p}; share of the larger {percent} %, 95 % interval {low}-{high} %, whose lower end must be "
        "above {min_share} %)."
    ),
    "no_one_sided": "Not one burst belongs to one side.",
    "few": "Bursts on the left: {left}, on the right: {right}; too few to tell a side from chance.",
    "both": "{count} of {total} bursts belong to no side: both sides moved, or as often.",
    "in_step": "In {count} of {total} bursts both sides moved at the same time.",
    "trembling": "Both sides tremble evenly, 3-9 times a second, for {seconds} s.",
    "changing": "On different days the twitches favour different sides.",
    "days": "The twitches favour the {side} side on {days} days, each by itself.",
    "eye": (
        "The {side} eye closes by itself with {count} of {total} bursts of that side: {percent} % (95 % interval "
        "{low}-{high} %). With blinks of both eyes it closes in {met}, where chance gives {expected} (p {p}, circular "
        "shifts)."
    ),
    "no_eyes": "No closing of an eye was recorded, so nothing can be said of eye and mouth together.",
    "irregular": (
        "The bursts come irregularly: the time between them varies by {cv} % of its mean, and {rhythmic} of {bursts} "
        "bursts are rhythmic."
    ),
    "no_clockwork": "{rhythmic} of {bursts} bursts are rhythmic.",
    "regular": (
        "They are too even: {rhythmic} of {bursts} bursts are rhythmic, one side moved evenly to and fro 1-3 times a "
        "second for {jerking} s, and the time between bursts varies by {cv} % of its mean."
    ),
    "free": (
        "Of {total} bursts, these come with other movements: {movements}. That is what chance gives, or too little "
        "more to say that the bursts keep to it."
    ),
    "movement": "{met} with {movement} ({expected} by chance, p {p})",
    "locked": "They keep to {movement}: {met} of {total} bursts, {expected} by chance (p {p}, circular shifts).",
    "brow": (
        "The {side} brow goes up while the eye closes in {count} of {total} bursts with that eye ({percent} %): the "
        "other Babinski sign, described in hemifacial spasm."
    ),
    "no_brow": "The {side} brow was not seen to go up while the eye closes ({total} bursts with that eye).",
    "mouth_with_eyes": (
        "When the eyes are shut on purpose, the {side} side of the mouth moves along in {count} of {total} tries, "
        "{lag} s later (standard deviation {lag_sd} s)."
    ),
    "eye_with_mouth": (
        "When the mouth is moved on purpose, the {side} eye closes along in {count} of {total} tries, {lag} s later "
        "(standard deviation {lag_sd} s)."
    ),
    "not_tied": "With eyes shut on purpose the mouth did not move along ({count} of {total} tries).",
    "look_alike": "Another pattern fits at least as well: {name}.",
}

#: How much was seen, whatever was found in it.
SEEN: Final = {
    "looked": "{minutes} min of valid rest, with the face tracked for {face_percent} % of the time.",
    "parts": "Parts of the protocol, in minutes: {parts}.",
}

#: What limits or exceeds the level.
WARNINGS: Final = {
    "jerks": (
        "One side jerks rhythmically, 1-3 times a second ({seen}). Jerks so even can come from "
        "the brain. If they are new, spread to the hand or come with clouded awareness: emergency care. Otherwise show "
        "this to a doctor soon."
    ),
    "asymmetry": (
        "At rest the {side} corner of the mouth stands {change} % of the eye distance lower than in {sessions} (left "
        "over right {now} %, before {before} %). The camera's place alone can do that. If one corner droops newly and "
        "suddenly: emergency care."
    ),
    "elsewhere": "{count} further {twitches} left out, seen while talking or moving on purpose.",
    "doubtful": "{count} further {twitches} left out as too doubtful (confidence below {min_confidence}).",
    "nobody_named": "No session says who is seen; they were taken to be of one person.",
    "overlap": "{minutes} min are in more than one session and count once.",
}

LOOK_ALIKE_NAMES: Final = {
    LookAlike.TREMOR: "rhythmic, as in tremor",
    LookAlike.TIC: "alike and on both sides in turn, as in tics",
    LookAlike.BOTH_SIDES: "both sides in step, as in blepharospasm with the mouth",
    LookAlike.VOLUNTARY: "tied to blinks or to movements on purpose, as after a facial palsy",
    LookAlike.FUNCTIONAL: "long pulls of the lip without the eye, as in functional spasm",
    LookAlike.MYOKYMIA: "trains of small twitches at one place, as in myokymia",
    LookAlike.BENIGN: "single twitches now and then, as after little sleep or much caffeine",
}

#: By look-alike, why it fits or does not; numbers are filled in.
LOOK_ALIKE_REASONS: Final = {
    LookAlike.TREMOR: "both sides tremble at 3-9 Hz for {trembling} s, {tremor} of {bursts} bursts are as rhythmic",
    LookAlike.TIC: (
        "{left} bursts left, {right} right; {likeness}, and other places of both sides move in "
        "{moving_both} of {bursts} bursts"
    ),
    LookAlike.BOTH_SIDES: "both sides move at once in {in_step} of {bursts} bursts",
    LookAlike.VOLUNTARY: "bursts keep to {locked}",
    LookAlike.FUNCTIONAL: "{tonic} of {bursts} bursts are held for 1 s or more, {eye} come with the eye",
    LookAlike.MYOKYMIA: (
        "{one_place} % of the twitches are at one place, {per_burst} to a burst, and {spreading} of {bursts} bursts "
        "spread"
    ),
    LookAlike.BENIGN: (
        "{per_min} bursts a minute, {per_burst} twitches to a burst; {spreading} of {bursts} bursts spread"
    ),
}

FITS: Final = {
    Fit.BETTER: "fits better ({reason}).",
    Fit.AS_WELL: "fits as well ({reason}).",
    Fit.NOT: "does not fit ({reason}).",
}

LIKENESS: Final = {
    "few": "too few twitches to compare",
    "known": "durations vary by {percent} %",
}

MOVEMENTS: Final = {
    "blink": "blinks",
    "gaze": "changes of gaze",
    "smile": "smiles",
    "speech": "speech",
    "protocol": "movements of the protocol",
    "nothing": "no blink, gaze, smile or speech",
}

PARTS: Final = {
    Part.REST: "rest",
    Part.LIPS_PURSED: "lips pursed",
    Part.EYES_SHUT: "eyes shut on purpose",
    Part.SMILE: "smile",
    Part.GAZE: "looking aside",
    Part.READING: "reading aloud",
    Part.OTHER: "other",
}

#: Headings of the result in plain words.
HEADINGS: Final = {
    "level": "Level {level} of 2",
    "for": "For a one-sided pattern",
    "against": "Against it",
    "look_alikes": "Other patterns",
    "warnings": "Note",
    "needed": "To say more",
    "next": "What to do",
    "seen": "What was seen",
}


def headline_key(level: Level, *, doubtful: bool = False) -> str:
    """Which headline a level has; a session that is too short and one without a twitch never share it."""
    if level.lacks:
        return "insufficient"
    if doubtful and Obstacle.NO_TWITCH in level.obstacles:
        return "no_sure_twitch"
    if level.level:
        return "pattern" if level.level == 2 else "one_sided"
    for obstacle, key in _LEVEL_0:
        if obstacle in level.obstacles:
            return key
    raise AssertionError(f"level 0 without a reason: {level}")


def next_key(level: Level) -> str:
    """Which advice goes with a level."""
    key = headline_key(level)
    return key if key in NEXT else "no_side"


_LEVEL_0 = (
    (Obstacle.NO_TWITCH, "no_twitch"),
    (Obstacle.BOTH_SIDES, "both_sides"),
    (Obstacle.CHANGING_SIDE, "changing_side"),
    (Obstacle.NO_SIDE, "no_side"),
)


def p_value(p: float | None) -> str:
    """``< 0.001``, ``= 0.004`` or ``not known``."""
    if p is None:
        return "not known"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}" if p < 0.1 else f"= {p:.2f}"


def percent(share: float | None) -> str:
    """A share in whole per cent, without rounding to 0 or 100 what is neither."""
    if share is None:
        return "n/a"
    value = 100 * share
    if 0 < value < 0.5 or 99.5 < value < 100:
        return f"{value:.1f}"
    return f"{value:.0f}"


def count_of(number: int, one: str, many: str) -> str:
    """``1 burst``, ``3 bursts``."""
    return f"{number} {one if number == 1 else many}"
