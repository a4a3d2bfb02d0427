"""Twitches while the mouth moves: peaks of the odds that :mod:`twitchcam.motion.moving_mouth` adds to the samples.

They are looked for where the context is not rest: at rest the matched output over its noise sees much smaller ones.
What is found has that context and is in no rate, since the time is not valid: most twitches are missed. At rest the
odds must be higher, and speak up only where the matched output has no peak, or one that the head or the mouth, moving
around it, made look like something else.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import Config
from twitchcam.dsp.steps import StepClock
from twitchcam.events.gates import Decision, Gate, familiar_gate
from twitchcam.events.model import Context, Lip, Side
from twitchcam.events.places import N_DISPLACEMENTS, PLACES, Place
from twitchcam.events.pulse_fit import HALF_WINDOW_S, Pulse, fit_moving_pulse
from twitchcam.events.run import Peak, Run
from twitchcam.motion.channels import INDEX, ODDS, Sample

FloatArray = NDArray[np.float64]

#: Where these are looked for. Who talks moves the head, and what is measured here is measured in the head's own frame.
MOVING = frozenset({Context.TALKING, Context.SMILING, Context.CHEWING, Context.MOUTH_MOVEMENT, Context.HEAD_MOTION})
#: The odds are those of so many steps before: that much of what follows must have been seen by the networks.
ODDS_LAG_STEPS = 11

_ODDS = [INDEX[name] for name in ODDS]
#: Index into ``PLACES`` of each of the odds, where they are positive and where they are negative.
_PLACE_OF = [
    [PLACES.index(Place(Lip(name.removeprefix("odds_")), side)) for side in (Side.LEFT, Side.RIGHT)] for name in ODDS
]
#: How far apart the matched output and the odds may have their peak of the same twitch.
SAME_S = 0.07
#: What the networks saw as well, and more of it: these gates they may overrule.
_OVERRULED = frozenset(
    {"max_misfit", "max_misfit_rise", "max_opening_pct_iod", "max_head_speed_pct_iod_s", "max_surround"}
    | {"max_common_surround", "min_shape", "max_rise_s", "max_duration_s", "min_confidence"}
)
#: Confidence from log odds: a logistic model, fitted to what networks that had not seen them found in real clips with
#: twitches (right) and as they are (wrong). ``python -m tests.benchmarks.talking`` prints such a fit.
_OFFSET, _SLOPE = -2.83, 0.932


@dataclass(frozen=True, slots=True)
class Candidate:
    """A peak of the odds: its time, the place, the log odds."""

    t_s: float
    place: int
    log_odds: float


class MovingReader:
    """Finds the peaks of the odds in the samples of a recording, in order.

    Args:
        config: Settings; the section ``moving`` is used.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._clock = StepClock()
        self._times: deque[float] = deque(maxlen=ODDS_LAG_STEPS + 1)
        # Steps whose odds are known, as far back as a peak needs: time, place and height.
        self._known: deque[Candidate] = deque()
        self._examined = 0
        self._candidates: deque[Candidate] = deque()

    def look(self, sample: Sample) -> None:
        """Takes the next sample with a face."""
        if not self._clock.push(sample.t_s, restart=sample.restart):
            return
        self._times.append(sample.t_s)
        if len(self._times) <= ODDS_LAG_STEPS:
            return
        odds = sample.values[_ODDS]
        which = int(np.argmax(np.abs(odds)))
        height = abs(float(odds[which]))
        if height > 0 or self._known:
            self._known.append(Candidate(self._times[0], _PLACE_OF[which][int(odds[which] < 0)], height))
            self._examine(self._times[0])

    def interrupt(self) -> None:
        """The face was lost or the recording ended: what is known is all there will be."""
        self._examine(math.inf)
        self._known.clear()
        self._examined = 0
        self._times.clear()

    def log_odds_near(self, t_s: float, place: int) -> float:
        """The largest of the log odds of a place at about a time, as far as they are known; 0 where there are none."""
        own = [one.log_odds for one in self._known if one.place == place and abs(one.t_s - t_s) <= SAME_S]
        return max(own, default=0.0)

    def take(self, until_s: float) -> list[Candidate]:
        """Removes the candidates up to a time."""
        taken = []
        while self._candidates and self._candidates[0].t_s <= until_s:
            taken.append(self._candidates.popleft())
        return taken

    def _examine(self, until_s: float) -> None:
        apart_s = self._config.moving.separation_s
        known = self._known
        while self._examined < len(known) and known[self._examined].t_s + apart_s <= until_s:
            here = known[self._examined]
            near = [one for one in known if abs(one.t_s - here.t_s) < apart_s]
            # The first of equals wins, so that a plateau is one peak.
            first = max(near, key=lambda one: (one.log_odds, -one.t_s))
            if first is here and here.log_odds > 0:
                self._candidates.append(here)
            self._examined += 1
        while known and self._examined and known[0].t_s + 2 * apart_s <= min(until_s, known[-1].t_s):
            known.popleft()
            self._examined -= 1
        if not any(one.log_odds for one in known):
            known.clear()
            self._examined = 0


def weigh(
    candidate: Candidate, run: Run, config: Config, kind_at: Callable[[float], Context | None], *, unseen: bool
) -> tuple[Peak, Decision] | None:
    """What is known of a candidate; None where it is not for this detector to say.

    Args:
        candidate: A peak of the odds.
        run: The stretch it is in, with as much after it as there will be.
        config: Settings.
        kind_at: Gives the context at a time.
        unseen: Whether the matched output has no peak there.
    """
    # Where one context ends and the next begins is known no better than that.
    kinds = {kind_at(candidate.t_s + by_s) for by_s in (-SAME_S, 0.0, SAME_S)}
    at_rest = kinds == {Context.REST}
    if candidate.t_s < run.start_s or (kinds.isdisjoint(MOVING) and not (at_rest and unseen)):
        return None
    peak = run.peak_at(candidate.t_s, candidate.place)
    if peak is None:
        return None
    pulse = _fitted(peak, run)
    moving = config.moving
    name, limit = (
        ("min_log_odds_at_rest", moving.min_log_odds_at_rest) if at_rest else ("min_log_odds", moving.min_log_odds)
    )
    enough = Gate(name=name, value=candidate.log_odds, limit=limit, least=True)
    large = Gate(name="min_amplitude_pct_iod", value=pulse.height, limit=moving.min_amplitude_pct_iod, least=True)
    return peak, Decision(
        place=peak.place,
        pulse=pulse,
        amplitude_pct_iod=pulse.height,
        confidence=confidence_of(candidate.log_odds),
        gates=(enough, large, familiar_gate(peak, run, config.detection)),
    )


def vouched(decision: Decision, log_odds: float, config: Config) -> Decision:
    """What is to be said of a peak at rest for which the odds speak up; the same where they do not, or cannot.

    Args:
        decision: As the gates have it.
        log_odds: Of a twitch there.
        config: Settings.
    """
    failed = {gate.name for gate in decision.gates if not gate.passed}
    if not failed or failed - _OVERRULED or log_odds < config.moving.min_log_odds_at_rest:
        return decision
    kept = tuple(gate for gate in decision.gates if gate.name not in failed)
    return replace(decision, gates=kept, confidence=confidence_of(log_odds))


def confidence_of(log_odds: float) -> float:
    """How likely an event with such odds is a twitch."""
    return 1 / (1 + math.exp(-(_OFFSET + _SLOPE * log_odds)))


def _fitted(peak: Peak, run: Run) -> Pulse:
    reach = round(HALF_WINDOW_S * run.rate_hz)
    first, last = max(peak.index - reach, 0), min(peak.index + reach + 1, len(run))
    raw = run.values.rows(first, last)[:, :N_DISPLACEMENTS]
    moved = peak.detector.displacement(peak.filter_index, peak.place, raw)
    return fit_moving_pulse(np.array([run.time_s(i) for i in range(first, last)]), moved, peak.t_s)


def log_odds_of(confidence: float) -> float:
    """The log odds behind a confidence."""
    return (math.log(confidence / (1 - confidence)) - _OFFSET) / _SLOPE
