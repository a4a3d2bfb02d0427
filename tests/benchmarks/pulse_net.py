"""A small network that says at every frame how much it looks like the peak of a twitch: for the trial on talking alone.

Only worker processes import this: jax has threads, and a process with threads must not be forked, as some tests do.

It sees one side of the face; the other side is the same network on the mirrored measurement, so a flipped video gives
flipped answers. Every layer is a convolution over time: what it says of a frame rests on the frames around it alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from tests.benchmarks.talking_lessons import Lesson, View

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]
Weights = dict[str, Any]

#: Values wide, frames and dilation of each layer, share of the values left out while learning.
_WIDTH = 48
_LAYERS = ((5, 1), (5, 1), (5, 2), (3, 3))
_LEFT_OUT = 0.2
#: Frames over which the usual size of the movement is taken, and a size so small that it does not matter.
_USUAL_FRAMES, _NOTHING = 21, 0.05
_RATE, _DECAY, _RARE = 2e-3, 1e-3, -4.0
#: Frames are padded to a multiple of this, so that few lengths need to be compiled.
_MULTIPLE = 128


def learn(lessons: Iterator[Lesson], view: View, *, steps: int, seed: int) -> Weights:
    """Weights after so many batches (Adam: Kingma and Ba 2015; the rate falls along a half cosine)."""
    key = jax.random.PRNGKey(seed)
    weights = _begin(key, 2 * len(view.mirror) + 1 + view.levels)
    rule = optax.adam(optax.cosine_decay_schedule(_RATE, steps))
    state = rule.init(weights)

    @jax.jit
    def step(weights: Weights, state: Any, seen: Any, peaks: Any, counts: Any, key: Any) -> tuple[Weights, Any]:
        def cost(weights: Weights) -> Any:
            each = optax.sigmoid_binary_cross_entropy(_both_sides(weights, view, seen, key), peaks)
            large = sum(jnp.sum(value**2) for value in weights.values() if value.ndim > 1)
            return 100 * jnp.sum(each * counts) / jnp.maximum(jnp.sum(counts), 1) + _DECAY * large

        change, state = rule.update(jax.grad(cost)(weights), state)
        return optax.apply_updates(weights, change), state

    for number in range(steps):
        lesson = next(lessons)
        weights, state = step(weights, state, lesson.seen, lesson.peaks, lesson.counts, jax.random.fold_in(key, number))
    return weights


def reader(view: View) -> Callable[[Weights, Float32], FloatArray]:
    """What says ``(frames, places)`` log odds of ``(frames, values + levels)``."""
    said = jax.jit(lambda weights, seen: _both_sides(weights, view, seen, None))

    def read(weights: Weights, seen: Float32) -> FloatArray:
        padded = np.zeros((1, -(-len(seen) // _MULTIPLE) * _MULTIPLE, seen.shape[1]), np.float32)
        padded[0, : len(seen)] = seen
        return np.asarray(said(weights, padded), dtype=np.float64)[0, : len(seen)]

    return read


def _begin(key: Any, inputs: int) -> Weights:
    def drawn(number: int, *shape: int) -> Any:
        return jax.random.normal(jax.random.fold_in(key, number), shape) * np.sqrt(2 / np.prod(shape[:-1]))

    weights = {"in": drawn(0, 1, inputs, _WIDTH), "in_bias": jnp.zeros(_WIDTH)}
    for number, (frames, _) in enumerate(_LAYERS):
        weights[f"{number}"] = 0.7 * drawn(number + 1, frames, _WIDTH, _WIDTH)
        weights[f"{number}_bias"] = jnp.zeros(_WIDTH)
    weights["out"] = 0.1 * drawn(99, 1, _WIDTH, 2)
    weights["out_bias"] = jnp.full(2, _RARE)
    return weights


def _both_sides(weights: Weights, view: View, seen: Any, key: Any) -> Any:
    n = len(view.mirror)
    mirror, sign = np.r_[view.mirror, n + np.arange(view.levels)], np.r_[view.sign, np.ones(view.levels)]
    keys = (None, None) if key is None else jax.random.split(key)
    return jnp.concatenate(
        [_one_side(weights, n, seen, keys[0]), _one_side(weights, n, seen[..., mirror] * sign, keys[1])], axis=-1
    )


def _one_side(weights: Weights, values: int, seen: Any, key: Any) -> Any:
    def some(x: Any, number: int) -> Any:
        if key is None:
            return x
        kept = jax.random.bernoulli(jax.random.fold_in(key, number), 1 - _LEFT_OUT, (x.shape[0], 1, x.shape[2]))
        return x * kept / (1 - _LEFT_OUT)

    x = some(_over_time(_inputs(seen, values), weights["in"], 1) + weights["in_bias"], len(_LAYERS))
    for number, (_, dilation) in enumerate(_LAYERS):
        here = x if number else jax.nn.relu(x)
        made = jax.nn.relu(_over_time(here, weights[f"{number}"], dilation) + weights[f"{number}_bias"])
        x = x + some(made, number)
    return _over_time(x, weights["out"], 1) + weights["out_bias"]


def _inputs(seen: Any, values: int) -> Any:
    """Every value twice: over the usual size of the movement, and as it is, large ones pressed together."""
    moved = seen[..., :values]
    energy = jnp.mean(moved**2, axis=2)
    mean = jnp.ones(_USUAL_FRAMES) / _USUAL_FRAMES
    usual = jax.vmap(lambda one: jnp.convolve(one, mean, mode="same"))(energy) + _NOTHING
    return jnp.concatenate(
        [moved / jnp.sqrt(usual)[..., None], jnp.arcsinh(moved), jnp.log(usual)[..., None], seen[..., values:]], axis=-1
    )


def _over_time(x: Any, weights: Any, dilation: int) -> Any:
    return jax.lax.conv_general_dilated(
        x, weights, (1,), "SAME", rhs_dilation=(dilation,), dimension_numbers=("NWC", "WIO", "NWC")
    )
