from __future__ import annotations

import numpy as np
import pytest

from tests import synthetic
from tests.benchmarks.candidates import Candidate, Judged, collected, matched
from tests.benchmarks.fit_confidence import Table, left_out, table_of
from twitchcam.config import Config, DetectionConfig
from twitchcam.events.model import Lip, Side, Twitch

SENSITIVE = Config(detection=DetectionConfig(min_snr=3.5))


def truth(onset_s: float) -> Twitch:
    return Twitch(
        onset_s=onset_s,
        duration_s=0.15,
        peak_s=onset_s + 0.06,
        lip=Lip.UPPER,
        side=Side.LEFT,
        amplitude_pct_iod=3.0,
    )


def judged(*onsets_s: float, said: tuple[Twitch, ...]) -> Judged:
    samples = synthetic.stream(synthetic.even_times(20.0), [synthetic.twitch(onset_s) for onset_s in onsets_s])
    return collected(samples, said, SENSITIVE, person="somebody", source="web")


def test_the_strongest_peak_at_a_twitch_is_true_and_all_others_are_not():
    video = judged(8.0, 13.0, said=(truth(8.0),))
    true = [c for c in video.candidates if c.amplitude > 0]
    assert [c.amplitude for c in true] == [3.0]
    assert true[0].measurable
    assert true[0].plausible
    assert sum(c.plausible for c in video.candidates) >= 2  # the one at 13 s looks like a twitch as well
    assert video.amplitudes == (3.0,)
    assert video.duration_s == pytest.approx(20, abs=0.1)


def test_a_twitch_that_left_no_peak_is_counted_as_missed():
    video = judged(said=(truth(8.0),))
    assert video.amplitudes == (3.0,)
    assert all(c.amplitude == 0 for c in video.candidates)


def test_the_detector_is_as_it_was_afterwards():
    before = synthetic.detect(synthetic.stream(synthetic.even_times(20.0), [synthetic.twitch(8.0)])).twitches
    judged(8.0, said=(truth(8.0),))
    after = synthetic.detect(synthetic.stream(synthetic.even_times(20.0), [synthetic.twitch(8.0)])).twitches
    assert before == after
    assert len(before) == 1


def test_of_two_peaks_at_a_twitch_the_stronger_one_is_true():
    assert matched([(1.1, 5.0), (1.2, 9.0), (4.0, 20.0)], [truth(1.05)]) == {1: 3.0}


def test_a_peak_belongs_to_one_twitch_only():
    assert matched([(1.1, 5.0)], [truth(1.0), truth(1.1)]) == {0: 3.0}


def test_what_cannot_be_measured_is_no_part_of_the_model():
    peaks = tuple(
        Candidate(features=(1.0,), measurable=m, plausible=m, amplitude=a) for m, a in ((True, 2), (False, 0))
    )
    video = Judged(person="somebody", source="web", duration_s=1.0, amplitudes=(2.0,), candidates=peaks)
    assert table_of([video]).amplitude.tolist() == [2.0]


def people(*names: str, n: int = 400) -> Table:
    """Everybody's twitches show in the second feature; in those of the odd one they show the other way round."""
    rng = np.random.default_rng(0)
    person = np.repeat(names, n)
    x = rng.normal(size=len(person))
    right = rng.uniform(size=len(person)) < 1 / (1 + np.exp(-3 * x))
    amplitude = np.where(right ^ (person == "odd"), 1.0, 0.0)
    return Table(
        features=np.column_stack([np.ones(len(person)), x]),
        amplitude=amplitude,
        plausible=np.ones(len(person), dtype=bool),
        person=person,
        source=np.repeat("web", len(person)),
    )


def test_nobody_is_judged_by_a_model_that_knows_them():
    rows = people("a", "odd")
    right = (left_out(rows, ridge=0.5) > 0.5) == (rows.true > 0)
    assert right.mean() < 0.3
    alike = people("a", "b")
    right = (left_out(alike, ridge=0.5) > 0.5) == (alike.true > 0)
    assert right.mean() > 0.7


def test_one_person_cannot_be_left_out():
    with pytest.raises(ValueError, match="at least two people"):
        left_out(people("a"), ridge=0.5)
