"""The recording as a browser plays it: which file, and how its time relates to the session's."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass
from pathlib import Path

from twitchcam.capture.files import open_video
from twitchcam.config import CaptureConfig
from twitchcam.errors import InputError
from twitchcam.live.images import RECORDING_NAME
from twitchcam.session.reader import Session
from twitchcam.session.source_video import source_video

#: A file that differs more than this in length from what was analysed is hardly the same recording, seconds.
_SAME_LENGTH_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayedVideo:
    """A recording to show beside the events.

    Attributes:
        path: The file.
        media_type: What the browser is told it is.
        kind: Codec and container in words.
        offset_s: Time in the browser at the session's time 0, seconds.
        mirrored: It is a mirrored selfie: turn it for display.
        warning: What makes one doubt that it is the session's recording; None where nothing does.
    """

    path: Path
    media_type: str
    kind: str
    offset_s: float
    mirrored: bool
    warning: str | None


def played_video(session: Session, given: Path | None) -> PlayedVideo:
    """The recording of a session.

    Args:
        session: The session.
        given: The file as the user named it, which may be a converted copy; None looks near the session.

    Raises:
        InputError: it is not there, or is no video.
    """
    path = _path(session, given)
    with open_video(path, CaptureConfig()) as video:
        info, first_s = video.info, video.zero_s
    stated_s = session.document["source"].get("duration_s")
    warning = None
    if stated_s is not None and info.duration_s is not None and abs(info.duration_s - stated_s) > _SAME_LENGTH_S:
        warning = f"{path}: lasts {info.duration_s:.1f} s, the recording that was analysed {stated_s:.1f} s"
    return PlayedVideo(
        path=path,
        media_type=mimetypes.guess_type(path.name)[0] or "application/octet-stream",
        kind=f"{info.codec} in {info.container.split(',')[0]}",
        # A browser's time is the container's own clock, whatever comes first on it.
        offset_s=max(0.0, first_s),
        # What `live` recorded was turned already.
        mirrored=session.document["source"]["kind"] == "file"
        and bool(session.document["configuration"]["capture"]["mirrored"]),
        warning=warning,
    )


def _path(session: Session, given: Path | None) -> Path:
    if given is not None:
        if not given.is_file():
            raise InputError(f"{given}: there is no such file")
        return given
    recorded = session.path / RECORDING_NAME
    return recorded if recorded.is_file() else source_video(session)
