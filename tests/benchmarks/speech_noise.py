"""A person's own speech as noise: which movements of the lower face does the speech before not explain?

A window of about a quarter of a second of the motion of all nodes is one vector. Its covariance over the last half a
minute, bursts weighed down (Tyler 1987, doi:10.1214/aos/1176350263), is learned as it goes on and begins with that of
other people. In the space that it whitens, a window is compared with pulses of several lengths at several places: how
much of it they explain, over what is left (after the adaptive coherence estimator, Kraut & Scharf 1999,
doi:10.1109/78.782198). That does not grow when everything moves more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.speech_flow import NODES, Flow
from twitchcam.simulate.pulse import pulse

FloatArray = NDArray[np.float64]

_WINDOW_S = 0.22
_DURATIONS_S = (0.08, 0.12, 0.16, 0.20)
_RISE = 0.4
#: Middles of the four lip places beside the midline and below the middle of the mouth, IOD, and the way that they go,
#: degrees: 0 is outwards and 90 up.
_PLACES = ((0.17, -0.06, 70.0), (0.17, 0.11, -70.0))
_PATCH_IOD = 0.15
_CONE_DEG = 50.0
_MEMORY_S, _PRIOR_S, _EVERY_S, _USUAL_S, _FIRST_S = 25.0, 5.0, 1.0, 20.0, 2.0
_SPREAD_OUT = 0.003
#: Share of the usual energy that is always in the denominator, and so many times of it is too much for any judgement.
_FLOOR, _LOUD = 0.3, 4.0


def length_of(rate_hz: float) -> int:
    """Frames in a window."""
    return math.ceil(_WINDOW_S * _nominal(rate_hz)) + 1


def windows(flow: Flow) -> tuple[FloatArray, NDArray[np.bool_]]:
    """``(n, frames * nodes * 2)`` the windows that end with each frame, and ``(n,)`` which of them are whole."""
    length, n = length_of(flow.rate_hz), len(flow.moved)
    flat = flow.moved.reshape(n, -1).astype(np.float64)
    known = np.asarray(np.isfinite(flat).all(axis=1))
    flat = np.where(known[:, None], flat, 0.0)
    padded = np.concatenate([np.zeros((length - 1, flat.shape[1])), flat])
    rows = np.stack([padded[j : j + n] for j in range(length)], axis=1).reshape(n, -1)
    whole = np.array([i >= length and known[i - length + 1 : i + 1].all() for i in range(n)])
    return rows, whole


def covariance(rows: FloatArray) -> FloatArray:
    """Shape of the covariance (its trace is 1); rows far out weigh as much as usual ones."""
    found = rows.T @ rows / len(rows)
    for _ in range(2):
        inverse = np.linalg.inv(_loaded(found, 0.01))
        energy = np.einsum("td,td->t", rows @ inverse, rows)
        weight = 1 / np.maximum(energy / np.median(energy), 1)
        found = (rows * weight[:, None]).T @ rows / weight.sum()
    return np.asarray(found / np.trace(found))


def prior_of(covariances: Sequence[FloatArray]) -> FloatArray:
    """What people have in common: their mean, the same for a mirrored face and for time running backwards."""
    mean = np.mean(covariances, axis=0)
    length = len(mean) // (2 * len(NODES))
    mirror = [int(np.argmin(np.sum((NODES * (-1, 1) - node) ** 2, axis=1))) for node in NODES]
    index = np.arange(len(mean)).reshape(length, len(NODES), 2)
    sign = np.tile([-1.0, 1.0], len(mean) // 2)
    mirrored = index[:, mirror].ravel()
    mean = (mean + mean[np.ix_(mirrored, mirrored)] * sign[:, None] * sign) / 2
    backwards = index[::-1].ravel()
    return np.asarray((mean + mean[np.ix_(backwards, backwards)]) / 2)


def coherence(flow: Flow, prior: FloatArray) -> FloatArray:
    """How much a window around each frame is like a pulse at one place and unlike the speech before.

    Args:
        flow: The motion.
        prior: From :func:`prior_of`, of people with the same length of window.

    Returns:
        ``(n,)``: the size of what a pulse explains over that of the rest; 0 where nothing can be said.
    """
    rows, whole = windows(flow)
    rate_hz, n = flow.rate_hz, len(rows)
    shapes, ways = patterns(rate_hz)
    step = max(1, int(_EVERY_S * rate_hz))
    keep, worth = math.exp(-step / (_MEMORY_S * rate_hz)), _PRIOR_S * rate_hz
    total, weighed = np.zeros_like(prior), 0.0
    found = np.zeros(n)
    learned: _Learned | None = None
    for first in range(0, n, step):
        part, ok = rows[first : first + step], whole[first : first + step]
        if learned is None:
            energy = np.sum(part**2, axis=1)
            usual = float(np.median(energy[ok])) if ok.any() else 0.0
        else:
            energy, usual = np.einsum("td,td->t", part @ learned.inverse, part), learned.usual
            found[first : first + step] = np.where(ok, learned.coherence(part, energy, ways), 0.0)
        if ok.any():
            weight = 1 / np.maximum(energy[ok] / max(usual, 1e-9), 1)
            total = keep * total + (part[ok] * weight[:, None]).T @ part[ok]
            weighed = keep * weighed + float(weight.sum())
        if weighed > _FIRST_S * rate_hz:
            mixed = (total + prior * np.trace(total) / weighed * worth) / (weighed + worth)
            recent = slice(max(0, first + step - int(_USUAL_S * rate_hz)), first + step)
            learned = _Learned(_loaded(mixed, _SPREAD_OUT), shapes, rows[recent][whole[recent]])
    # A window is named by its middle.
    late = length_of(rate_hz) // 2
    return np.concatenate([found[late:], np.zeros(late)])


def patterns(rate_hz: float) -> tuple[FloatArray, FloatArray]:
    """Pulses as they show in the windows.

    Returns:
        ``(k, d, 2)`` a pulse of height 1 along x and along y, and ``(k, 2)`` the way that its muscle pulls.
    """
    length, rate = length_of(rate_hz), _nominal(rate_hz)
    courses = []
    for duration_s in _DURATIONS_S:
        for phase in (0.0, 0.5):
            onset_s = (length / rate - duration_s) / 2 + phase / rate
            height = [pulse(i / rate, onset_s=onset_s, duration_s=duration_s, rise=_RISE) for i in range(-1, length)]
            courses.append(np.diff(height))
    shapes, ways = [], []
    for course in courses:
        for out, down, angle_deg in _PLACES:
            for side in (1, -1):
                reach = np.exp(-np.sum((NODES - (side * out, down)) ** 2, axis=1) / (2 * _PATCH_IOD**2))
                patch = np.einsum("l,n,cd->lncd", course, reach, np.eye(2))
                shapes.append(patch.reshape(-1, 2))
                angle = math.radians(angle_deg)
                ways.append((side * math.cos(angle), -math.sin(angle)))
    return np.array(shapes), np.array(ways)


class _Learned:
    """What is known at one time: the inverse covariance, and how large the whitened windows are lately."""

    def __init__(self, covariance: FloatArray, shapes: FloatArray, recent: FloatArray) -> None:
        self.inverse = np.linalg.inv(covariance)
        self.usual = float(np.median(np.einsum("td,td->t", recent @ self.inverse, recent)))
        weighted = self.inverse @ shapes
        self._information = np.linalg.inv(shapes.swapaxes(1, 2) @ weighted)
        self._weighted = weighted.transpose(1, 0, 2).reshape(len(covariance), -1)

    def coherence(self, part: FloatArray, energy: FloatArray, ways: FloatArray) -> FloatArray:
        seen = (part @ self._weighted).reshape(len(part), len(ways), 2)
        size = np.einsum("tkc,kcd->tkd", seen, self._information)
        explained = np.sum(size * seen, axis=2)
        along = np.sum(size * ways, axis=2) / (np.hypot(size[..., 0], size[..., 1]) + 1e-9)
        best = np.where(along >= math.cos(math.radians(_CONE_DEG)), explained, 0.0).max(axis=1)
        rest = energy - best
        found = np.sqrt(best / np.maximum(rest + _FLOOR * self.usual, 1e-9))
        return np.where(rest > _LOUD * self.usual, 0.0, found)


def _loaded(covariance: FloatArray, share: float) -> FloatArray:
    size = len(covariance)
    return np.asarray(covariance + np.eye(size) * share * np.trace(covariance) / size)


def _nominal(rate_hz: float) -> float:
    """25 and 30 Hz are what is looked at; what is a little off belongs to the nearer."""
    return 25.0 if rate_hz < 27.5 else 30.0
