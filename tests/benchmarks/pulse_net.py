"""Trains the networks of :mod:`twitchcam.motion.pulse_network`, whose layers they are.

Only worker processes import this: jax has threads, and a process with threads must not be forked, as some tests do.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
from numpy.typing import NDArray

from tests.benchmarks.talking_lessons import Lesson
from twitchcam.motion.pulse_network import INPUTS, LAYERS, NOTHING, USUAL_STEPS
from twitchcam.motion.views import LEVELS, MOUTH

FloatArray = NDArray[np.float64]
Float32 = NDArray[np.float32]
Weights = dict[str, Any]

#: Values wide, and share of the values left out while learning.
_WIDTH, _LEFT_OUT = 64, 0.2
_RATE, _DECAY, _RARE = 2e-3, 1e-3, -4.0


def learn(lessons: Iterator[Lesson], *, steps: int, seed: int) -> dict[str, Float32]:
    """Weights after so many batches (Adam: Kingma and Ba 2015; the rate falls along a half cosine).

    Returns:
        The arrays of one network: ``entry``, ``0`` and so on, ``answer``, each with a ``_bias``.
    """
    key = jax.random.PRNGKey(seed)
    weights = _begin(key)
    rule = optax.adam(optax.cosine_decay_schedule(_RATE, steps))
    state = rule.init(weights)

    @jax.jit
    def step(weights: Weights, state: Any, seen: Any, peaks: Any, counts: Any, key: Any) -> tuple[Weights, Any]:
        def cost(weights: Weights) -> Any:
            each = optax.sigmoid_binary_cross_entropy(_both_sides(weights, seen, key), peaks)
            large = sum(jnp.sum(value**2) for value in weights.values() if value.ndim > 1)
            return 100 * jnp.sum(each * counts) / jnp.maximum(jnp.sum(counts), 1) + _DECAY * large

        change, state = rule.update(jax.grad(cost)(weights), state)
        return optax.apply_updates(weights, change), state

    for number in range(steps):
        lesson = next(lessons)
        weights, state = step(weights, state, lesson.seen, lesson.peaks, lesson.counts, jax.random.fold_in(key, number))
    return {name: np.asarray(value, dtype=np.float32) for name, value in weights.items()}


def answers(weights: dict[str, Float32], seen: Float32) -> FloatArray:
    """``(frames, places)`` log odds of what is seen, as in a lesson, all at once."""
    return np.asarray(_both_sides(weights, seen[None], None), dtype=np.float64)[0]


def _begin(key: Any) -> Weights:
    def drawn(number: int, *shape: int) -> Any:
        return jax.random.normal(jax.random.fold_in(key, number), shape) * np.sqrt(2 / np.prod(shape[:-1]))

    weights = {"entry": drawn(0, 1, INPUTS, _WIDTH), "entry_bias": jnp.zeros(_WIDTH)}
    for number, (frames, _) in enumerate(LAYERS):
        weights[f"{number}"] = 0.7 * drawn(number + 1, frames, _WIDTH, _WIDTH)
        weights[f"{number}_bias"] = jnp.zeros(_WIDTH)
    weights["answer"] = 0.1 * drawn(99, 1, _WIDTH, 2)
    weights["answer_bias"] = jnp.full(2, _RARE)
    return weights


def _both_sides(weights: Weights, seen: Any, key: Any) -> Any:
    n, levels = len(MOUTH.mirror), len(LEVELS)
    mirror = np.r_[MOUTH.mirror, n + np.arange(levels), n + levels + MOUTH.mirror]
    sign = np.r_[MOUTH.sign, np.ones(levels), MOUTH.sign].astype(np.float32)
    keys = (None, None) if key is None else jax.random.split(key)
    return jnp.concatenate(
        [_one_side(weights, seen, keys[0]), _one_side(weights, seen[..., mirror] * sign, keys[1])], axis=-1
    )


def _one_side(weights: Weights, seen: Any, key: Any) -> Any:
    def some(x: Any, number: int) -> Any:
        if key is None:
            return x
        kept = jax.random.bernoulli(jax.random.fold_in(key, number), 1 - _LEFT_OUT, (x.shape[0], 1, x.shape[2]))
        return x * kept / (1 - _LEFT_OUT)

    x = some(_over_time(_inputs(seen), weights["entry"], 1) + weights["entry_bias"], len(LAYERS))
    for number, (_, dilation) in enumerate(LAYERS):
        here = x if number else jax.nn.relu(x)
        made = jax.nn.relu(_over_time(here, weights[f"{number}"], dilation) + weights[f"{number}_bias"])
        x = x + some(made, number)
    return _over_time(x, weights["answer"], 1) + weights["answer_bias"]


def _inputs(seen: Any) -> Any:
    moved, levels, unusual = jnp.split(seen, (len(MOUTH.mirror), len(MOUTH.mirror) + len(LEVELS)), axis=-1)
    over, sizes = [], []
    for own in MOUTH.measurements:
        energy = jnp.pad(jnp.mean(moved[..., own] ** 2, axis=2), ((0, 0), (USUAL_STEPS - 1, 0)))
        frames = seen.shape[1]
        usual = jnp.stack([energy[:, i : i + frames] for i in range(USUAL_STEPS)]).mean(axis=0)[..., None] + NOTHING
        over.append(moved[..., own] / jnp.sqrt(usual))
        sizes.append(jnp.log(usual))
    return jnp.concatenate([*over, jnp.arcsinh(unusual), jnp.arcsinh(moved), *sizes, levels], axis=-1)


def _over_time(x: Any, weights: Any, dilation: int) -> Any:
    return jax.lax.conv_general_dilated(
        x, weights, (1,), "SAME", rhs_dilation=(dilation,), dimension_numbers=("NWC", "WIO", "NWC")
    )
