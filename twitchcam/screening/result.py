"""The screening as plain data, as it stands in ``session.json``, and as lines for a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from twitchcam.screening.evidence import Evidence, assemble
from twitchcam.screening.levels import Level, level_of
from twitchcam.screening.look_alikes import Resemblance, resemblances
from twitchcam.screening.reasons import Said, said
from twitchcam.screening.recording import Recording
from twitchcam.screening.statistics import Share, ShiftTest
from twitchcam.screening.synkinesis import Tie
from twitchcam.screening.wording import HEADINGS


@dataclass(frozen=True, slots=True, kw_only=True)
class Screening:
    """What the recordings of one person show.

    Attributes:
        evidence: The numbers.
        level: What they support.
        look_alikes: How well other patterns fit.
    """

    evidence: Evidence
    level: Level
    look_alikes: tuple[Resemblance, ...]

    def said(self) -> Said:
        """The same in words."""
        return said(self.evidence, self.level, self.look_alikes)


def screen(recordings: Iterable[Recording]) -> Screening:
    """Looks at the recordings of one person.

    Raises:
        UsageError: no recording, or recordings of different people.
    """
    evidence = assemble(recordings)
    level = level_of(evidence)
    return Screening(evidence=evidence, level=level, look_alikes=resemblances(evidence, level.level))


def document(screening: Screening) -> dict[str, Any]:
    """The ``screening`` of ``session.json``."""
    words, level = screening.said(), screening.level
    return {
        "level": level.level,
        "side": None if level.side is None else level.side.value,
        "sufficient": level.sufficient,
        "for": list(words.reasons_for),
        "against": list(words.reasons_against),
        "headline": words.headline,
        "next": list(words.next),
        "seen": list(words.seen),
        "needed": list(words.needed),
        "look_alikes": [
            {"name": one.look_alike.value, "fit": one.fit.value, "text": f"{name}: {reason}"}
            for one, name, reason in words.look_alikes
        ],
        "warnings": list(words.warnings),
        "numbers": numbers(screening.evidence),
    }


def numbers(evidence: Evidence) -> dict[str, Any]:
    """What the sentences rest on."""
    laterality, rhythm, shape = evidence.laterality, evidence.rhythm, evidence.shape
    asymmetry = evidence.asymmetry
    return {
        "sessions": list(evidence.names),
        "analysed_min": round(evidence.analysed_s / 60, 4),
        "valid_min": round(evidence.valid_s / 60, 4),
        "valid_min_by_part": {part.value: round(s / 60, 4) for part, s in evidence.valid_by_part_s.items()},
        "face_share": round(evidence.face_share, 4),
        "twitches": evidence.twitches,
        "twitches_doubtful": evidence.doubtful,
        "twitches_elsewhere": evidence.elsewhere,
        "bursts": {
            "left": laterality.left,
            "right": laterality.right,
            "both": laterality.both,
            "in_step": laterality.in_step,
        },
        "side_share": _share(laterality.share),
        "side_p": laterality.p,
        "eye": {
            "seen": evidence.eye.seen,
            "closures": evidence.eye.closures,
            "alone": _share(evidence.eye.alone),
            "chance": _test(evidence.eye.chance),
        },
        "other_babinski": _share(evidence.babinski),
        "locks": {name: _test(test) for name, test in evidence.locks.items()},
        "rhythm": {
            "rhythmic": rhythm.rhythmic,
            "jerks_1_3_hz": rhythm.jerks,
            "tremor_3_9_hz": rhythm.tremor,
            "median_hz": _rounded(rhythm.median_hz),
            "jerking_s": _rounded(rhythm.jerking_s),
            "trembling_s": _rounded(rhythm.trembling_s),
            "burst_interval_cv": _rounded(rhythm.burst_cv),
        },
        "shape": {
            "twitches_per_burst": shape.per_burst,
            "one_place": _share(shape.one_place),
            "spreading": _share(shape.spreading),
            "tonic": _share(shape.tonic),
            "duration_cv": _rounded(shape.likeness_cv),
            "amplitude_pct_iod": _rounded(shape.amplitude_pct_iod),
        },
        "synkinesis": {
            "mouth_with_eyes": _tie(evidence.synkinesis.mouth_with_eyes),
            "eye_with_mouth": _tie(evidence.synkinesis.eye_with_mouth),
        },
        "asymmetry": None
        if asymmetry is None
        else {
            "now_pct_iod": _rounded(asymmetry.now_pct_iod),
            "before_pct_iod": _rounded(asymmetry.before_pct_iod),
            "earlier_sessions": asymmetry.sessions,
            "limit_pct_iod": _rounded(asymmetry.limit_pct_iod),
        },
        "days": [
            {
                "date": None if day.date is None else day.date.isoformat(),
                "left": day.laterality.left,
                "right": day.laterality.right,
                "both": day.laterality.both,
            }
            for day in evidence.days
        ],
    }


def lines(screening: Screening) -> list[str]:
    """The result as lines for a person."""
    words = screening.said()
    made = [f"{HEADINGS['level'].format(level=screening.level.level)}: {words.headline}"]
    blocks: list[tuple[str, Iterable[str]]] = [
        ("warnings", words.warnings),
        ("for", words.reasons_for),
        ("against", words.reasons_against),
        ("look_alikes", [f"{name[0].upper()}{name[1:]}: {reason}" for _, name, reason in words.look_alikes]),
        ("seen", words.seen),
        ("needed", words.needed),
        ("next", words.next),
    ]
    for key, sentences in blocks:
        listed = list(sentences)
        if listed:
            made += ["", f"{HEADINGS[key]}:", *(f"- {sentence}" for sentence in listed)]
    return made


def _share(share: Share) -> dict[str, Any]:
    return {"count": share.count, "total": share.total, "low": round(share.low, 4), "high": round(share.high, 4)}


def _test(test: ShiftTest) -> dict[str, Any]:
    return {
        "met": test.met,
        "bursts": test.groups,
        "expected": round(test.expected, 3),
        "p": test.p,
        "targets": test.targets,
    }


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        "side": None if tie.side is None else tie.side.value,
        "share": _share(tie.with_it),
        "lag_s": _rounded(tie.lag_s),
        "lag_sd_s": _rounded(tie.lag_sd_s),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
