"""Everything that a level rests on, in numbers: from the recordings of one person to :class:`Evidence`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from twitchcam.errors import UsageError
from twitchcam.events.model import Context, Segment, Side
from twitchcam.screening.asymmetry import AsymmetryChange, asymmetry_change
from twitchcam.screening.bursts import Burst, bursts_of
from twitchcam.screening.closures import Closures, closures_of
from twitchcam.screening.criteria import (
    EYE_WINDOW_S,
    LOCK_WINDOW_S,
    MAX_P,
    MIN_BURSTS,
    MIN_CONFIDENCE,
    MIN_LOCKED,
    MIN_LOCKED_EXCESS,
    MIN_SIDE_SHARE,
)
from twitchcam.screening.recording import Part, Recording, ValidTime, counted_once, joined, without
from twitchcam.screening.rhythm import Rhythm, rhythm_of
from twitchcam.screening.shape import Shape, shape_of
from twitchcam.screening.statistics import Share, ShiftTest, Train, binomial_p, share_of, shift_test
from twitchcam.screening.synkinesis import Synkinesis, synkinesis_of

FloatArray = NDArray[np.float64]

_SIDES = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Laterality:
    """Bursts by side.

    Attributes:
        left: Bursts of the left side.
        right: Bursts of the right side.
        both: Bursts of neither, as both sides moved or had as many twitches.
        in_step: Bursts, of any of these, in which both sides moved at once.
    """

    left: int
    right: int
    both: int
    in_step: int

    @property
    def bursts(self) -> int:
        """All bursts."""
        return self.left + self.right + self.both

    @property
    def leading(self) -> Side | None:
        """The side with more bursts."""
        return None if self.left == self.right else Side.LEFT if self.left > self.right else Side.RIGHT

    @property
    def share(self) -> Share:
        """Of the one-sided bursts, those of the leading side."""
        return share_of(max(self.left, self.right), self.left + self.right)

    @property
    def p(self) -> float | None:
        """Two-sided exact binomial p of the one-sided bursts; None without any."""
        return binomial_p(max(self.left, self.right), self.left + self.right)

    @property
    def favoured(self) -> Side | None:
        """The side that the exact test and the interval favour."""
        p = self.p
        if self.bursts < MIN_BURSTS or p is None or p >= MAX_P or self.share.low <= MIN_SIDE_SHARE:
            return None
        return self.leading


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeSynchrony:
    """The eye of the leading side and the bursts of that side.

    Attributes:
        seen: Whether any closing of an eye was recorded; without, nothing can be said.
        alone: Bursts in which that eye, and not the other one, closes with a twitch.
        chance: The test against circular shifts over all closures of that eye, blinks included.
        closures: Closures of both eyes and of either, in all.
    """

    seen: bool
    alone: Share
    chance: ShiftTest
    closures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """One day; sessions without a wall time are one together, whose date is None."""

    date: date | None
    laterality: Laterality


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What was seen of one person.

    Attributes:
        subject: Who is seen, or None where that was not told.
        names: Of the recordings, in order of time.
        days: By day.
        analysed_s: Length of what was analysed and counts.
        left_out_s: Length of what another recording shows as well.
        valid_s: Valid rest.
        valid_by_part_s: Time in each part of the protocol, valid rest outside of any under ``rest``.
        face_share: Share of the frames with a face.
        twitches: Twitches in valid rest.
        doubtful: Twitches in valid rest that are too doubtful to count.
        elsewhere: Twitches at other times, which count for nothing but the protocol.
        laterality: Bursts by side.
        eye: The eye of the leading side.
        babinski: Of the leading side's bursts with the eye closing, those in which the brow of that side goes up.
        locks: Whether the leading side's bursts keep to ``blink``, ``gaze``, ``smile`` or ``speech``.
        rhythm: How even bursts and twitches are.
        shape: What the twitches are like.
        synkinesis: Mouth with eyes shut on purpose and the reverse, where the protocol was done.
        asymmetry: Change of the corners at rest, where earlier sessions tell.
    """

    subject: str | None
    names: tuple[str, ...]
    days: tuple[Day, ...]
    analysed_s: float
    left_out_s: float
    valid_s: float
    valid_by_part_s: dict[Part, float]
    face_share: float
    twitches: int
    doubtful: int
    elsewhere: int
    laterality: Laterality
    eye: EyeSynchrony
    babinski: Share
    locks: dict[str, ShiftTest]
    rhythm: Rhythm
    shape: Shape
    synkinesis: Synkinesis
    asymmetry: AsymmetryChange | None

    @property
    def leading(self) -> Side | None:
        """The side with more bursts."""
        return self.laterality.leading

    @property
    def locked_to(self) -> tuple[str, ...]:
        """What the bursts keep to: more often than chance, and by enough."""
        return tuple(name for name, test in self.locks.items() if locked(test))


def locked(test: ShiftTest) -> bool:
    """Whether bursts keep to something: more often than shifted ones, by a good part of them."""
    return (
        test.met >= MIN_LOCKED
        and test.p is not None
        and test.p < MAX_P
        and test.met - test.expected >= MIN_LOCKED_EXCESS * test.groups
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """A recording, taken apart."""

    recording: Recording
    valid: ValidTime
    bursts: list[Burst]
    doubtful: int
    elsewhere: int
    closures: Closures


def assemble(recordings: Iterable[Recording]) -> Evidence:
    """The evidence of the recordings of one person, each time counted once.

    Raises:
        UsageError: no recording, or recordings of different people.
    """
    given = list(recordings)
    _check_subjects(given)
    seen = [_taken_apart(recording) for recording in counted_once(given)]
    bursts = [burst for one in seen for burst in one.bursts]
    laterality = _laterality(bursts)
    leading = laterality.leading
    chosen = [[b for b in one.bursts if leading is None or b.side is leading] for one in seen]
    analysed = [(_analysed_s(one.recording), one.recording.face_share) for one in seen]
    analysed_s = sum(length_s for length_s, _ in analysed)
    return Evidence(
        subject=given[0].subject,
        names=tuple(one.recording.name for one in seen),
        days=_days(seen),
        analysed_s=analysed_s,
        left_out_s=sum(one.recording.end_s - one.recording.start_s for one in seen) - analysed_s,
        valid_s=sum(one.valid.length_s for one in seen),
        valid_by_part_s=_by_part(seen),
        face_share=sum(length_s * share for length_s, share in analysed) / analysed_s if analysed_s > 0 else 0.0,
        twitches=sum(len(burst.twitches) for burst in bursts),
        doubtful=sum(one.doubtful for one in seen),
        elsewhere=sum(one.elsewhere for one in seen),
        laterality=laterality,
        eye=_eye(seen, chosen, leading),
        babinski=_babinski(chosen, leading),
        locks=_locks(seen, chosen),
        rhythm=rhythm_of([(one.bursts, one.valid, _segments(one)) for one in seen]),
        shape=shape_of(bursts, leading),
        synkinesis=synkinesis_of((one.recording, one.closures) for one in seen),
        asymmetry=asymmetry_change([one.recording.asymmetry_pct_iod for one in seen]),
    )


def _check_subjects(recordings: Sequence[Recording]) -> None:
    if not recordings:
        raise UsageError("there is no session to screen")
    first = recordings[0]
    for other in recordings[1:]:
        if other.subject != first.subject:
            one, two = (f"{r.name} ({'nobody named' if r.subject is None else r.subject})" for r in (first, other))
            raise UsageError(f"sessions of different people: {one} and {two}; screen one person at a time")


def _taken_apart(recording: Recording) -> _Seen:
    rest = recording.rest()
    valid = ValidTime.of(rest)
    # The context of an event is decided when the event is; a segment may be drawn a little differently afterwards.
    apart = joined([*((p.onset_s, p.end_s) for p in recording.parts if p.part is not Part.REST), *recording.left_out])
    shown = [t for t in recording.twitches if not _within(t.onset_s, recording.left_out)]
    at_rest = [t for t in shown if t.context in (Context.REST, None) and not _within(t.onset_s, apart)]
    counted = [t for t in at_rest if t.confidence is None or t.confidence >= MIN_CONFIDENCE]
    return _Seen(
        recording=recording,
        valid=valid,
        bursts=bursts_of(counted),
        doubtful=len(at_rest) - len(counted),
        elsewhere=len(shown) - len(at_rest),
        closures=closures_of(recording.segments),
    )


def _within(time_s: float, stretches: Sequence[tuple[float, float]]) -> bool:
    return any(begin_s <= time_s < end_s for begin_s, end_s in stretches)


def _analysed_s(recording: Recording) -> float:
    whole = [(recording.start_s, recording.end_s)]
    return sum(end_s - begin_s for begin_s, end_s in without(whole, joined(recording.left_out)))


def _laterality(bursts: Sequence[Burst]) -> Laterality:
    left, right = (sum(burst.side is side for burst in bursts) for side in _SIDES)
    return Laterality(
        left=left,
        right=right,
        both=len(bursts) - left - right,
        in_step=sum(burst.in_step for burst in bursts),
    )


def _segments(one: _Seen) -> list[Segment]:
    """What was seen in a recording at times that no other one shows as well."""
    recording = one.recording
    return [segment for segment in recording.segments if not _within(segment.onset_s, recording.left_out)]


def _days(seen: Sequence[_Seen]) -> tuple[Day, ...]:
    by_date: dict[date | None, list[Burst]] = defaultdict(list)
    for one in seen:
        started_at = one.recording.started_at
        if started_at is not None:
            started_at += timedelta(seconds=one.recording.start_s)
        by_date[None if started_at is None else started_at.date()] += one.bursts
    dated = sorted(by_date.items(), key=lambda item: (item[0] is None, item[0] or date.min))
    return tuple(Day(date=day, laterality=_laterality(bursts)) for day, bursts in dated)


def _by_part(seen: Sequence[_Seen]) -> dict[Part, float]:
    total_s: dict[Part, float] = {Part.REST: sum(one.valid.length_s for one in seen)}
    for one in seen:
        left_out = joined(one.recording.left_out)
        for part in one.recording.parts:
            if part.part is not Part.REST:
                left = without([(part.onset_s, part.end_s)], left_out)
                total_s[part.part] = total_s.get(part.part, 0.0) + sum(end_s - begin_s for begin_s, end_s in left)
    return total_s


def _train(one: _Seen, bursts: Sequence[Burst], window_s: float, targets_s: Iterable[float]) -> Train:
    """Windows around the onsets of twitches, and targets that are valid or lie at the edge of what is valid."""
    groups = np.array([i for i, burst in enumerate(bursts) for _ in burst.twitches], dtype=np.int64)
    onsets_s = one.valid.on_axis([twitch.onset_s for burst in bursts for twitch in burst.twitches])
    # Windows of one burst that touch are one window.
    begins = np.ones(len(onsets_s), dtype=np.bool_)
    begins[1:] = (np.diff(groups) > 0) | (np.diff(onsets_s) > 2 * window_s)
    ends = np.append(begins[1:], True) if len(begins) else begins
    return Train(
        length_s=one.valid.length_s,
        starts_s=onsets_s[begins] - window_s,
        ends_s=onsets_s[ends] + window_s,
        groups=groups[begins],
        targets_s=one.valid.on_axis(targets_s),
    )


def _test(
    seen: Sequence[_Seen],
    chosen: Sequence[Sequence[Burst]],
    window_s: float,
    targets_s: Callable[[_Seen], Iterable[float]],
) -> ShiftTest:
    return shift_test([_train(one, bursts, window_s, targets_s(one)) for one, bursts in zip(seen, chosen, strict=True)])


def _valid(one: _Seen, times_s: Sequence[float]) -> list[float]:
    return [time_s for time_s, valid in zip(times_s, one.valid.holds(times_s), strict=True) if valid]


def _eye(seen: Sequence[_Seen], chosen: Sequence[Sequence[Burst]], leading: Side | None) -> EyeSynchrony:
    closures = sum(one.closures.total for one in seen)
    if leading is None:
        nothing = ShiftTest(met=0, groups=0, expected=0.0, p=None, targets=0)
        return EyeSynchrony(seen=closures > 0, alone=share_of(0, 0), chance=nothing, closures=closures)
    alone = 0
    for one, bursts in zip(seen, chosen, strict=True):
        alone_s = np.array(one.closures.alone_s(leading))
        alone += sum(closes_alone(burst, alone_s, leading) for burst in bursts)
    chance = _test(seen, chosen, EYE_WINDOW_S, lambda one: _valid(one, one.closures.any_s(leading)))
    return EyeSynchrony(
        seen=closures > 0, alone=share_of(alone, sum(map(len, chosen))), chance=chance, closures=closures
    )


def closes_alone(burst: Burst, alone_s: FloatArray, side: Side) -> bool:
    """Whether the eye of a side, and not the other one, begins to close with one of the burst's twitches.

    Args:
        burst: The burst.
        alone_s: ``(n,)`` when that eye alone begins to close, in order.
        side: The side.
    """
    if burst.shows("eye", side):
        return True
    onsets_s = np.array([twitch.onset_s for twitch in burst.twitches])
    first = np.searchsorted(alone_s, onsets_s - EYE_WINDOW_S)
    return bool(np.any(np.searchsorted(alone_s, onsets_s + EYE_WINDOW_S, side="right") > first))


def _babinski(chosen: Sequence[Sequence[Burst]], leading: Side | None) -> Share:
    if leading is None:
        return share_of(0, 0)
    with_eye = [burst for bursts in chosen for burst in bursts if burst.shows("eye", leading)]
    return share_of(sum(_brow_up(burst, leading) for burst in with_eye), len(with_eye))


def _brow_up(burst: Burst, side: Side) -> bool:
    """Whether in one of its twitches the brow goes up while the eye of that side closes."""
    wanted = {f"eye_{side}", f"brow_{side}"}
    return any(wanted <= {spread.place for spread in twitch.spread} for twitch in burst.twitches)


def _locks(seen: Sequence[_Seen], chosen: Sequence[Sequence[Burst]]) -> dict[str, ShiftTest]:
    def edges(kinds: tuple[Context, ...]) -> Callable[[_Seen], list[float]]:
        return lambda one: [s.onset_s for s in one.recording.segments if s.kind in kinds]

    return {
        "blink": _test(seen, chosen, EYE_WINDOW_S, lambda one: _valid(one, one.closures.both_s)),
        "gaze": _test(seen, chosen, LOCK_WINDOW_S, edges((Context.GAZE_SHIFT,))),
        "smile": _test(seen, chosen, LOCK_WINDOW_S, edges((Context.SMILING,))),
        "speech": _test(seen, chosen, LOCK_WINDOW_S, edges((Context.TALKING,))),
    }
