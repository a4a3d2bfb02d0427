"""Tonic spasms: one side of the mouth is pulled at once and held for at least a second.

They are told from what people do on purpose by how they begin and by their company. A smile takes both corners, a yawn
opens the mouth, a pulled face is drawn slowly. A spasm sets in as quickly as a twitch, stays on one side, and either
the eye of that side closes with it or it trembles while it is held. Where both eyes are shut meanwhile, the same pull
is no spasm but may be a movement that goes with shutting the eyes by mistake: it is told as a segment, for the
protocol. What does not show all of that is not told.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import SpasmConfig
from twitchcam.events.model import Context, EventType, Lip, Segment, Side, Twitch
from twitchcam.events.run import Run
from twitchcam.motion.channels import INDEX

FloatArray = NDArray[np.float64]

_SIDES = (Side.LEFT, Side.RIGHT)
#: Outwards and upwards channels of the corners of the mouth, left ones first, and which share of each is a pull.
_CORNERS = slice(INDEX["corner_left_out"], INDEX["corner_right_up"] + 1)
_OUT, _UP = 0.8, 0.6
_LID = {side: INDEX[f"lid_{side}"] for side in _SIDES}
_HEAD = [INDEX["head_x"], INDEX["head_y"]]
_BASE_S = (1.2, 0.15)
_RISEN = 0.8
_STARTED = 0.2
#: Samples whose least pull is kept as one.
_STRETCH = 8


@dataclass(frozen=True, slots=True)
class _Held:
    """A pull that lasts: grid sample of its foot, the places before it, and how large it became."""

    side: Side
    foot: int
    base: FloatArray
    level: float


class SpasmReader:
    """Follows the corners of the mouth through one unbroken stretch, a sample at a time.

    Args:
        config: Limits.
        run: The stretch; its last samples are looked at.
    """

    def __init__(self, config: SpasmConfig, run: Run) -> None:
        self._config = config
        self._run = run
        self._done = 0
        self._held: _Held | None = None
        self._back, self._rise = round(_BASE_S[0] * run.rate_hz), max(2, round(config.max_rise_s * run.rate_hz))
        # The least pull of either side in each of the last stretches of samples, of all of these, and of the one begun.
        self._stretches: deque[tuple[float, float]] = deque(maxlen=math.ceil(self._back / _STRETCH))
        self._least = self._begun = (math.inf, math.inf)

    def read(self) -> list[Twitch | Segment]:
        """Spasms, and pulls with both eyes shut, that ended with the samples that are new."""
        return self._up_to(len(self._run))

    def close(self) -> list[Twitch | Segment]:
        """The same at the end of the stretch; what is held there ends there."""
        told = self._up_to(len(self._run))
        if self._held is not None:
            told += self._told(self._held, len(self._run))
            self._held = None
        return told

    def _up_to(self, stop: int) -> list[Twitch | Segment]:
        told: list[Twitch | Segment] = []
        rate = self._run.rate_hz
        while self._done < stop:
            index, self._done = self._done, self._done + 1
            out_left, up_left, out_right, up_right = self._run.values.rows(index, index + 1)[0, _CORNERS].tolist()
            pulls = (_OUT * out_left + _UP * up_left, _OUT * out_right + _UP * up_right)
            if not self._stands_out(index, pulls) and self._held is None:
                continue
            if self._held is None:
                self._held = self._start(index)
                continue
            k = _SIDES.index(self._held.side)
            level = float(pulls[k] - self._held.base[k])
            if level < self._config.released_share * self._held.level:
                told += self._told(self._held, index)
                self._held = None
            elif index - self._held.foot < rate * self._config.min_s:
                self._held = _Held(self._held.side, self._held.foot, self._held.base, max(level, self._held.level))
        return told

    def _stands_out(self, index: int, pulls: tuple[float, float]) -> bool:
        """Whether a side is pulled against any sample before; most of the time none is, and no more is asked."""
        left, right = pulls
        self._begun = (min(self._begun[0], left), min(self._begun[1], right))
        if (index + 1) % _STRETCH == 0:
            self._stretches.append(self._begun)
            self._least = (min(one[0] for one in self._stretches), min(one[1] for one in self._stretches))
            self._begun = (math.inf, math.inf)
        rise = max(left - min(self._least[0], self._begun[0]), right - min(self._least[1], self._begun[1]))
        return rise >= self._config.min_pct_iod

    def _start(self, index: int) -> _Held | None:
        """A quick pull of one side out of rest that has just reached its size."""
        config = self._config
        first = index - self._back
        if first < 0:
            return None
        pulls = _pulled(self._run.values.rows(first, index + 1))
        before = pulls[: len(pulls) - self._rise]
        lowest, highest = before.min(axis=0), before.max(axis=0)
        # The median is not below the lowest, and one of the two ends is half of the range away from it. Most of what
        # talks and smiles is told from rest by that alone.
        if (highest - lowest).max() / 2 > _STARTED * (pulls[-1] - lowest).max():
            return None
        base = np.median(before, axis=0)
        away = pulls - base
        k = int(np.argmax(away[-1]))
        level = float(away[-1, k])
        if level < config.min_pct_iod or away[-1, 1 - k] > config.max_other_share * level:
            return None
        if (
            np.abs(before - base).max() > _STARTED * level
            or np.ptp(self._run.values.rows(first, index + 1)[:, _HEAD], axis=0).max() > config.max_head_pct_iod
        ):
            return None
        # Not yet at its height: a slow pull goes on rising, and then what is before it is no rest any more.
        started = np.flatnonzero(away[:, k] < _STARTED * level)
        return _Held(_SIDES[k], first + int(started[-1]), base, level) if len(started) else None

    def _told(self, held: _Held, end: int) -> list[Twitch | Segment]:
        config, run, rate = self._config, self._run, self._run.rate_hz
        duration_s = (end - held.foot) / rate
        if duration_s < config.min_s:
            return []
        values = run.values.rows(held.foot, end)
        k = _SIDES.index(held.side)
        away = _pulled(values) - held.base
        height = float(np.median(away[:, k]))
        rise = np.flatnonzero(away[:, k] >= _RISEN * height)
        if not len(rise) or rise[0] / rate > config.max_rise_s:
            return []
        if np.median(away[:, 1 - k]) > config.max_other_share * height or height < config.min_pct_iod:
            return []
        if np.ptp(values[:, INDEX["mouth_open"]]) > config.max_opening_pct_iod:
            return []
        head = values[:, _HEAD]
        if np.ptp(head, axis=0).max() > config.max_head_pct_iod:
            return []
        lid, other = (np.median(values[:, _LID[side]]) for side in (held.side, held.side.mirrored))
        both_shut = min(lid, other) >= config.min_closure
        eye = lid >= config.min_closure and not both_shut
        filtered = run.filtered.rows(held.foot + round(config.settled_s * rate), end - round(config.settled_s * rate))
        corner = filtered[:, _CORNERS][:, 2 * k : 2 * k + 2]
        ripple = float(np.sqrt(np.mean(np.sum(corner**2, axis=1)))) if len(filtered) else 0.0
        trembles = ripple >= max(config.min_ripple_share * height, config.min_ripple_pct_iod)
        if both_shut and not trembles:
            onset_s = run.time_s(held.foot)
            return [Segment(onset_s=onset_s, duration_s=duration_s, kind=Context.MOUTH_PULL, side=held.side)]
        if not (eye or trembles):
            return []
        return [self._event(held, values, away[:, k], duration_s)]

    def _event(self, held: _Held, values: FloatArray, away: FloatArray, duration_s: float) -> Twitch:
        top = int(np.argmax(away))
        size = float(away[top])
        scale_mm = float(np.median(values[:, INDEX["iod_mm"]]))
        return Twitch(
            onset_s=self._run.time_s(held.foot),
            duration_s=duration_s,
            peak_s=self._run.time_s(held.foot + top),
            lip=Lip.BOTH,
            side=held.side,
            amplitude_pct_iod=size,
            amplitude_mm=size / 100 * scale_mm if np.isfinite(scale_mm) else None,
            trial_type=EventType.SPASM,
        )


def _pulled(values: FloatArray) -> FloatArray:
    """How far the corner of each side is pulled, ``(n, 2)`` from ``(n, channels)`` or one of each."""
    return np.asarray(_OUT * values[..., _CORNERS][..., 0::2] + _UP * values[..., _CORNERS][..., 1::2])
