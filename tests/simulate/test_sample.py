from __future__ import annotations

from collections import Counter
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from twitchcam import bundled
from twitchcam.capture.frame import Image
from twitchcam.session.events_file import read_events
from twitchcam.simulate import sample
from twitchcam.simulate.geometry import FaceGeometry
from twitchcam.simulate.render import PortraitRenderer
from twitchcam.simulate.truth import truth_of, truth_path, write_truth


@pytest.fixture(scope="module")
def video() -> Path:
    found = bundled.find("samples", sample.VIDEO_NAME)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def renderer(portrait: Image, face: FaceGeometry) -> PortraitRenderer:
    return PortraitRenderer(portrait, sample.SCENARIO, sample.VIDEO, face=face)


def test_the_recipe_gives_the_same_truth_again(video: Path, tmp_path: Path):
    write_truth(tmp_path / "again.tsv", truth_of(sample.SCENARIO))
    assert (tmp_path / "again.tsv").read_bytes() == truth_path(video).read_bytes()


def test_the_recipe_gives_the_same_pictures_again(video: Path, renderer: PortraitRenderer):
    peak = round(sample.SCENARIO.twitches[0].peak_s * 30)
    checked = {0, 1, 30, peak}
    with av.open(str(video)) as container:
        for number, frame in enumerate(container.decode(video=0)):
            if number in checked:
                wanted = renderer.frame(number / 30, number=number)
                decoded = frame.to_ndarray(format="rgb24")
                assert cv2.PSNR(decoded, wanted) > 38
                checked.remove(number)
            if not checked:
                break
    assert not checked


def test_pictures_before_encoding_are_the_same_each_time(
    portrait: Image, face: FaceGeometry, renderer: PortraitRenderer
):
    again = PortraitRenderer(portrait, sample.SCENARIO, sample.VIDEO, face=face)
    assert np.array_equal(again.frame(7.0, number=210), renderer.frame(7.0, number=210))


def test_it_is_what_its_readme_says(video: Path):
    assert video.stat().st_size <= 4_000_000
    with av.open(str(video)) as container:
        stream = container.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate, stream.frames) == (640, 480, 30, 600)
    truth = read_events(truth_path(video))
    assert set(Counter((t.lip, t.side) for t in truth).values()) == {2}
    assert len(truth) == 8
    assert all(1 <= t.amplitude_pct_iod <= 4 for t in truth)
    assert np.diff([t.onset_s for t in truth]).min() >= 1.5
    assert truth[0].onset_s > 3


def test_the_recipe_writes_both_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    from dataclasses import replace

    monkeypatch.setattr(sample, "SCENARIO", replace(sample.SCENARIO, duration_s=0.1, twitches=()))
    sample.make(tmp_path)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["sample.mp4", "sample.truth.tsv"]
