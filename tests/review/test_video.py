from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.review.sessions import make_session
from twitchcam.errors import InputError
from twitchcam.live.images import RECORDING_NAME
from twitchcam.review.video import played_video
from twitchcam.session.reader import Session


def write_video(path: Path, *, first_s: float = 0.0, frames: int = 30) -> Path:
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"bf": "0"})
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 30)
        for index in range(frames):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), index, dtype=np.uint8), format="rgb24")
            frame.pts, frame.time_base = index + round(30 * first_s), Fraction(1, 30)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return Session.load(make_session(tmp_path / "results"))


def changed(session: Session, **source: object) -> Session:
    return replace(session, document={**session.document, "source": {**session.document["source"], **source}})


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mkv"])
@pytest.mark.parametrize("first_s", [0.0, 1.0])
def test_the_session_begins_with_the_first_picture(tmp_path: Path, session: Session, name: str, first_s: float) -> None:
    video = played_video(session, write_video(tmp_path / name, first_s=first_s))
    # Chromium counts from the container's own zero, as trials with these files showed.
    assert video.offset_s == pytest.approx(first_s, abs=0.005)
    assert video.kind == f"h264 in {'mov' if name.endswith('mp4') else 'matroska'}"
    assert not video.mirrored


def test_a_recording_of_another_length_is_doubted(tmp_path: Path, session: Session) -> None:
    path = write_video(tmp_path / "clip.mp4")
    assert played_video(changed(session, duration_s=1.0), path).warning is None
    assert "lasts 1.0 s" in (played_video(changed(session, duration_s=12.0), path).warning or "")


def test_what_live_recorded_is_found_in_the_session(session: Session) -> None:
    path = write_video(session.path / RECORDING_NAME)
    assert played_video(changed(session, kind="camera", size_bytes=None), None).path == path


def test_a_recording_that_is_not_there_is_told(tmp_path: Path, session: Session) -> None:
    with pytest.raises(InputError, match="--video"):
        played_video(session, None)
    with pytest.raises(InputError, match="no such file"):
        played_video(session, tmp_path / "absent.mp4")
    (tmp_path / "text.mp4").write_text("no video", encoding="utf-8")
    with pytest.raises(InputError, match=r"text\.mp4"):
        played_video(session, tmp_path / "text.mp4")
