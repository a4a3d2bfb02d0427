"""A recording that is cut: another person, in the place of the first one or elsewhere in the picture."""

from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.capture.recordings import record
from twitchcam import bundled
from twitchcam.analysis import AnalysisOptions, analyze_video
from twitchcam.capture.frame import Image
from twitchcam.config import Config
from twitchcam.events.model import Context, Lip, Side
from twitchcam.score import score
from twitchcam.session.events_file import read_events
from twitchcam.session.reader import Session

pytestmark = pytest.mark.heavy

CUT_S, END_S = 4.5, 10.0


def another(picture: Image, shift_px: tuple[int, int]) -> Image:
    """Somebody else: a narrower, longer face with another skin, in another room, and seen from the other side."""
    height, width = picture.shape[:2]
    narrow, long = 0.86, 1.08
    onto = np.array(
        [
            [narrow, 0, width / 2 * (1 - narrow) + shift_px[0]],
            [0, long, height / 2 * (1 - long) + shift_px[1]],
        ],
        np.float32,
    )
    turned = np.ascontiguousarray(picture[:, ::-1])
    moved = cv2.warpAffine(turned, onto, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT)
    return np.clip(moved * np.array([0.62, 0.5, 0.42]) + (14, 10, 8), 0, 255).astype(np.uint8)


def cut_recording(path: Path, shift_px: tuple[int, int]) -> Path:
    """The bundled sample up to the cut; then the same goes on with the other person."""
    sample = bundled.find("samples", "sample.mp4")
    assert sample is not None
    pictures = []
    with av.open(str(sample)) as container:
        rate = container.streams.video[0].average_rate
        for frame in container.decode(video=0):
            assert frame.time is not None
            if frame.time >= END_S:
                break
            picture: Image = frame.to_ndarray(format="rgb24")
            pictures.append(picture if frame.time < CUT_S else another(picture, shift_px))
    return record(path, pictures, rate=rate, options={"crf": "14", "preset": "veryfast"})


@pytest.mark.parametrize("shift_px", [(0, 0), (60, -25)])
def test_each_is_measured_as_who_they_are_and_the_log_tells_of_the_cut(
    tmp_path: Path, shift_px: tuple[int, int]
) -> None:
    video = cut_recording(tmp_path / "cut.mp4", shift_px)
    options = AnalysisOptions(config=Config())
    analysis = analyze_video(video, tmp_path / "out", options)
    session = Session.load(analysis.folder)

    # What the sample holds, with the sides exchanged in the one that is seen from the other side.
    truth = bundled.find("samples", "sample.truth.tsv")
    assert truth is not None
    expected = [event for event in read_events(truth) if event.end_s < END_S]
    sides = [event.side if event.onset_s < CUT_S else event.side.mirrored for event in expected]
    assert [(event.lip, event.side) for event in session.events] == [
        (event.lip, side) for event, side in zip(expected, sides, strict=True)
    ]
    assert set(sides) == {Side.LEFT, Side.RIGHT}
    assert {event.lip for event in session.events} == {Lip.UPPER, Lip.LOWER}
    assert [event.onset_s for event in session.events] == pytest.approx([e.onset_s for e in expected], abs=0.034)
    assert score(expected, session.events).false == 0

    # Either the face was away for moments, or the cut is told of.
    away = [segment for segment in session.segments if segment.kind is Context.NO_FACE]
    told = [line for line in session.document["warnings"] if line.startswith(f"the picture is cut at {CUT_S:.1f} s:")]
    assert bool(away) is not bool(told)
    assert all(CUT_S - 0.1 < segment.onset_s < CUT_S + 0.1 and segment.duration_s < 0.5 for segment in away)
