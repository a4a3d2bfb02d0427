"""What is seen of a script at the level of events: misses, false ones, wrong sides, and times that are a little off."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from tests.benchmarks.patterns import KINDS, Move, Rng, Script
from twitchcam.config import DetectionConfig
from twitchcam.events.model import Context, EventType, Lip, Segment, Side, Spread, Twitch
from twitchcam.screening.recording import Recording, joined, without

_SPASM_S = 1.0
#: Two twitches closer than this are one to the detector.
_SEPARATION_S = 0.2
#: The detector tells none with less confidence.
_LEAST_TOLD = DetectionConfig().min_confidence
#: What an eye is looked for beside a twitch.
_NEAR_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """How well things are seen.

    Attributes:
        recall: Of the twitches, those that are found.
        wrong_side: Of the found ones, those on the wrong side.
        lid_recall: Of the closings of an eye, those that are found.
        lid_false_per_min: Closings of one eye that are none.
        false_per_min: False twitches at rest; each person draws up to this.
        edge_false: Share of the talks and smiles with a false twitch at the edge.
        jitter_s: Standard deviation of the times.
    """

    recall: float = 0.93
    wrong_side: float = 0.01
    lid_recall: float = 0.92
    lid_false_per_min: float = 0.2
    false_per_min: float = 0.2
    edge_false: float = 0.05
    jitter_s: float = 0.015


def recording_of(script: Script, seed: int, sight: Sight | None = None) -> Recording:
    """One session as the tables would hold it.

    Args:
        script: What happens.
        seed: Number of the person.
        sight: How well it is seen.
    """
    sight = sight or Sight()
    rng = np.random.default_rng([1_000_003, list(KINDS).index(script.kind), seed])
    segments = _doings(script) + _lids(rng, script, sight)
    segments += [Segment(onset_s=t, duration_s=0.2, kind=Context.GAZE_SHIFT) for t in script.gaze_s]
    twitches = _twitches(rng, script, sight) + _false(rng, script, sight)
    twitches.sort(key=lambda twitch: twitch.onset_s)
    closures = [s for s in segments if s.kind in (Context.BLINK, Context.EYE_CLOSED)]
    return Recording(
        name=f"{script.kind}-{seed}",
        twitches=tuple(_with_eyes(twitches, closures)),
        segments=tuple(sorted(segments, key=lambda segment: segment.onset_s)),
        end_s=script.length_s,
        face_share=float(rng.uniform(0.9, 1.0)),
    )


def _doings(script: Script) -> list[Segment]:
    busy = [Segment(onset_s=onset_s, duration_s=length_s, kind=kind) for onset_s, length_s, kind in script.doings]
    rest = without([(0.0, script.length_s)], joined((s.onset_s, s.end_s) for s in busy))
    return busy + [Segment(onset_s=begin, duration_s=end - begin, kind=Context.REST) for begin, end in rest]


def _lids(rng: Rng, script: Script, sight: Sight) -> list[Segment]:
    found = []
    for lid in script.lids:
        if rng.random() > sight.lid_recall:
            continue
        kind = Context.BLINK if lid.side is Side.BOTH and lid.duration_s < _SPASM_S else Context.EYE_CLOSED
        onset_s = max(lid.onset_s + rng.normal(0, sight.jitter_s), 0.0)
        found.append(Segment(onset_s=onset_s, duration_s=lid.duration_s, kind=kind, side=lid.side))
    for _ in range(rng.poisson(sight.lid_false_per_min * script.length_s / 60)):
        side = Side.LEFT if rng.random() < 0.5 else Side.RIGHT
        onset_s = rng.uniform(0, script.length_s - 0.3)
        found.append(Segment(onset_s=onset_s, duration_s=0.1, kind=Context.EYE_CLOSED, side=side))
    return found


def _twitches(rng: Rng, script: Script, sight: Sight) -> list[Twitch]:
    found: list[Twitch] = []
    free_s = set(script.free(np.array([move.onset_s for move in script.moves])))
    for move in script.moves:
        if rng.random() > sight.recall or move.onset_s not in free_s:
            continue
        twitch = _seen(rng, move, sight)
        last = found[-1] if found else None
        if last is not None and abs(twitch.onset_s - last.onset_s) < _SEPARATION_S:
            if last.side is not twitch.side:
                # One peak to the detector: of both sides when they moved alike, else of the stronger one.
                larger, smaller = sorted((last, twitch), key=lambda t: -t.amplitude_pct_iod)
                alike = smaller.amplitude_pct_iod > 0.8 * larger.amplitude_pct_iod
                found[-1] = _changed(larger, side=Side.BOTH) if alike else larger
            continue
        found.append(twitch)
    return found


def _changed(twitch: Twitch, *, side: Side) -> Twitch:
    return replace(twitch, side=side)


def _seen(rng: Rng, move: Move, sight: Sight) -> Twitch:
    side = move.side.mirrored if rng.random() < sight.wrong_side else move.side
    onset_s = max(move.onset_s + rng.normal(0, sight.jitter_s), 0.0)
    places = tuple(
        Spread(place=f"{place}_{move.side}", lag_s=lag_s)
        for place, lag_s in move.with_it
        if place != "eye" and rng.random() < sight.lid_recall
    )
    return Twitch(
        onset_s=onset_s, duration_s=move.duration_s, peak_s=onset_s + 0.4 * move.duration_s, lip=move.lip, side=side,
        amplitude_pct_iod=move.amplitude_pct_iod, context=Context.REST, spread=places,
        confidence=_confidence(rng, move.amplitude_pct_iod),
        trial_type=EventType.SPASM if move.duration_s >= _SPASM_S else EventType.TWITCH,
    )  # fmt: skip


def _confidence(rng: Rng, amplitude_pct_iod: float) -> float:
    """High, but for small twitches."""
    return min(max(1 - rng.exponential(0.04 / min(amplitude_pct_iod, 2.0)), 0.55), 1.0)


def _false(rng: Rng, script: Script, sight: Sight) -> list[Twitch]:
    at_rest = rng.poisson(rng.uniform(0, sight.false_per_min) * script.length_s / 60)
    times_s = [t for t in rng.uniform(0, script.length_s - 0.5, at_rest) if not script.busy(t)]
    for onset_s, length_s, _ in script.doings:
        if rng.random() < sight.edge_false:
            times_s.append(min(onset_s + length_s + rng.uniform(0, 0.3), script.length_s - 0.5))
    return [
        Twitch(
            onset_s=float(t), duration_s=0.12, peak_s=float(t) + 0.05, amplitude_pct_iod=0.6, context=Context.REST,
            lip=Lip.UPPER if rng.random() < 0.5 else Lip.LOWER,
            side=Side.LEFT if rng.random() < 0.5 else Side.RIGHT,
            # In made-up channels fewer of those that are told are as sure.
            confidence=float(rng.uniform(_LEAST_TOLD, 1.0)),
        )
        for t in times_s
    ]  # fmt: skip


def _with_eyes(twitches: list[Twitch], closures: list[Segment]) -> list[Twitch]:
    """Every eye that begins to close near a twitch stands in its spread, blinks too."""
    onsets_s = np.array([segment.onset_s for segment in closures])
    order = np.argsort(onsets_s)
    onsets_s = onsets_s[order]
    made = []
    for twitch in twitches:
        first, last = np.searchsorted(onsets_s, [twitch.onset_s - _NEAR_S, twitch.onset_s + _NEAR_S])
        eyes = {}
        for i in order[first:last]:
            side = closures[i].side or Side.BOTH
            for one in (Side.LEFT, Side.RIGHT) if side is Side.BOTH else (side,):
                eyes[f"eye_{one}"] = closures[i].onset_s - twitch.onset_s
        if eyes:
            spread = (*twitch.spread, *(Spread(place=place, lag_s=lag_s) for place, lag_s in eyes.items()))
            twitch = replace(twitch, spread=spread)
        made.append(twitch)
    return made
