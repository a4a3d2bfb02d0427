"""What of a movement is not as this mouth usually moves.

Jaw and lips move together in a few ways of each person's own. In these a twitch is small; in all the others next to
nothing happens but twitches. Whitening (the symmetric one, ZCA: Kessy et al. 2018, doi:10.1080/00031305.2016.1277159)
shrinks the usual ways to the size of the noise and leaves the others as they are.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

#: What is no larger than this in a step is left as it is, % IOD; and how large it is made.
_NOISE_PCT_IOD, _UNIT = 0.14, 0.7
#: Steps after which the usual movement is renewed, over which it is forgotten, and for which everybody's counts.
_RENEWED_STEPS, _MEMORY_STEPS, _EVERYBODY_STEPS = 15, 240.0, 120.0


class Whitener:
    """Learns how one mouth moves, step by step.

    Args:
        usual: ``(values, values)`` mean square of everybody's movement in a step, (% IOD)^2: until more is known.
    """

    def __init__(self, usual: FloatArray) -> None:
        self._usual = usual
        self._own = np.zeros_like(usual)
        self._steps = 0.0
        self._recent: list[FloatArray] = []
        self.matrix = self._made()

    def push(self, moved: FloatArray) -> None:
        """Takes a step, ``(values,)`` in % IOD; :attr:`matrix`, ``(values, values)``, is renewed every half second."""
        self._recent.append(moved)
        if len(self._recent) < _RENEWED_STEPS:
            return
        kept = (1 - 1 / _MEMORY_STEPS) ** _RENEWED_STEPS
        recent = np.array(self._recent)
        self._own = kept * self._own + recent.T @ recent
        self._steps = kept * self._steps + len(recent)
        self._recent.clear()
        self.matrix = self._made()

    def _made(self) -> FloatArray:
        square = (self._own + _EVERYBODY_STEPS * self._usual) / (self._steps + _EVERYBODY_STEPS)
        sizes, ways = np.linalg.eigh(square)
        shrunk = 1 / np.sqrt(1 + np.maximum(sizes, 0) / _NOISE_PCT_IOD**2)
        return np.asarray((ways * shrunk) @ ways.T * (_UNIT / _NOISE_PCT_IOD))
