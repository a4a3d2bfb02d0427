"""How well other patterns fit what was seen, each by a few properties that are told with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from twitchcam.screening.criteria import MAX_RHYTHMIC_SHARE, MIN_BURSTS, MIN_EYE_SHARE, TREMBLING_S
from twitchcam.screening.evidence import Evidence


class LookAlike(StrEnum):
    """Patterns that are not the one-sided eye-and-mouth pattern."""

    TREMOR = "tremor_like"
    TIC = "tic_like"
    BOTH_SIDES = "both_sides_in_step"
    VOLUNTARY = "locked_to_voluntary_movement"
    FUNCTIONAL = "functional"
    MYOKYMIA = "myokymia"
    BENIGN = "benign_single"


class Fit(StrEnum):
    """How a look-alike fits, against the one-sided eye-and-mouth pattern."""

    BETTER = "better"
    AS_WELL = "as_well"
    NOT = "not"


@dataclass(frozen=True, slots=True, kw_only=True)
class Resemblance:
    """One look-alike and how it fits."""

    look_alike: LookAlike
    fit: Fit


#: From this share on, a property is that of the pattern as a whole.
_MOST = 0.5
_NEARLY_ALL = 0.85
_FEW = 0.2
#: Twitches of one burst that are alike vary less than this in duration.
_STEREOTYPED_CV = 0.15
#: A burst of so many twitches is a train, as in rippling.
_TRAIN = 4
#: Single twitches: so many to a burst at most, and bursts per minute.
_SINGLE = 1.5
_SELDOM_PER_MIN = 1.0


def resemblances(evidence: Evidence, level: int) -> tuple[Resemblance, ...]:
    """Every look-alike and how it fits; empty where neither a twitch nor a tremor was seen.

    What fits where the one-sided pattern does not (below level 2) fits better; at level 2 it fits as well.
    """
    if evidence.laterality.bursts == 0 and evidence.rhythm.trembling_s == 0:
        return ()
    fitting = {
        LookAlike.TREMOR: _tremor(evidence),
        LookAlike.TIC: _tic(evidence),
        LookAlike.BOTH_SIDES: _both_sides(evidence),
        LookAlike.VOLUNTARY: _voluntary(evidence),
        LookAlike.FUNCTIONAL: _functional(evidence),
        LookAlike.MYOKYMIA: _myokymia(evidence),
        LookAlike.BENIGN: _benign(evidence),
    }
    better = Fit.AS_WELL if level == 2 else Fit.BETTER
    return tuple(
        Resemblance(look_alike=look_alike, fit=better if fits else Fit.NOT) for look_alike, fits in fitting.items()
    )


def _at_least(value: float | None, least: float) -> bool:
    return value is not None and value >= least


def _enough(evidence: Evidence) -> bool:
    return evidence.laterality.bursts >= MIN_BURSTS


def _eye_seldom(evidence: Evidence) -> bool:
    return evidence.eye.seen and (evidence.eye.alone.share or 0.0) < _FEW


def _tremor(evidence: Evidence) -> bool:
    rhythm = evidence.rhythm
    if rhythm.trembling_s >= TREMBLING_S:
        return True
    return rhythm.tremor > 0 and rhythm.tremor >= MAX_RHYTHMIC_SHARE * rhythm.bursts


def _tic(evidence: Evidence) -> bool:
    """Both sides in turn, alike each time or with movements of both sides beside them."""
    laterality, shape = evidence.laterality, evidence.shape
    if not _enough(evidence) or laterality.favoured is not None or not (laterality.left and laterality.right):
        return False
    if _both_sides(evidence) or _tremor(evidence):
        return False
    alike = shape.likeness_cv is not None and shape.likeness_cv < _STEREOTYPED_CV
    return alike or _at_least(shape.moving_both.share, _MOST)


def _both_sides(evidence: Evidence) -> bool:
    laterality = evidence.laterality
    return _enough(evidence) and max(laterality.both, laterality.in_step) >= _MOST * laterality.bursts


def _voluntary(evidence: Evidence) -> bool:
    return bool(evidence.locked_to or evidence.synkinesis.shown) and not _both_sides(evidence)


def _functional(evidence: Evidence) -> bool:
    """Held, mostly of the lower lip, without the eye."""
    shape, eye = evidence.shape, evidence.eye
    lip_only = eye.seen and (eye.alone.share or 0.0) < MIN_EYE_SHARE
    return lip_only and _at_least(shape.tonic.share, _MOST) and _at_least(shape.lower.share, _MOST)


def _myokymia(evidence: Evidence) -> bool:
    """Trains of twitches at one place that neither spread nor take the eye along."""
    shape = evidence.shape
    local = _at_least(shape.one_place.share, _NEARLY_ALL) and not _at_least(shape.spreading.share, _FEW)
    return local and _eye_seldom(evidence) and shape.per_burst >= _TRAIN


def _benign(evidence: Evidence) -> bool:
    """Single and seldom, without the eye."""
    per_min = 60 * evidence.laterality.bursts / evidence.valid_s if evidence.valid_s > 0 else float("inf")
    shape = evidence.shape
    alone = 0 < shape.per_burst <= _SINGLE and not _at_least(shape.spreading.share, _FEW)
    alone = alone and not _at_least(shape.tonic.share, _FEW)
    return alone and per_min <= _SELDOM_PER_MIN and not _at_least(evidence.eye.alone.share, _FEW)
