from __future__ import annotations

import itertools
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.benchmarks import talking
from tests.benchmarks.catalogue import Entry
from tests.benchmarks.measured import Measured
from tests.benchmarks.outcomes import Outcome, Pair
from tests.benchmarks.talking_lessons import Course, Speech, course_of, lessons, sent_twitches, speech_of, usual_of
from tests.benchmarks.talking_networks import blinded, parts_of
from tests.benchmarks.tasks import Plan
from tests.motion.networks import arrays
from tests.session.findings import twitch
from twitchcam.events.model import Lip, Side
from twitchcam.events.moving import confidence_of
from twitchcam.face.mouth_flow import NODES
from twitchcam.motion.channels import CHANNELS, INDEX, Sample
from twitchcam.motion.pulse_network import LAG_STEPS, PLACES, PulseNetwork, weights_from
from twitchcam.motion.views import LEVELS, MOUTH
from twitchcam.motion.whitening import Whitener

RATE_HZ = 30.0
USUAL = 0.1 * np.eye(len(MOUTH.mirror))


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


def measured(moved: np.ndarray) -> Measured:
    """A video whose mouth moves so in each frame, % IOD; what is not a number was not followed."""
    values = np.zeros(len(CHANNELS))
    values[INDEX["iod"]] = 100.0
    samples = [
        Sample(t_s=round(i / RATE_HZ, 5), face=True, quality=1.0, values=values, restart=i == 0)
        for i in range(len(moved))
    ]
    flows = [np.stack([one, one]) / 100 if np.isfinite(one).all() else None for one in moved]
    return Measured(samples=samples, flows=flows)


def course(moved: np.ndarray) -> Course:
    return course_of(measured(moved))


def test_displacements_become_steps() -> None:
    one = measured(np.zeros((5, len(NODES), 2)))
    rows = [sample.values.copy() for sample in one.samples]
    for row, height in zip(rows, (0.0, 0.5, 0.5, 0.7, 0.0), strict=True):
        row[INDEX["upper_left_up"]] = height
    samples = [
        Sample(t_s=s.t_s, face=i != 3, quality=1.0, values=row, restart=s.restart)
        for i, (s, row) in enumerate(zip(one.samples, rows, strict=True))
    ]
    found = course_of(Measured(samples=samples, flows=one.flows))
    # The frame without a face is not there, and the one after it is the first of its kind.
    assert found.t_s == pytest.approx([s.t_s for i, s in enumerate(samples) if i != 3])
    assert found.known.tolist() == [False, True, True, False]
    assert found.steps.sum(axis=1) == pytest.approx((0, 0.5, 0, 0))


def test_what_rests_is_not_known() -> None:
    moved = np.ones((6, len(NODES), 2))
    moved[3] = np.nan
    found = course(moved)
    assert found.known.tolist() == [False, True, True, False, True, True]
    assert found.steps[3] == pytest.approx(0)
    tracked, searched, displaced = MOUTH.measurements
    assert found.steps[4, [*range(tracked.start, searched.stop)]] == pytest.approx(1)
    assert found.steps[4, displaced] == pytest.approx(0)


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
    material = lessons([speech_of(course(still), USUAL)], [1.0], sent, seed=0)
    lesson = next(material)
    assert lesson.peaks.any(axis=(0, 1)).tolist() == [True, False, True, False]
    for seen, peaks, counts in zip(lesson.seen, lesson.peaks, lesson.counts, strict=True):
        height = np.cumsum(seen[:, : len(MOUTH.mirror)], axis=0)
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


def test_a_step_is_whitened_by_what_was_before_it() -> None:
    moved = course(speech(4, seed=1))
    found = speech_of(moved, USUAL)
    whitener = Whitener(USUAL)
    for i, step in enumerate(moved.steps):
        assert found.matrices[found.which[i]] == pytest.approx(whitener.matrix, abs=1e-5)
        if moved.known[i]:
            whitener.push(step)
    assert len(found.matrices) == 1 + sum(moved.known) // 15


def test_what_is_usual_is_the_same_in_the_mirror() -> None:
    usual = usual_of([course(speech(4, seed=1)), course(speech(4, seed=2))])
    assert MOUTH.flipped(MOUTH.flipped(usual).T) == pytest.approx(usual)
    assert np.linalg.eigvalsh(usual).min() > -1e-9


def test_a_lesson_holds_the_whitened_movement_of_what_it_shows() -> None:
    still = np.zeros((400, len(NODES), 2))
    truth = [twitch(3.0, duration_s=0.2, lip=Lip.UPPER, side=Side.LEFT)]
    sent = sent_twitches(course(still), course(with_twitch(still, 3.0)), truth)
    spoken = speech_of(course(speech(2, seed=3)), USUAL)
    # One matrix for all of it, so that it does not matter where the lesson was cut out.
    one = Speech(course=spoken.course, matrices=spoken.matrices[-1:], which=np.zeros_like(spoken.which))
    lesson = next(lessons([one], [1.0], sent, seed=0))
    n, levels = len(MOUTH.mirror), len(LEVELS)
    for seen in lesson.seen:
        moved, unusual = seen[:, :n], seen[:, n + levels :]
        straight, mirrored = moved @ one.matrices[0], MOUTH.flipped(MOUTH.flipped(moved) @ one.matrices[0])
        assert min(np.abs(unusual - straight).max(), np.abs(unusual - mirrored).max()) < 1e-3


def seen_of(course: Course) -> np.ndarray:
    speech = speech_of(course, USUAL)
    unusual = np.einsum("tv,tvw->tw", course.steps, speech.matrices[speech.which])
    return np.concatenate([course.steps, course.levels, unusual], axis=1).astype(np.float32)


def answered() -> dict[str, np.ndarray]:
    """What a network says that learned from three people, of a fourth; and what the program says by its weights."""
    from tests.benchmarks.pulse_net import answers, learn

    known = [speech(8, seed=seed) for seed in range(3)]
    truth = [twitch(3.0, duration_s=0.2, lip=Lip.UPPER, side=Side.LEFT)]
    sent = [one for moved in known for one in sent_twitches(course(moved), course(with_twitch(moved, 3.0)), truth)]
    material = lessons([speech_of(course(moved), USUAL) for moved in known], [1.0] * 3, sent, seed=0)
    weights = learn(material, steps=150, seed=0)
    plain = speech(8, seed=9)
    there, changed = with_twitch(plain, 5.0), plain.copy()
    changed[150:] = speech(8, seed=10)[150:]
    flat = there.reshape(len(there), -1)
    searched_and_displaced = np.zeros((len(flat), len(MOUTH.mirror) - flat.shape[1]))
    both = MOUTH.flipped(np.concatenate([flat, searched_and_displaced], axis=1))
    flipped = both[:, MOUTH.measurements[0]].reshape(there.shape)
    asked = {"plain": plain, "there": there, "flipped": flipped, "changed": changed}
    said = {name: answers(weights, seen_of(course(moved))) for name, moved in asked.items()}
    network = PulseNetwork(weights_from({**{name: own[None] for name, own in weights.items()}, "usual": USUAL}))
    whitener = Whitener(USUAL)
    told = []
    for step, levels, known in zip(course(there).steps, course(there).levels, course(there).known, strict=True):
        told.append(network.push(step, step @ whitener.matrix, levels))
        if known:
            whitener.push(step)
    return {**said, "program": np.array([one for one in told if one is not None])}


@pytest.fixture(scope="module")
def said() -> dict[str, np.ndarray]:
    """In a process of its own, as in the benchmark."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(answered).result()


class TestNetwork:
    def test_what_is_learned_is_found_in_another_speech(self, said: dict[str, np.ndarray]) -> None:
        found = said["there"]
        near = slice(round(5.0 * RATE_HZ), round(5.0 * RATE_HZ) + 6)
        assert np.argmax(found.max(axis=1)) in range(near.start, near.stop)
        assert found[near, PLACES.index(("upper", "left"))].max() > said["plain"].max() + 1

    def test_a_flipped_face_gives_flipped_answers(self, said: dict[str, np.ndarray]) -> None:
        assert said["flipped"] == pytest.approx(said["there"][:, [2, 3, 0, 1]], abs=1e-4)

    def test_the_program_says_the_same_a_little_later(self, said: dict[str, np.ndarray]) -> None:
        assert len(said["program"]) == len(said["there"]) - LAG_STEPS
        assert said["program"] == pytest.approx(said["there"][:-LAG_STEPS], abs=1e-3)

    def test_only_what_is_near_counts(self, said: dict[str, np.ndarray]) -> None:
        assert said["changed"][:120] == pytest.approx(said["plain"][:120], abs=1e-5)
        assert said["changed"][170:] != pytest.approx(said["plain"][170:], abs=0.1)


def test_what_is_not_to_be_seen_changes_nothing() -> None:
    rng = np.random.default_rng(0)
    steps = rng.normal(size=(40, len(MOUTH.mirror)))
    levels = rng.normal(size=(40, len(LEVELS)))

    def last(unusual: np.ndarray, *, blind: bool) -> np.ndarray | None:
        network = PulseNetwork(weights_from(blinded(arrays()) if blind else arrays()))
        return [network.push(*step) for step in zip(steps, unusual, levels, strict=True)][-1]

    assert last(steps, blind=True) == pytest.approx(last(-steps, blind=True))
    assert last(steps, blind=False) != pytest.approx(last(-steps, blind=False))


def clip(name: str, half: str | None, origin: str) -> Entry:
    return Entry(path=Path(name), half=half, origin=origin, person=name, context="talking")


def test_nobody_is_in_two_parts(tmp_path: Path) -> None:
    names = {"a": "one/x: 1", "b": "one/x: M030_1", "c": "two/y: M030_2", "d": "two/y: W009_1", "e": "one/x: 3"}
    clips = []
    for name, origin in names.items():
        (tmp_path / name).write_bytes(b"0" * 100)
        clips.append(clip(str(tmp_path / name), "held" if name == "e" else "tune", origin))
    parts = [sorted(one.path.name for one in part) for part in parts_of(clips)]
    assert sorted(itertools.chain(*parts)) == ["a", "b", "c", "d", "e"]
    assert ["e"] in parts
    assert ["b", "c"] in parts
    assert ["a", "d"] in parts


@pytest.mark.parametrize("strangers", [(), ("e",)])
def test_nobody_is_judged_by_what_they_taught(
    strangers: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {"a": "one/x: 1", "b": "two/y: 2", "c": "three/z: 3", "d": "four/u: 4", "e": "five/v: 5"}
    clips = {}
    for name, origin in names.items():
        (tmp_path / name).write_bytes(name.encode() * 100)
        clips[name] = clip(str(tmp_path / name), "tune", origin)
    taught: list[frozenset[str]] = []

    def learned(groups: list[list[Entry]], *_: object, **__: object) -> list[dict[str, np.ndarray]]:
        taught.extend(frozenset(one.path.name for one in group) for group in groups)
        return [{"number": np.array(number)} for number in range(len(groups))]

    def judging(_: object, work: list[talking.Job], *__: object, **___: object) -> list[object]:
        with_networks = {int(np.load(job.networks)["number"]): set[str]() for job in work}
        for job in work:
            with_networks[int(np.load(job.networks)["number"])].add(job.clip.path.name)
        return [with_networks]

    monkeypatch.setattr(talking, "networks", learned)
    monkeypatch.setattr(talking, "run", judging)
    known = [one for name, one in clips.items() if name not in strangers]
    (judged_by,) = talking.measure(
        known, (), 3.0, Plan(cache=tmp_path), jobs=1, strangers=[clips[name] for name in strangers]
    )
    everybody = set(strangers or names)
    assert set().union(*judged_by.values()) == everybody
    for number, people in judged_by.items():
        assert not people & taught[number]
        assert people | taught[number] == set(names)


def judged(name: str, false: tuple[int, ...], found: int) -> talking.Judged:
    pair = Pair(onset_error_s=0.02, amplitude_error=-0.1, side_right=True, lip_right=True)
    outcome = Outcome(
        truths=4,
        events=found,
        f1=0.5,
        pairs=(pair,) * found,
        confidences=(0.9,) * found,
        right=(True,) * found,
        duration_s=60.0,
        rate_hz=30.0,
    )
    return talking.Judged(
        name=name,
        context="talking",
        origin="somewhere",
        minutes=2.0,
        false=false,
        false_confidences=(0.6,) * false[0],
        outcomes=(outcome,) * len(false),
    )


def test_the_tables_say_recall_and_false_alarms_of_each_threshold(tmp_path: Path) -> None:
    both = [judged("a.mp4", (2, 1), 3), judged("b.mp4", (0, 0), 1)]
    text = talking.write(both, (1.0,), 3.0, {"date": "2024-05-01"}, tmp_path).read_text(encoding="utf-8")
    assert "| 1 | **0.50** | 0.16-0.84 | 0.50 (2 in 4.0 min) | - | 0.50 (2 in 4.0 min) | 0.06-1.81 | 1.00 |" in text
    assert f"| {talking.DEFAULT:g} (default) | **0.50** | 0.16-0.84 | 0.25 (1 in 4.0 min) |" in text
    assert "| b.mp4 | talking | 0 | 4 | 1 | somewhere |" in text
    assert "do not see" not in text
    blind = talking.write(both, (1.0,), 3.0, {"date": "2024-05-01"}, tmp_path, whitened=False)
    assert "do not see the whitened movement" in blind.read_text(encoding="utf-8")


def test_confidence_is_fitted_to_what_is_right_with_twitches_and_what_is_found_without() -> None:
    """At one height there are 4 right and 1 wrong, at the other 1 right and 3 wrong."""
    outcome = judged("a.mp4", (0, 0), 1).outcomes[0]
    high, low = (confidence_of(log_odds) for log_odds in (3.0, 1.0))
    there = replace(outcome, confidences=(high,) * 4 + (low, low), right=(True,) * 5 + (False,))
    one = replace(judged("a.mp4", (0, 0), 1), outcomes=(there,), false_confidences=(high, low, low, low))
    offset, slope = talking.calibration([one] * 50)
    assert offset + 3 * slope == pytest.approx(np.log(4), abs=0.1)
    assert offset + slope == pytest.approx(np.log(1 / 3), abs=0.1)
