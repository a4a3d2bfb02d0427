from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.speech_flow import NODES, Flow, flow_between
from tests.benchmarks.speech_noise import coherence, covariance, length_of, patterns, prior_of, windows
from tests.benchmarks.talking_trial import Trial, false_above, judged, recall_at, write
from tests.session.findings import twitch

RATE_HZ = 30.0


def speech(seconds: float, *, seed: int) -> np.ndarray:
    """``(n, nodes, 2)``: a jaw and two lips that move together, and a little of everything."""
    rng = np.random.default_rng(seed)
    n = int(seconds * RATE_HZ)
    modes = rng.normal(size=(3, len(NODES), 2)) * (0.3, 1.0)
    courses = cv2.GaussianBlur(rng.normal(size=(n, 3)), (1, 0), sigmaX=0.01, sigmaY=2.0) * 6
    return np.einsum("tm,mnc->tnc", courses, modes) + 0.1 * rng.normal(size=(n, len(NODES), 2))


def flow(moved: np.ndarray) -> Flow:
    return Flow(t_s=np.arange(len(moved)) / RATE_HZ, moved=moved.astype(np.float32))


def with_twitch(moved: np.ndarray, onset_s: float, *, way: tuple[float, float] = (0.0, -1.0)) -> np.ndarray:
    """Three per cent at the left upper lip, out and back within five frames."""
    reach = np.exp(-np.sum((NODES - (0.17, -0.06)) ** 2, axis=1) / (2 * 0.15**2))
    moved = moved.copy()
    first = round(onset_s * RATE_HZ)
    for step, speed in enumerate((0.8, 1.6, 0.4, -0.8, -1.4, -0.6)):
        moved[first + step] += speed * reach[:, None] * way
    return moved


@pytest.fixture(scope="module")
def prior() -> np.ndarray:
    rows, whole = windows(flow(speech(20, seed=1)))
    return prior_of([covariance(rows[whole])])


def test_motion_between_sheets_is_seen_at_the_nodes() -> None:
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.normal(size=(60, 90)).astype(np.float32), (0, 0), 2) * 400 + 120
    moved = cv2.warpAffine(texture, np.array([[1, 0, 1.5], [0, 1, -0.5]]), (90, 60), borderMode=cv2.BORDER_REFLECT)
    nodes = np.array([[45.0, 30.0], [30.0, 20.0]])
    found = flow_between(np.stack([texture, moved, texture]), np.array([False, True, False]), nodes)
    assert np.isnan(found[[0, 2]]).all()
    assert found[1] == pytest.approx(np.array([[1.5, -0.5], [1.5, -0.5]]), abs=0.2)


def test_a_twitch_in_speech_is_unlike_the_speech(prior: np.ndarray) -> None:
    plain = speech(20, seed=2)
    quiet, found = coherence(flow(plain), prior), coherence(flow(with_twitch(plain, 15.0)), prior)
    near = slice(round(14.9 * RATE_HZ), round(15.3 * RATE_HZ))
    assert found[near].max() > quiet.max()


def test_what_no_muscle_of_a_place_does_counts_for_less(prior: np.ndarray) -> None:
    plain = speech(20, seed=2)
    near = slice(round(14.9 * RATE_HZ), round(15.3 * RATE_HZ))
    up, inwards = (
        coherence(flow(with_twitch(plain, 15.0, way=way)), prior)[near].max() for way in ((0.0, -1.0), (-1.0, 0.0))
    )
    assert up > 2 * inwards


def test_only_what_came_before_is_learned(prior: np.ndarray) -> None:
    moved = with_twitch(speech(20, seed=3), 12.0)
    whole, begun = coherence(flow(moved), prior), coherence(flow(moved[:400]), prior)
    ends = 400 - length_of(RATE_HZ)
    assert whole[:ends] == pytest.approx(begun[:ends])


def test_nothing_is_said_where_the_face_was_not_followed(prior: np.ndarray) -> None:
    moved = speech(10, seed=4)
    moved[200] = np.nan
    length = length_of(RATE_HZ)
    found = coherence(flow(moved), prior)
    middle = 200 - length // 2
    assert not found[middle : middle + length].any()
    assert found[middle + length :].any()


def test_the_prior_knows_no_side(prior: np.ndarray) -> None:
    shapes, ways = patterns(RATE_HZ)
    inverse = np.linalg.inv(prior + 1e-3 * np.eye(len(prior)) / len(prior))
    information = np.einsum("kdc,de,kef->kcf", shapes, inverse, shapes)
    left, right = information[0::2], information[1::2]
    assert left[:, [0, 1], [0, 1]] == pytest.approx(right[:, [0, 1], [0, 1]], rel=1e-6)
    assert ways[0::2] * (-1, 1) == pytest.approx(ways[1::2])


def trial(half: str, hits: tuple[float, ...], false: tuple[float, ...]) -> Trial:
    return Trial(name=f"{half}.mp4", half=half, minutes=2.0, false=false, hits=hits)


def test_recall_at_a_rate_of_false_ones() -> None:
    trials = [trial("held", (0.5, 0.3), (0.4, 0.2, 0.1)), trial("held", (0.25,), ())]
    assert recall_at(trials, 0.2) == (pytest.approx(1 / 3), 0.4)
    assert recall_at(trials, 0.25) == (pytest.approx(1.0), 0.2)
    assert false_above(trials, 0.2) == pytest.approx(1 / 4)


def test_a_clip_is_judged_with_and_without_its_twitches(prior: np.ndarray, tmp_path: Path) -> None:
    plain = speech(12, seed=5)
    clip = Entry(path=Path("a.mp4"), half="held", person="a", context="talking")
    one = judged(clip, flow(plain), flow(with_twitch(plain, 9.0)), [twitch(9.0, duration_s=0.16)], prior)
    assert one.minutes == pytest.approx((12 - 1 / RATE_HZ - 1.5) / 60)
    assert one.hits[0] > max(one.false)
    text = write([one], 3.0, {"date": "2024-05-01"}, tmp_path).read_text(encoding="utf-8")
    assert "| held | 1 | 0.2 | 1 | 0.5 | **1.00** |" in text
