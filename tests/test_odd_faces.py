"""Files in which the face is not as it should be: very dark, upside down, or one of two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest

from tests.capture.recordings import record
from tests.face.test_two_faces import side_by_side
from twitchcam import bundled
from twitchcam.analysis import AnalysisOptions, analyze_video
from twitchcam.capture.frame import Image
from twitchcam.config import Config, merged
from twitchcam.events.model import Context, Lip, Side
from twitchcam.session.reader import Session

pytestmark = pytest.mark.heavy

#: The bundled sample up to here holds one twitch: of the upper lip, on the left.
END_S, TWITCH_S = 4.0, 3.137


@pytest.fixture(scope="module")
def pictures() -> list[Image]:
    sample = bundled.find("samples", "sample.mp4")
    assert sample is not None
    with av.open(str(sample)) as container:
        return [
            frame.to_ndarray(format="rgb24")
            for frame in container.decode(video=0)
            if frame.time is not None and frame.time < END_S
        ]


def even(picture: Image) -> Image:
    height, width = (side // 2 * 2 for side in picture.shape[:2])
    return np.ascontiguousarray(picture[:height, :width])


def darkened(picture: Image) -> Image:
    """A twenty-fifth of the light: nothing of it is brighter than 10 of 255."""
    return (picture * 0.04).astype(np.uint8)


def turned(picture: Image) -> Image:
    return np.ascontiguousarray(picture[::-1, ::-1])


def analysed(
    tmp_path: Path, pictures: list[Image], change: Callable[[Image], Image], *, choice: str = "any", rotation: int = 0
) -> Session:
    options = {"crf": "14", "preset": "veryfast"}
    video = record(tmp_path / "clip.mp4", [change(p) for p in pictures], options=options, rotation=rotation)
    config = merged(Config(), {"face": {"choice": choice}})
    return Session.load(analyze_video(video, tmp_path / "out", AnalysisOptions(config=config)).folder)


def found_the_twitch(session: Session) -> bool:
    (event,) = session.events
    assert event.onset_s == pytest.approx(TWITCH_S, abs=0.034)
    return (event.lip, event.side) == (Lip.UPPER, Side.LEFT)


def test_a_very_dark_one_is_measured_all_the_same(tmp_path: Path, pictures: list[Image]) -> None:
    assert found_the_twitch(analysed(tmp_path, pictures, darkened))


def test_one_that_the_recorder_says_is_upside_down_is_turned(tmp_path: Path, pictures: list[Image]) -> None:
    assert found_the_twitch(analysed(tmp_path, pictures, turned, rotation=180))


def test_of_one_that_is_upside_down_unsaid_no_side_is_made_up(tmp_path: Path, pictures: list[Image]) -> None:
    """Whether the model sees a face in it is its affair; where it does not, that is told."""
    session = analysed(tmp_path, pictures, turned)
    if not session.events:
        assert [segment.kind for segment in session.segments] == [Context.NO_FACE]
        assert "no time was valid: nothing could be counted" in session.document["warnings"]
    else:
        assert found_the_twitch(session)


def test_a_face_that_is_not_there_is_told(tmp_path: Path, pictures: list[Image]) -> None:
    session = analysed(tmp_path, pictures[:30], even, choice="3")
    told = "there is one face in the picture at 0.0 s and none is number 3 from the left (--face chooses another)"
    assert told in session.document["warnings"]
    assert not session.events


@pytest.mark.parametrize(("choice", "number"), [("largest", 2), ("leftmost", 1)])
def test_of_two_the_wanted_one_is_measured_and_told(
    tmp_path: Path, pictures: list[Image], choice: str, number: int
) -> None:
    session = analysed(tmp_path, pictures, lambda picture: even(side_by_side(picture)), choice=choice)
    assert found_the_twitch(session)
    told = f"2 faces are in the picture at 0.0 s; number {number} from the left of the picture was followed"
    assert any(line.startswith(told) for line in session.document["warnings"])
