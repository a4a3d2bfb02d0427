"""Which sentences evidence and level call for, with their numbers."""

from __future__ import annotations

from dataclasses import dataclass

from twitchcam.events.model import Side
from twitchcam.screening import wording
from twitchcam.screening.criteria import (
    MAX_P,
    MIN_BURSTS,
    MIN_CONFIDENCE,
    MIN_EYE_SHARE,
    MIN_FACE_SHARE,
    MIN_SIDE_SHARE,
    MIN_VALID_S,
    TREMBLING_S,
)
from twitchcam.screening.evidence import Evidence, locked
from twitchcam.screening.levels import Lack, Level, Obstacle
from twitchcam.screening.look_alikes import Fit, Resemblance
from twitchcam.screening.recording import Part
from twitchcam.screening.statistics import Share
from twitchcam.screening.synkinesis import Tie
from twitchcam.screening.wording import NEXT, REASONS, SEEN, WARNINGS, count_of, p_value, percent


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The result in plain words.

    Attributes:
        headline: What was found, in a sentence.
        reasons_for: What speaks for a one-sided pattern.
        reasons_against: What speaks against it.
        next: What to do.
        seen: How much was seen, by part of the protocol.
        needed: What would be needed to say more.
        look_alikes: Of each look-alike its name, how it fits and why.
        warnings: What stands beside the level.
    """

    headline: str
    reasons_for: tuple[str, ...]
    reasons_against: tuple[str, ...]
    next: tuple[str, ...]
    seen: tuple[str, ...]
    needed: tuple[str, ...]
    look_alikes: tuple[tuple[Resemblance, str, str], ...]
    warnings: tuple[str, ...]


def said(evidence: Evidence, level: Level, looks: tuple[Resemblance, ...]) -> Said:
    """Puts a result into words."""
    pro, contra = _reasons(evidence, level, looks)
    key = wording.next_key(level)
    return Said(
        headline=wording.HEADLINES[wording.headline_key(level, doubtful=evidence.doubtful > 0)].format(
            minutes=_minutes(evidence.valid_s), side=level.side
        ),
        reasons_for=tuple(pro),
        reasons_against=tuple(contra),
        next=(NEXT[key], NEXT["monitor"], NEXT["emergency"]),
        seen=tuple(_seen(evidence)),
        needed=tuple(_needed(evidence, level)),
        look_alikes=tuple(_look_alike(evidence, one) for one in looks),
        warnings=tuple(_warnings(evidence)),
    )


def _reasons(evidence: Evidence, level: Level, looks: tuple[Resemblance, ...]) -> tuple[list[str], list[str]]:
    pro: list[str] = []
    contra: list[str] = [_lack(evidence, lack) for lack in level.lacks]
    laterality = evidence.laterality
    if laterality.bursts == 0:
        if not level.lacks:
            key = "no_sure_twitch" if evidence.doubtful else "no_twitch"
            contra.append(REASONS[key].format(minutes=_minutes(evidence.valid_s)))
        return pro, contra
    if evidence.leading is not None:
        _add_side(evidence, pro, contra)
        if laterality.favoured is not None:
            _add_eye(evidence, pro, contra)
    else:
        contra.append(_no_side(evidence))
    if laterality.both:
        contra.append(REASONS["both"].format(count=laterality.both, total=laterality.bursts))
    if laterality.in_step:
        contra.append(REASONS["in_step"].format(count=laterality.in_step, total=laterality.bursts))
    if evidence.rhythm.trembling_s >= TREMBLING_S:
        contra.append(REASONS["trembling"].format(seconds=f"{evidence.rhythm.trembling_s:.0f}"))
    if Obstacle.CHANGING_SIDE in level.obstacles:
        contra.append(REASONS["changing"])
    if laterality.favoured is not None:
        _add_time(evidence, pro, contra)
    _add_synkinesis(evidence, pro, contra)
    contra += [
        REASONS["look_alike"].format(name=wording.LOOK_ALIKE_NAMES[one.look_alike])
        for one in looks
        if one.fit is not Fit.NOT
    ]
    return pro, contra


def _lack(evidence: Evidence, lack: Lack) -> str:
    return wording.LACKS[lack].format(
        minutes=_minutes(evidence.valid_s),
        needed_minutes=f"{MIN_VALID_S / 60:g}",
        face_percent=percent(evidence.face_share),
        needed_face_percent=percent(MIN_FACE_SHARE),
        bursts=count_of(evidence.laterality.bursts, "burst", "bursts"),
        needed_bursts=MIN_BURSTS,
    )


def _add_side(evidence: Evidence, pro: list[str], contra: list[str]) -> None:
    laterality = evidence.laterality
    if laterality.favoured is None:
        contra.append(_no_side(evidence))
        return
    share = laterality.share
    pro.append(REASONS["side"].format(side=evidence.leading, p=p_value(laterality.p), **_numbers(share)))
    days = sum(day.date is not None and day.laterality.favoured is laterality.favoured for day in evidence.days)
    if days > 1:
        pro.append(REASONS["days"].format(side=evidence.leading, days=days))


def _no_side(evidence: Evidence) -> str:
    laterality = evidence.laterality
    if not laterality.left + laterality.right:
        return REASONS["no_one_sided"]
    key = "no_side" if laterality.bursts >= MIN_BURSTS else "few"
    return REASONS[key].format(
        left=laterality.left,
        right=laterality.right,
        p=p_value(laterality.p),
        max_p=f"{MAX_P:g}",
        min_share=percent(MIN_SIDE_SHARE),
        **_numbers(laterality.share),
    )


def _add_eye(evidence: Evidence, pro: list[str], contra: list[str]) -> None:
    eye, side = evidence.eye, evidence.leading
    if not eye.seen:
        contra.append(REASONS["no_eyes"])
        return
    chance = eye.chance
    sentence = REASONS["eye"].format(
        side=side,
        met=chance.met,
        expected=f"{chance.expected:.1f}",
        p=p_value(chance.p),
        **_numbers(eye.alone),
    )
    often = (eye.alone.share or 0.0) >= MIN_EYE_SHARE and chance.p is not None and chance.p < MAX_P
    (pro if often else contra).append(sentence)
    if evidence.babinski.count:
        pro.append(REASONS["brow"].format(side=side, **_numbers(evidence.babinski)))
    elif evidence.babinski.total >= MIN_BURSTS:
        contra.append(REASONS["no_brow"].format(side=side, total=evidence.babinski.total))


def _add_time(evidence: Evidence, pro: list[str], contra: list[str]) -> None:
    rhythm = evidence.rhythm
    key, place = ("irregular", pro) if rhythm.irregular else ("regular", contra)
    if rhythm.burst_cv is None:
        key = "no_clockwork"
    cv = percent(rhythm.burst_cv)
    jerking = f"{rhythm.jerking_s:.0f}"
    place.append(REASONS[key].format(cv=cv, rhythmic=rhythm.rhythmic, bursts=rhythm.bursts, jerking=jerking))
    free = []
    for name, test in evidence.locks.items():
        numbers = {"movement": wording.MOVEMENTS[name], "met": test.met, "expected": f"{test.expected:.1f}"}
        if locked(test):
            contra.append(REASONS["locked"].format(total=test.groups, p=p_value(test.p), **numbers))
        elif test.targets:
            free.append(REASONS["movement"].format(p=p_value(test.p), **numbers))
    if free:
        total = max(test.groups for test in evidence.locks.values())
        pro.append(REASONS["free"].format(total=total, movements=", ".join(free)))


def _add_synkinesis(evidence: Evidence, pro: list[str], contra: list[str]) -> None:
    mouth, eye = evidence.synkinesis.mouth_with_eyes, evidence.synkinesis.eye_with_mouth
    for key, tie in (("mouth_with_eyes", mouth), ("eye_with_mouth", eye)):
        if tie.tied:
            contra.append(_tie(key, tie))
    if mouth.with_it.total >= 3 and not mouth.tied:
        pro.append(REASONS["not_tied"].format(count=mouth.with_it.count, total=mouth.with_it.total))


def _tie(key: str, tie: Tie) -> str:
    return REASONS[key].format(
        side=tie.side,
        count=tie.with_it.count,
        total=tie.with_it.total,
        lag=f"{tie.lag_s or 0.0:.2f}",
        lag_sd=f"{tie.lag_sd_s or 0.0:.2f}",
    )


def _needed(evidence: Evidence, level: Level) -> list[str]:
    keys: list[str | Lack] = list(level.lacks)
    if Obstacle.NO_EYES in level.obstacles:
        keys.append("eyes")
    if not level.lacks and evidence.laterality.bursts:
        dated = [day for day in evidence.days if day.date is not None]
        if not dated and len(evidence.names) > 1:
            keys.append("wall_time")
        elif len(dated) < 2:
            keys.append("another_day")
        if level.level and not evidence.synkinesis.mouth_with_eyes.with_it.total:
            keys.append("protocol")
    return [wording.NEEDED[key] for key in keys]


def _warnings(evidence: Evidence) -> list[str]:
    made = []
    rhythm = evidence.rhythm
    if rhythm.jerking:
        seen = [count_of(rhythm.jerks, "burst", "bursts")] if rhythm.jerks else []
        seen += [f"{rhythm.jerking_s:.0f} s"] if rhythm.jerking_s else []
        made.append(WARNINGS["jerks"].format(seen=", ".join(seen)))
    change = evidence.asymmetry
    if change is not None and change.notable:
        made.append(
            WARNINGS["asymmetry"].format(
                side=Side.RIGHT if change.change_pct_iod > 0 else Side.LEFT,
                change=f"{abs(change.change_pct_iod):.1f}",
                now=f"{change.now_pct_iod:+.1f}",
                before=f"{change.before_pct_iod:+.1f}",
                sessions=count_of(change.sessions, "earlier session", "earlier sessions"),
            )
        )
    for key, count in (("doubtful", evidence.doubtful), ("elsewhere", evidence.elsewhere)):
        if count:
            twitches = "twitch was" if count == 1 else "twitches were"
            made.append(WARNINGS[key].format(count=count, twitches=twitches, min_confidence=f"{MIN_CONFIDENCE:g}"))
    if len(evidence.names) > 1 and evidence.subject is None:
        made.append(WARNINGS["nobody_named"])
    if evidence.left_out_s >= 1:
        made.append(WARNINGS["overlap"].format(minutes=_minutes(evidence.left_out_s)))
    return made


def _look_alike(evidence: Evidence, one: Resemblance) -> tuple[Resemblance, str, str]:
    laterality, shape, rhythm = evidence.laterality, evidence.shape, evidence.rhythm
    keeps = [wording.MOVEMENTS[name] for name in evidence.locked_to]
    if evidence.synkinesis.shown:
        keeps.append(wording.MOVEMENTS["protocol"])
    per_min = 60 * laterality.bursts / evidence.valid_s if evidence.valid_s > 0 else 0.0
    reason = wording.LOOK_ALIKE_REASONS[one.look_alike].format(
        bursts=laterality.bursts,
        left=laterality.left,
        right=laterality.right,
        in_step=laterality.in_step,
        tremor=rhythm.tremor,
        trembling=f"{rhythm.trembling_s:.0f}",
        likeness=wording.LIKENESS["few" if shape.likeness_cv is None else "known"].format(
            percent=percent(shape.likeness_cv)
        ),
        moving_both=shape.moving_both.count,
        locked=" and ".join(keeps) or wording.MOVEMENTS["nothing"],
        tonic=shape.tonic.count,
        eye=evidence.eye.alone.count,
        one_place=percent(shape.one_place.share),
        per_burst=f"{shape.per_burst:g}",
        spreading=shape.spreading.count,
        per_min=f"{per_min:.1f}",
    )
    return one, wording.LOOK_ALIKE_NAMES[one.look_alike], wording.FITS[one.fit].format(reason=reason)


def _numbers(share: Share) -> dict[str, object]:
    return {
        "count": share.count,
        "total": share.total,
        "percent": percent(share.share),
        "low": percent(share.low),
        "high": percent(share.high),
    }


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.1f}"


def _seen(evidence: Evidence) -> list[str]:
    """How much was seen: rest, and what of the protocol was done."""
    made = [
        SEEN["looked"].format(minutes=_minutes(evidence.valid_s), face_percent=percent(evidence.face_share)),
    ]
    done = [
        f"{wording.PARTS[part]} {_minutes(evidence.valid_by_part_s[part])}"
        for part in Part
        if part in evidence.valid_by_part_s and part is not Part.REST
    ]
    if done:
        made.append(SEEN["parts"].format(parts=", ".join(done)))
    return made
