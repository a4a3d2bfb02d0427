"""What a recording says about itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from twitchcam.errors import InputError

#: Keys of the container that hold a creation time, the one with the recorder's own offset first.
_CREATION_KEYS = ("com.apple.quicktime.creationdate", "creation_time")

#: Recorders without a clock write the epoch of their format (1904, 1970) or of themselves (1980).
_FIRST_CREDIBLE_YEAR = 1990


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceInfo:
    """A video file as its container describes it; pictures are upright.

    Attributes:
        path: The file.
        size_bytes: Its size.
        container: FFmpeg's name of the container format.
        codec: FFmpeg's name of the video codec.
        pixel_format: FFmpeg's name of the stored pixel format.
        width_px: Width of the upright picture.
        height_px: Height of the upright picture.
        rate_hz: Average frame rate that the container states, or None.
        duration_s: Length of the video that the container states, or None.
        frame_count: Number of frames that the container states, or None.
        created_at: When the recording was made, with offset, as the container states it, or None.
    """

    path: Path
    size_bytes: int
    container: str
    codec: str
    pixel_format: str
    width_px: int
    height_px: int
    rate_hz: float | None
    duration_s: float | None
    frame_count: int | None
    created_at: datetime | None

    @property
    def name(self) -> str:
        """The file's name with its suffix."""
        return self.path.name


def creation_time(metadata: Mapping[str, str]) -> datetime | None:
    """The creation time in a container's metadata, with offset (UTC where the text has none), or None."""
    for key in _CREATION_KEYS:
        try:
            made = datetime.fromisoformat(metadata[key])
        except (KeyError, ValueError):
            continue
        if made.year >= _FIRST_CREDIBLE_YEAR:
            return made if made.utcoffset() is not None else made.replace(tzinfo=UTC)
    return None


def tagged_duration_s(metadata: Mapping[str, str]) -> float | None:
    """The ``DURATION`` tag that Matroska streams carry (``00:00:05.005000000``) in seconds, or None."""
    parts = metadata.get("DURATION", "").split(":")
    try:
        hours, minutes, seconds = (float(part) for part in parts)
    except ValueError:
        return None
    return 3600 * hours + 60 * minutes + seconds


def checksum(path: Path) -> str:
    """SHA-256 of a whole file in hexadecimal digits.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InputError(f"{path}: cannot read: {error.strerror}") from None
