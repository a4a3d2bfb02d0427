from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.mouth_motion import NODES, Motion, motion_between
from tests.benchmarks.talking_lessons import PLACES, VIEWS, Course, course_of, lessons, place_of, sent_twitches
from tests.benchmarks.talking_trial import Looked, Trial, parts_of, recall_at, trial_of, write
from tests.session.findings import twitch
from twitchcam.events.model import Lip, Side
from twitchcam.motion.channels import CHANNELS, INDEX

RATE_HZ = 30.0
VIEW = VIEWS["tracked"]


def speech(seconds: float, *, seed: int) -> np.ndarray:
    """``(n, nodes, 2)``: a jaw and two lips that move together as everybody's do, and a little of everything."""
    modes = np.random.default_rng(0).normal(size=(3, len(NODES), 2)) * (0.3, 1.0)
    rng = np.random.default_rng([seed, 1])
    n = int(seconds * RATE_HZ)
    courses = cv2.GaussianBlur(rng.normal(size=(n, 3)), (1, 0), sigmaX=0.01, sigmaY=2.0) * 4
    return np.einsum("tm,mnc->tnc", courses, modes) + 0.1 * rng.normal(size=(n, len(NODES), 2))


def with_twitch(moved: np.ndarray, onset_s: float) -> np.ndarray:
    """Three per cent upwards at the left upper lip, out and back within six frames; the peak ends the third."""
    reach = np.exp(-np.sum((NODES - (0.17, -0.06)) ** 2, axis=1) / (2 * 0.15**2))
    moved = moved.copy()
    first = round(onset_s * RATE_HZ)
    for step, speed in enumerate((0.8, 1.6, 0.6, -0.8, -1.4, -0.8)):
        moved[first + step] += speed * reach[:, None] * (0.0, -1.0)
    return moved


def motion(moved: np.ndarray) -> Motion:
    channels = np.zeros((len(moved), len(CHANNELS)))
    channels[:, INDEX["iod"]] = 100.0
    return Motion(
        t_s=np.arange(len(moved)) / RATE_HZ,
        tracked=moved.astype(np.float32),
        searched=moved.astype(np.float32),
        channels=channels,
        followed=np.arange(len(moved)) > 0,
    )


def course(moved: np.ndarray) -> Course:
    return course_of(motion(moved), "tracked")


def test_motion_between_sheets_is_seen_at_the_nodes() -> None:
    rng = np.random.default_rng(0)
    texture = cv2.GaussianBlur(rng.normal(size=(60, 90)).astype(np.float32), (0, 0), 2) * 400 + 120
    moved = cv2.warpAffine(texture, np.array([[1, 0, 1.5], [0, 1, -0.5]]), (90, 60), borderMode=cv2.BORDER_REFLECT)
    nodes = np.array([[45.0, 30.0], [30.0, 20.0]])
    for found in motion_between(np.stack([texture, moved, texture]), np.array([False, True, False]), nodes):
        assert np.isnan(found[[0, 2]]).all()
        assert found[1] == pytest.approx(np.array([[1.5, -0.5], [1.5, -0.5]]), abs=0.2)


@pytest.mark.parametrize("name", VIEWS)
def test_a_view_mirrored_twice_is_the_view(name: str) -> None:
    view = VIEWS[name]
    values = np.random.default_rng(0).normal(size=(4, len(view.mirror)))
    assert view.flipped(view.flipped(values)) == pytest.approx(values)
    assert not np.allclose(view.flipped(values), values)


def test_the_middle_of_a_face_knows_its_side_in_the_mirror() -> None:
    moved = np.zeros((1, len(NODES), 2))
    moved[0, int(np.argmin(np.sum((NODES - (0.15, 0.0)) ** 2, axis=1)))] = (2.0, 3.0)
    flipped = VIEW.flipped(moved.reshape(1, -1)).reshape(1, -1, 2)
    at = int(np.flatnonzero(flipped[0, :, 1])[0])
    assert NODES[at] == pytest.approx((-0.15, 0.0))
    assert flipped[0, at] == pytest.approx((-2.0, 3.0))


def test_displacements_become_steps() -> None:
    one = motion(np.zeros((5, len(NODES), 2)))
    one.channels[:, INDEX["upper_left_up"]] = (0.0, 0.5, 0.5, np.nan, 0.0)
    found = course_of(one, "channels")
    assert found.known.tolist() == [False, True, True, False, False]
    assert found.steps.sum(axis=1) == pytest.approx((0, 0.5, 0, 0, 0))


def test_a_twitch_is_taken_as_it_was_measured() -> None:
    plain = speech(6, seed=1)
    truth = [twitch(3.0, duration_s=0.2, lip=Lip.UPPER, side=Side.LEFT)]
    there = with_twitch(plain, 3.0)
    (sent,) = sent_twitches(course(plain), course(there), truth)
    assert PLACES[sent.place] == ("upper", "left")
    part = slice(88, 88 + len(sent.steps))
    assert sent.steps == pytest.approx(course(there).steps[part] - course(plain).steps[part])
    lost = with_twitch(plain, 3.0)
    lost[91] = np.nan
    assert sent_twitches(course(plain), course(lost), truth) == []


def test_a_lesson_asks_for_the_peak_at_the_place_and_for_nothing_around_it() -> None:
    still = np.zeros((400, len(NODES), 2))
    truth = [twitch(3.0, duration_s=0.2, lip=Lip.UPPER, side=Side.LEFT)]
    sent = sent_twitches(course(still), course(with_twitch(still, 3.0)), truth)
    lesson = next(lessons([course(still)], [1.0], sent, VIEW, seed=0))
    assert lesson.peaks.any(axis=(0, 1)).tolist() == [True, False, True, False]
    for seen, peaks, counts in zip(lesson.seen, lesson.peaks, lesson.counts, strict=True):
        height = np.cumsum(seen[:, : len(VIEW.mirror)], axis=0)
        for place in np.flatnonzero(peaks.any(axis=0)):
            frames = np.flatnonzero(peaks[:, place])
            around = slice(max(frames[0] - 2, 0), frames[-1] + 3)
            assert counts[around].all(axis=1).sum() < len(counts[around])
            assert counts[frames, place].all()
            side = 1 if PLACES[place][1] == "left" else -1
            at = 2 * int(np.argmin(np.sum((NODES - (side * 0.15, -0.12)) ** 2, axis=1))) + 1
            middle = frames[len(frames) // 2]
            # The noise of the lesson adds up over the frames; a twitch of three per cent is upwards all the same.
            assert height[middle, at] - np.median(height[max(middle - 9, 0) : middle + 10, at]) < -0.5


def answers() -> dict[str, np.ndarray]:
    """What a network says that learned from three people, of a fourth."""
    from tests.benchmarks.pulse_net import learn, reader

    known = [speech(8, seed=seed) for seed in range(3)]
    truth = [twitch(3.0, duration_s=0.2, lip=Lip.UPPER, side=Side.LEFT)]
    sent = [one for moved in known for one in sent_twitches(course(moved), course(with_twitch(moved, 3.0)), truth)]
    material = lessons([course(moved) for moved in known], [1.0] * 3, sent, VIEW, seed=0)
    weights = learn(material, VIEW, steps=150, seed=0)
    plain = speech(8, seed=9)
    there, changed = with_twitch(plain, 5.0), plain.copy()
    changed[150:] = speech(8, seed=10)[150:]
    flipped = VIEW.flipped(there.reshape(len(there), -1)).reshape(there.shape)
    read = reader(VIEW)
    asked = {"plain": plain, "there": there, "flipped": flipped, "changed": changed}
    return {name: read(weights, course(moved).seen) for name, moved in asked.items()}


@pytest.fixture(scope="module")
def said() -> dict[str, np.ndarray]:
    """In a process of its own, as in the trial."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(answers).result()


class TestNetwork:
    def test_what_is_learned_is_found_in_another_speech(self, said: dict[str, np.ndarray]) -> None:
        found = said["there"]
        near = slice(round(5.0 * RATE_HZ), round(5.0 * RATE_HZ) + 6)
        assert np.argmax(found.max(axis=1)) in range(near.start, near.stop)
        assert found[near, PLACES.index(("upper", "left"))].max() > said["plain"].max() + 1

    def test_a_flipped_face_gives_flipped_answers(self, said: dict[str, np.ndarray]) -> None:
        assert said["flipped"] == pytest.approx(said["there"][:, [2, 3, 0, 1]], abs=1e-4)

    def test_only_what_is_near_counts(self, said: dict[str, np.ndarray]) -> None:
        assert said["changed"][:120] == pytest.approx(said["plain"][:120], abs=1e-5)
        assert said["changed"][170:] != pytest.approx(said["plain"][170:], abs=0.1)


def clip(name: str, half: str | None, origin: str) -> Entry:
    return Entry(path=Path(name), half=half, origin=origin, person=name, context="talking")


def test_clips_of_one_origin_stay_together() -> None:
    clips = [
        clip("a", "tune", "one/x: 1"),
        clip("b", "tune", "one/x: 2"),
        clip("c", "tune", "one/x: 3"),
        clip("d", "tune", "two/y: 1"),
        clip("e", "held", "one/x: 4"),
    ]
    parts = [[one.path.name for one in part] for part in parts_of(clips)]
    assert sorted(itertools.chain(*parts)) == ["a", "b", "c", "d", "e"]
    assert ["a", "b", "c"] in parts
    assert ["d"] in parts


def trial(hits: tuple[float, ...], false: tuple[float, ...]) -> Trial:
    return Trial(name="a.mp4", part=1, minutes=2.0, false=false, hits=hits, placed=(True,) * len(hits))


def test_recall_at_a_rate_of_false_ones() -> None:
    trials = [trial((0.5, 0.3), (0.4, 0.2, 0.1)), trial((0.25,), ())]
    assert recall_at(trials, 0.2) == (1, 0.4)
    assert recall_at(trials, 0.25) == (3, 0.2)


def test_a_clip_is_judged_with_and_without_its_twitches(tmp_path: Path) -> None:
    plain = np.zeros((360, len(NODES), 2))
    truth = (twitch(9.0, duration_s=0.16, lip=Lip.LOWER, side=Side.RIGHT),)
    looked = Looked(clip=clip("a.mp4", "held", "x"), plain=motion(plain), there=motion(plain), truth=truth)
    quiet = np.full((360, 4), -6.0)
    quiet[10] = quiet[100, 1] = 2.0
    there = quiet.copy()
    there[272, place_of(Lip.LOWER, Side.RIGHT)] = 4.0
    one = trial_of(looked, 1, quiet, there)
    assert one.minutes == pytest.approx((12 - 1 / RATE_HZ - 1.5) / 60)
    # The first second and a half is left out.
    assert max(one.false) == 2.0
    assert one.false.count(2.0) == 1
    assert (one.hits, one.placed) == ((4.0,), (True,))
    text = write({"all": [one]}, 3.0, {"date": "2024-05-01"}, tmp_path).read_text(encoding="utf-8")
    assert "| 0.5 | **1.00** | 0.03-1.00 | 1.00 | 2.00 |" in text
