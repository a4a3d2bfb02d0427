"""Whole sessions of made-up people: what their faces do, by kind of pattern. Seeded; every draw follows from the seed.

A :class:`Script` says what happens. What is seen of it is another matter: :mod:`tests.benchmarks.seen` draws that at
the level of events, :mod:`tests.benchmarks.signals` makes channels of it, for the real detector. Rates and shapes
follow the descriptions in ``docs/screening.md``; they are assumptions, not data of patients.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from twitchcam.events.model import Context, Lip, Side

FloatArray = NDArray[np.float64]
Rng: TypeAlias = np.random.Generator

_SIDES = (Side.LEFT, Side.RIGHT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A movement of the lips, with what else moves with it.

    Attributes:
        onset_s: Its foot.
        duration_s: To the return; 1 s and more is held.
        lip: Where.
        side: Where.
        amplitude_pct_iod: Largest displacement.
        with_it: Other places that move on the same side, and how much later (s).
    """

    onset_s: float
    duration_s: float
    lip: Lip
    side: Side
    amplitude_pct_iod: float
    with_it: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lid:
    """An eye, or both, that closes."""

    onset_s: float
    duration_s: float
    side: Side


@dataclass(slots=True, kw_only=True)
class Script:
    """What a face does in one session.

    Attributes:
        kind: Name of the pattern.
        length_s: Length of the session.
        side: The side of a one-sided pattern.
        moves: Of the lips.
        lids: Of the eyes.
        gaze_s: When the gaze shifts.
        doings: Talking and smiling: begin, length, what.
        strength: What the person drew, for the tables.
    """

    kind: str
    length_s: float
    side: Side | None = None
    moves: list[Move] = field(default_factory=list)
    lids: list[Lid] = field(default_factory=list)
    gaze_s: list[float] = field(default_factory=list)
    doings: list[tuple[float, float, Context]] = field(default_factory=list)
    strength: dict[str, float] = field(default_factory=dict)

    def busy(self, time_s: float) -> bool:
        """Whether the person talks or smiles then."""
        return any(onset_s <= time_s < onset_s + length_s for onset_s, length_s, _ in self.doings)

    def free(self, times_s: FloatArray) -> FloatArray:
        """Those times at which the person neither talks nor smiles, up to the end."""
        busy = np.zeros(len(times_s), dtype=np.bool_)
        for onset_s, length_s, _ in self.doings:
            busy |= (onset_s <= times_s) & (times_s < onset_s + length_s)
        return np.asarray(times_s[~busy & (times_s < self.length_s - 0.5)])


def script(kind: str, seed: int, *, length_s: float = 600.0) -> Script:
    """What a person of a kind does.

    Args:
        kind: A key of :data:`KINDS`.
        seed: Number of the person.
        length_s: Length of the session.
    """
    rng = np.random.default_rng([list(KINDS).index(kind), seed])
    made = Script(kind=kind, length_s=length_s)
    _everyday(rng, made)
    KINDS[kind](rng, made)
    return _ordered(made)


def with_eye_share(share: float, seed: int, *, length_s: float = 600.0) -> Script:
    """Moderate spasms in which the eye closes with a given share of the bursts.

    Args:
        share: Of the bursts.
        seed: Number of the person.
        length_s: Length of the session.
    """
    rng = np.random.default_rng([round(1000 * share), 77, seed])
    made = Script(kind="hfs_moderate", length_s=length_s)
    _everyday(rng, made)
    _spasms(rng, made, per_min=rng.uniform(2, 5), number=3.0, eye=share, brow=rng.uniform(0.2, 0.8), tonic=0.05)
    return _ordered(made)


def _ordered(made: Script) -> Script:
    made.moves.sort(key=lambda move: move.onset_s)
    made.lids.sort(key=lambda lid: lid.onset_s)
    return made


def _everyday(rng: Rng, made: Script) -> None:
    """Blinks and changes of gaze, as everybody has them, and a word or a smile now and then."""
    per_min = rng.uniform(6, 28)
    for onset_s in _renewal(rng, made.length_s, 60 / per_min, cv=0.7):
        made.lids.append(Lid(onset_s=onset_s, duration_s=rng.uniform(0.12, 0.3), side=Side.BOTH))
    for onset_s in _renewal(rng, made.length_s, rng.uniform(8, 40), cv=1.0):
        made.gaze_s.append(onset_s)
    busy = rng.uniform(0.0, 0.15) * made.length_s
    while busy > 1:
        what = Context.TALKING if rng.random() < 0.6 else Context.SMILING
        length_s = min(busy, rng.uniform(1.5, 8.0))
        begin_s = rng.uniform(0, made.length_s - length_s)
        if not made.busy(begin_s) and not made.busy(begin_s + length_s):
            made.doings.append((begin_s, length_s, what))
        busy -= length_s
    made.doings.sort(key=lambda doing: doing[0])


def _renewal(rng: Rng, length_s: float, mean_s: float, *, cv: float) -> FloatArray:
    """Times of events with gamma intervals; a coefficient of variation of 1 is a Poisson process."""
    shape = 1 / cv**2
    number = int(length_s / mean_s * 1.5 + 10 * (1 + cv) * np.sqrt(length_s / mean_s) + 10)
    times = np.cumsum(rng.gamma(shape, mean_s / shape, number)) - rng.uniform(0, mean_s)
    return np.asarray(times[(times > 0) & (times < length_s - 0.5)])


def _train(rng: Rng, onset_s: float, number: int, step_s: float, cv: float) -> FloatArray:
    """Onsets of the twitches of a burst: log-normal steps."""
    spread = np.sqrt(np.log1p(cv**2))
    steps = step_s * np.exp(rng.normal(-(spread**2) / 2, spread, number))
    steps[0] = 0.0
    return np.asarray(onset_s + np.cumsum(np.maximum(steps, 0.0)))


def _free(made: Script, times_s: FloatArray) -> Iterator[float]:
    return map(float, made.free(times_s))


def _amplitude(rng: Rng, mean: float) -> float:
    return min(max(mean * math.exp(rng.normal(0, 0.35)), 0.3), 12.0)


def _side(rng: Rng) -> Side:
    return _SIDES[int(rng.integers(2))]


def _lip(rng: Rng) -> Lip:
    return Lip.UPPER if rng.random() < 0.5 else Lip.LOWER


def _spasms(rng: Rng, made: Script, *, per_min: float, number: float, eye: float, brow: float, tonic: float) -> None:
    """Hemifacial spasm: irregular bursts of one side, the eye of that side with most of them."""
    made.side = side = _side(rng)
    made.strength = {"bursts_per_min": per_min, "eye": eye, "brow": brow}
    mean = rng.uniform(1.5, 5.0)
    onsets_s = _renewal(rng, made.length_s, 60 / per_min, cv=1.0)
    # The closing of the eyes can set off a burst: not all are free of blinks.
    blinks_s = [lid.onset_s for lid in made.lids]
    if blinks_s:
        chosen = rng.choice(blinks_s, size=min(len(blinks_s), round(0.08 * len(onsets_s))), replace=False)
        onsets_s = np.sort(np.concatenate([onsets_s[: len(onsets_s) - len(chosen)], chosen + 0.1]))
    last_s = -10.0
    for onset_s in _free(made, onsets_s):
        if onset_s - last_s < 0.3:
            continue
        with_eye = rng.random() < eye
        with_brow = with_eye and rng.random() < brow
        for number_in, time_s in enumerate(_train(rng, onset_s, 1 + rng.geometric(1 / number) - 1, 0.4, 0.55)):
            held = number_in == 0 and rng.random() < tonic
            duration_s = rng.uniform(1.0, 6.0) if held else rng.uniform(0.06, 0.24)
            others = [("cheek", rng.normal(0, 0.02))] if rng.random() < 0.5 else []
            if with_eye and (number_in == 0 or rng.random() < 0.7):
                lag_s = rng.normal(-0.02, 0.04)
                others.append(("eye", lag_s))
                length_s = duration_s if held else rng.uniform(0.08, 0.3)
                made.lids.append(Lid(onset_s=max(time_s + lag_s, 0.0), duration_s=length_s, side=side))
                if with_brow:
                    others.append(("brow", lag_s + rng.normal(0, 0.02)))
            if time_s < made.length_s - 0.5:
                made.moves.append(
                    Move(
                        onset_s=time_s, duration_s=duration_s, lip=_lip(rng), side=side,
                        amplitude_pct_iod=_amplitude(rng, mean), with_it=tuple(others),
                    )
                )  # fmt: skip
            last_s = time_s + duration_s


def _hfs_mild(rng: Rng, made: Script) -> None:
    _spasms(
        rng,
        made,
        per_min=rng.uniform(0.8, 2.5),
        number=1.6,
        eye=rng.uniform(0.7, 0.95),
        brow=rng.uniform(0, 0.5),
        tonic=0.0,
    )


def _hfs_moderate(rng: Rng, made: Script) -> None:
    _spasms(
        rng,
        made,
        per_min=rng.uniform(2, 5),
        number=3.0,
        eye=rng.uniform(0.75, 0.98),
        brow=rng.uniform(0.2, 0.8),
        tonic=0.05,
    )


def _hfs_severe(rng: Rng, made: Script) -> None:
    _spasms(
        rng,
        made,
        per_min=rng.uniform(4, 9),
        number=6.0,
        eye=rng.uniform(0.8, 1.0),
        brow=rng.uniform(0.4, 0.9),
        tonic=0.15,
    )


def _myokymia(rng: Rng, made: Script) -> None:
    """Rippling of one spot: long trains at 3-7 Hz, nothing else."""
    made.side, lip, mean = _side(rng), _lip(rng), rng.uniform(0.4, 1.2)
    rate_hz = rng.uniform(2.5, 7)
    for onset_s in _free(made, _renewal(rng, made.length_s, 60 / rng.uniform(1, 4), cv=1.0)):
        for time_s in _free(made, _train(rng, onset_s, int(rng.integers(5, 30)), 1 / rate_hz, rng.uniform(0.15, 0.4))):
            made.moves.append(
                Move(
                    onset_s=time_s, duration_s=rng.uniform(0.07, 0.15), lip=lip, side=made.side,
                    amplitude_pct_iod=_amplitude(rng, mean),
                )
            )  # fmt: skip


def _benign(rng: Rng, made: Script) -> None:
    """Single twitches, now here, now there."""
    for onset_s in _free(made, _renewal(rng, made.length_s, 60 / rng.uniform(0.2, 3.0), cv=1.0)):
        made.moves.append(
            Move(
                onset_s=onset_s, duration_s=rng.uniform(0.06, 0.2), lip=_lip(rng), side=_side(rng),
                amplitude_pct_iod=_amplitude(rng, 1.5),
            )
        )  # fmt: skip


def _benign_spot(rng: Rng, made: Script) -> None:
    """Single twitches that stay at one spot for the whole session: one-sided, and rightly called so."""
    made.side, lip = _side(rng), _lip(rng)
    for onset_s in _free(made, _renewal(rng, made.length_s, 60 / rng.uniform(0.2, 3.0), cv=1.0)):
        made.moves.append(
            Move(
                onset_s=onset_s, duration_s=rng.uniform(0.06, 0.2), lip=lip, side=made.side,
                amplitude_pct_iod=_amplitude(rng, 1.5),
            )
        )  # fmt: skip


def _tics(rng: Rng, made: Script) -> None:
    """Pulls of the mouth, alike each time, on either side, often with blinks and other places of both sides."""
    duration_s, mean = rng.uniform(0.12, 0.24), rng.uniform(2, 6)
    with_blink = rng.uniform(0.1, 0.9)
    for onset_s in _free(made, _renewal(rng, made.length_s, 60 / rng.uniform(2, 12), cv=0.8)):
        side = _side(rng)
        for time_s in _train(rng, onset_s, int(rng.integers(1, 4)), 0.45, 0.2):
            made.moves.append(
                Move(
                    onset_s=time_s, duration_s=duration_s * rng.uniform(0.93, 1.07), lip=_lip(rng), side=side,
                    amplitude_pct_iod=_amplitude(rng, mean),
                )
            )  # fmt: skip
        if rng.random() < with_blink:
            made.lids.append(Lid(onset_s=onset_s + rng.normal(0, 0.05), duration_s=0.3, side=Side.BOTH))


def _meige(rng: Rng, made: Script) -> None:
    """Spasms of both eyes, and the mouth of both sides with them, one side a little more."""
    mean = rng.uniform(2, 5)
    for onset_s in _free(made, _renewal(rng, made.length_s, 60 / rng.uniform(2, 8), cv=0.9)):
        closed_s = rng.uniform(0.3, 3.0)
        made.lids.append(Lid(onset_s=onset_s, duration_s=closed_s, side=Side.BOTH))
        for time_s in _train(rng, onset_s + rng.normal(0.05, 0.05), int(rng.integers(1, 5)), 0.5, 0.4):
            lip, duration_s, size = _lip(rng), rng.uniform(0.12, 0.4), _amplitude(rng, mean)
            for side in _SIDES:
                made.moves.append(
                    Move(
                        onset_s=max(time_s + rng.normal(0, 0.01), 0.0), duration_s=duration_s, lip=lip, side=side,
                        amplitude_pct_iod=size * rng.uniform(0.8, 1.0),
                    )
                )  # fmt: skip


def _tremor(rng: Rng, made: Script) -> None:
    """Trains at 4-6 Hz on both sides, for seconds."""
    rate_hz, mean = rng.uniform(3.5, 6.5), rng.uniform(0.5, 2.0)
    for onset_s in _free(made, _renewal(rng, made.length_s, rng.uniform(10, 40), cv=1.0)):
        for time_s in _free(made, _train(rng, onset_s, int(rate_hz * rng.uniform(2, 10)), 1 / rate_hz, 0.06)):
            for side in _SIDES:
                made.moves.append(
                    Move(
                        onset_s=time_s, duration_s=0.8 / rate_hz, lip=Lip.LOWER, side=side,
                        amplitude_pct_iod=_amplitude(rng, mean),
                    )
                )  # fmt: skip


def _synkinesis(rng: Rng, made: Script) -> None:
    """After a palsy: one side of the mouth twitches with blinks, one eye closes with smiles."""
    made.side = _side(rng)
    lag_s, share, mean = rng.uniform(0.02, 0.12), rng.uniform(0.5, 0.95), rng.uniform(0.8, 3)
    lip = _lip(rng)
    for lid in [lid for lid in made.lids if lid.side is Side.BOTH]:
        if rng.random() < share and not made.busy(lid.onset_s):
            made.moves.append(
                Move(
                    onset_s=lid.onset_s + lag_s + abs(rng.normal(0, 0.015)), duration_s=rng.uniform(0.12, 0.25),
                    lip=lip, side=made.side, amplitude_pct_iod=_amplitude(rng, mean),
                )
            )  # fmt: skip
    for onset_s, length_s, what in made.doings:
        if what is Context.SMILING:
            made.lids.append(Lid(onset_s=onset_s + 0.15, duration_s=length_s, side=made.side))


def _functional(rng: Rng, made: Script) -> None:
    """The lower lip pulled to one side and held, without the eye."""
    made.side = _side(rng)
    onsets_s = _renewal(rng, made.length_s, 60 / rng.uniform(0.5, 2.5), cv=0.8)
    last_s = -1.0
    for onset_s in _free(made, onsets_s):
        if onset_s < last_s + 2:
            continue
        duration_s = rng.uniform(1.5, 15)
        last_s = onset_s + duration_s
        made.moves.append(
            Move(
                onset_s=onset_s, duration_s=duration_s, lip=Lip.LOWER, side=made.side,
                amplitude_pct_iod=_amplitude(rng, 4),
            )
        )  # fmt: skip


def _seizure(rng: Rng, made: Script) -> None:
    """Even jerks of one corner at 1-3 Hz for up to a minute, several times."""
    made.side, lip = _side(rng), _lip(rng)
    with_eye = rng.random() < 0.5
    for onset_s in _free(made, _renewal(rng, made.length_s, rng.uniform(30, 90), cv=0.7)):
        rate_hz = rng.uniform(1.2, 2.8)
        for time_s in _train(rng, onset_s, int(rate_hz * rng.uniform(5, 40)), 1 / rate_hz, 0.07):
            if time_s >= made.length_s - 0.5:
                break
            if with_eye:
                made.lids.append(Lid(onset_s=time_s, duration_s=0.2, side=made.side))
            made.moves.append(
                Move(
                    onset_s=time_s, duration_s=rng.uniform(0.12, 0.22), lip=lip, side=made.side,
                    amplitude_pct_iod=_amplitude(rng, 3), with_it=(("eye", 0.0),) if with_eye else (),
                )
            )  # fmt: skip


def _healthy(rng: Rng, made: Script) -> None:
    """Talks and smiles up to half of the time; no twitch."""
    busy_s = rng.uniform(0.1, 0.45) * made.length_s
    while busy_s > 1:
        length_s = min(busy_s, rng.uniform(2, 20))
        begin_s = rng.uniform(0, made.length_s - length_s)
        if not any(made.busy(begin_s + share * length_s) for share in (0, 0.5, 1)):
            made.doings.append((begin_s, length_s, Context.TALKING if rng.random() < 0.7 else Context.SMILING))
        busy_s -= length_s
    made.doings.sort(key=lambda doing: doing[0])


KINDS: dict[str, Callable[[Rng, Script], None]] = {
    "hfs_mild": _hfs_mild,
    "hfs_moderate": _hfs_moderate,
    "hfs_severe": _hfs_severe,
    "myokymia": _myokymia,
    "benign": _benign,
    "benign_spot": _benign_spot,
    "tics": _tics,
    "meige": _meige,
    "tremor": _tremor,
    "synkinesis": _synkinesis,
    "functional": _functional,
    "seizure": _seizure,
    "healthy": _healthy,
}
