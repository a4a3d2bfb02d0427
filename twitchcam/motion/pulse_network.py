"""Small networks that say how much a moving mouth looks like one in which a twitch peaks.

A twitch while talking is not seen by its height over the noise: speech is larger. What tells it is its course over half
a second, on one side of one lip, among what the rest of the mouth does. The networks learned that from people who talk,
with twitches of other people put into them (``python -m tests.benchmarks.learn_talking``); the weights travel with the
package. Each sees one side of the face; the other side is the same network on the mirrored measurement, so a flipped
video gives flipped answers.

Every layer is a convolution over time. It is computed step by step, each as soon as it can be: what is said of a step
is known :data:`LAG_STEPS` steps later.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.motion.views import LEVELS, VIEWS, View, ViewName

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """The networks of one view, side by side.

    Attributes:
        entry: ``(networks, 2 * values + 1 + levels, width)``, and its bias ``(networks, 1, width)``.
        layers: ``(networks, frames * width, width)`` and bias of each layer.
        answer: ``(networks, width, 2)``, and its bias: upper and lower lip of the side that is seen.
    """

    entry: tuple[Float32, Float32]
    layers: tuple[tuple[Float32, Float32], ...]
    answer: tuple[Float32, Float32]


def weights_from(
    arrays: Mapping[str, NDArray[np.generic]], views: Sequence[ViewName] = tuple(VIEWS)
) -> dict[ViewName, Weights]:
    """Weights from named arrays.

    Args:
        arrays: ``VIEW/entry``, ``VIEW/0`` and so on, ``VIEW/answer``, each with a ``_bias``; network by network.
        views: Which of them are taken.

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

    made: dict[ViewName, Weights] = {}
    for name in views:
        view = VIEWS[name]
        width = arrays[f"{name}/answer"].shape[-2]
        made[name] = Weights(
            entry=both(f"{name}/entry", 1, 2 * len(view.mirror) + 1 + len(LEVELS), width),
            layers=tuple(both(f"{name}/{i}", taps, width, width) for i, (taps, _) in enumerate(LAYERS)),
            answer=both(f"{name}/answer", 1, width, 2),
        )
    return made


class PulseNetwork:
    """Takes one step after the other. All networks of all views speak, and their mean counts.

    Args:
        weights: Of the views that are heard.
    """

    def __init__(self, weights: Mapping[ViewName, Weights]) -> None:
        self._entries = [_Entry(own, VIEWS[name], name) for name, own in weights.items()]
        every = list(weights.values())
        # Behind the entry all networks are of one shape, and are computed together.
        self._layers = [
            _Layer(*_joined([own.layers[i] for own in every]), taps, dilation)
            for i, (taps, dilation) in enumerate(LAYERS)
        ]
        self._answer, self._bias = _joined([own.answer for own in every])

    def push(self, moved: Mapping[ViewName, FloatArray], levels: FloatArray) -> FloatArray | None:
        """Takes the next step.

        Args:
            moved: ``(values,)`` of each view, % IOD.
            levels: What :func:`twitchcam.motion.views.levels_of` says of it.

        Returns:
            ``(places,)`` log odds of the step :data:`LAG_STEPS` before; None where there was none.
        """
        x: Float32 | None = np.concatenate([entry.push(moved[entry.name], levels) for entry in self._entries])
        for number, layer in enumerate(self._layers):
            if x is None:
                return None
            x = layer.push(x, np.maximum(x, 0) if number == 0 else x)
        if x is None:
            return None
        # (networks, sides, lips): the lips of the left side, then those of the right one.
        return np.asarray((x @ self._answer + self._bias).mean(axis=0).ravel(), dtype=np.float64)


class _Entry:
    """What the networks of a view make of a step alone, and of how large the last ones were."""

    def __init__(self, weights: Weights, view: View, name: ViewName) -> None:
        self.name = name
        self._weights, self._bias = weights.entry
        self._view = view
        self._sizes: deque[float] = deque(maxlen=USUAL_STEPS)

    def push(self, moved: FloatArray, levels: FloatArray) -> Float32:
        """``(networks, sides, width)`` of the next step."""
        self._sizes.append(float(moved @ moved) / len(moved))
        usual = sum(self._sizes) / USUAL_STEPS + NOTHING
        both = np.stack([moved, self._view.flipped(moved)])
        # Every value twice: over the usual size of the movement, and as it is, large ones pressed together.
        rest = np.broadcast_to([math.log(usual), *levels], (2, 1 + len(levels)))
        seen = np.concatenate([both / math.sqrt(usual), np.arcsinh(both), rest], axis=1).astype(np.float32)
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


def _joined(parts: Sequence[tuple[Float32, Float32]]) -> tuple[Float32, Float32]:
    """Weights and biases of several networks after each other."""
    return np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts])
