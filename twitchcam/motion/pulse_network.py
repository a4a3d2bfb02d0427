"""Small networks that say how much a moving mouth looks like one in which a twitch peaks.

A twitch while talking is not seen by its height over the noise: speech is larger. What tells it is its course over half
a second, on one side of one lip, among what the rest of the mouth does. The networks learned that from people who talk,
with twitches of other people put into them (``python -m tests.benchmarks.learn_talking``); the weights travel with the
package. Each speaks of one side of the face; the other side is the same network on the mirrored measurement, so a
flipped video gives flipped answers.

Every layer is a convolution over time. It is computed step by step, each as soon as it can be: what is said of a step
is known :data:`LAG_STEPS` steps later.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.motion.views import LEVELS, MOUTH

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]

#: What is said: log odds of a peak at these lips and sides, in this order.
PLACES: tuple[tuple[str, str], ...] = (("upper", "left"), ("lower", "left"), ("upper", "right"), ("lower", "right"))
#: Frames and dilation of each layer.
LAYERS: tuple[tuple[int, int], ...] = ((5, 1), (5, 1), (5, 2), (3, 3))
#: How many steps of the future an answer needs.
LAG_STEPS = sum((frames - 1) // 2 * dilation for frames, dilation in LAYERS)
#: Steps over which the usual size of the movement is taken, and a size so small that it does not matter.
USUAL_STEPS, NOTHING = 21, 0.05
#: Values that a network takes in a step: each in three ways, the usual sizes, and the levels.
INPUTS = 3 * len(MOUTH.mirror) + len(MOUTH.measurements) + len(LEVELS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The networks, side by side.

    Attributes:
        usual: ``(values, values)`` of :class:`~twitchcam.motion.whitening.Whitener`.
        entry: ``(networks, inputs, width)``, and its bias ``(networks, 1, width)``.
        layers: ``(networks, frames * width, width)`` and bias of each layer.
        answer: ``(networks, width, 2)``, and its bias: upper and lower lip of the side that is seen.
    """

    usual: FloatArray
    entry: tuple[Float32, Float32]
    layers: tuple[tuple[Float32, Float32], ...]
    answer: tuple[Float32, Float32]


def weights_from(arrays: Mapping[str, NDArray[np.generic]]) -> Weights:
    """Weights from named arrays.

    Args:
        arrays: ``usual``, and ``entry``, ``0`` and so on, ``answer``, each with a ``_bias``, network by network.

    Raises:
        KeyError: one is missing.
        ValueError: one has another shape than this version's networks.
    """

    def both(name: str, taps: int, inputs: int, outputs: int) -> tuple[Float32, Float32]:
        weights = np.asarray(arrays[name], dtype=np.float32)
        bias = np.asarray(arrays[f"{name}_bias"], dtype=np.float32)
        if weights.shape[1:] != (taps, inputs, outputs) or bias.shape != (len(weights), outputs):
            raise ValueError(f"{name} has the shape {weights.shape}")
        return weights.reshape(len(weights), taps * inputs, outputs), bias[:, None]

    usual = np.asarray(arrays["usual"], dtype=np.float64)
    if usual.shape != (len(MOUTH.mirror),) * 2:
        raise ValueError(f"usual has the shape {usual.shape}")
    width = arrays["answer"].shape[-2]
    return Weights(
        usual=usual,
        entry=both("entry", 1, INPUTS, width),
        layers=tuple(both(f"{i}", taps, width, width) for i, (taps, _) in enumerate(LAYERS)),
        answer=both("answer", 1, width, 2),
    )


class PulseNetwork:
    """Takes one step after the other. All networks speak, and their mean counts.

    Args:
        weights: Of the networks.
    """

    def __init__(self, weights: Weights) -> None:
        self._entry = _Entry(weights.entry)
        self._layers = [
            _Layer(*own, taps, dilation) for own, (taps, dilation) in zip(weights.layers, LAYERS, strict=True)
        ]
        self._answer, self._bias = weights.answer

    def push(self, moved: FloatArray, unusual: FloatArray, levels: FloatArray) -> FloatArray | None:
        """Takes the next step.

        Args:
            moved: ``(values,)`` of :data:`~twitchcam.motion.views.MOUTH`, % IOD.
            unusual: The same, whitened.
            levels: What :func:`twitchcam.motion.views.levels_of` says of it.

        Returns:
            ``(places,)`` log odds of the step :data:`LAG_STEPS` before; None where there was none.
        """
        x: Float32 | None = self._entry.push(moved, unusual, levels)
        for number, layer in enumerate(self._layers):
            if x is None:
                return None
            x = layer.push(x, np.maximum(x, 0) if number == 0 else x)
        if x is None:
            return None
        # (networks, sides, lips): the lips of the left side, then those of the right one.
        return np.asarray((x @ self._answer + self._bias).mean(axis=0).ravel(), dtype=np.float64)


class _Entry:
    """What the networks make of a step alone, and of how large the last ones were by each measurement."""

    def __init__(self, entry: tuple[Float32, Float32]) -> None:
        self._weights, self._bias = entry
        self._sizes: deque[list[float]] = deque(maxlen=USUAL_STEPS)

    def push(self, moved: FloatArray, unusual: FloatArray, levels: FloatArray) -> Float32:
        """``(networks, sides, width)`` of the next step."""
        self._sizes.append([float(np.mean(moved[own] ** 2)) for own in MOUTH.measurements])
        usual = np.sum(self._sizes, axis=0) / USUAL_STEPS + NOTHING
        both = np.stack([moved, MOUTH.flipped(moved)])
        # Every value over the usual size of its measurement, whitened, and as it is; large ones pressed together.
        over = [both[:, own] / math.sqrt(size) for own, size in zip(MOUTH.measurements, usual, strict=True)]
        whitened = np.arcsinh(np.stack([unusual, MOUTH.flipped(unusual)]))
        rest = np.broadcast_to([*np.log(usual), *levels], (2, len(usual) + len(levels)))
        seen = np.concatenate([*over, whitened, np.arcsinh(both), rest], axis=1).astype(np.float32)
        return np.asarray(seen @ self._weights + self._bias)


class _Layer:
    """Adds to each of its inputs what it makes of those around; before the first there was nothing."""

    def __init__(self, weights: Float32, bias: Float32, taps: int, dilation: int) -> None:
        self._weights, self._bias = weights, bias
        self._reach = (taps - 1) // 2 * dilation
        self._dilation = dilation
        nothing = np.zeros((len(weights), 2, weights.shape[-1]), np.float32)
        length = 2 * self._reach + 1
        self._inputs = deque([nothing] * length, maxlen=length)
        self._seen = deque([nothing] * length, maxlen=length)
        self._missing = self._reach

    def push(self, x: Float32, seen: Float32) -> Float32 | None:
        """``(networks, sides, width)`` of the input :attr:`_reach` steps before; None where there was none."""
        self._inputs.append(x)
        self._seen.append(seen)
        if self._missing:
            self._missing -= 1
            return None
        around = np.concatenate(list(self._seen)[:: self._dilation], axis=-1)
        made = np.maximum(around @ self._weights + self._bias, 0)
        return np.asarray(self._inputs[self._reach] + made)
