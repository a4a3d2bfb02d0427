"""``session.json``: where a session comes from, what it was analysed with and what came out, as one document."""

from __future__ import annotations

import json
import platform
from dataclasses import asdict, dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from twitchcam import __version__
from twitchcam.errors import OutputError, SessionError
from twitchcam.session.coverage import Extent
from twitchcam.session.tally import Tally

if TYPE_CHECKING:
    from twitchcam.config import Config

FORMAT_VERSION = 1

#: The published JSON schema of the document.
SCHEMA_PATH = Path(__file__).with_name("session.schema.json")

#: Key in the document to the distribution whose version it tells.
_LIBRARIES = {
    "mediapipe": "mediapipe",
    "opencv": "opencv-contrib-python",
    "numpy": "numpy",
    "scipy": "scipy",
    "av": "av",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRecord:
    """Where the pictures came from; None where a source has no such thing.

    Attributes:
        kind: A file, a camera or a stream.
        name: The file's name without folders, or what the camera or stream is called.
        size_bytes: Size of the file.
        sha256: Checksum of the whole file, in hexadecimal digits.
        container: FFmpeg's name of the container.
        codec: FFmpeg's name of the codec.
        pixel_format: FFmpeg's name of the stored pixel format.
        width_px: Width of the upright picture.
        height_px: Height of the upright picture.
        rate_hz: Frame rate that the source states.
        duration_s: Length that the source states.
    """

    kind: Literal["file", "camera", "stream"]
    name: str
    size_bytes: int | None = None
    sha256: str | None = None
    container: str | None = None
    codec: str | None = None
    pixel_format: str | None = None
    width_px: int
    height_px: int
    rate_hz: float | None = None
    duration_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionHeader:
    """What is known before the first frame is analysed.

    Attributes:
        source: Where the pictures came from.
        clock: What the times of the frames are, in words.
        recorded_at: Wall time of the first frame, with offset, or None.
        recorded_at_from: Where that wall time comes from, or None.
        subject: Who is seen, in free text, or None.
        config: Every setting.
    """

    source: SourceRecord
    clock: str
    recorded_at: datetime | None = None
    recorded_at_from: Literal["option", "container", "clock"] | None = None
    subject: str | None = None
    config: Config

    def __post_init__(self) -> None:
        if (self.recorded_at is None) != (self.recorded_at_from is None):
            raise ValueError(f"expected a wall time and its origin, got {self.recorded_at}, {self.recorded_at_from}")


def head(name: str, header: SessionHeader) -> dict[str, Any]:
    """The first part of the document, known before the first frame."""
    from twitchcam.config import to_dict

    recorded_at = header.recorded_at
    return {
        "format": "twitchcam session",
        "format_version": FORMAT_VERSION,
        "name": name,
        "source": asdict(header.source),
        "clock": {
            "times": header.clock,
            "recorded_at": None if recorded_at is None else recorded_at.isoformat(),
            "recorded_at_from": header.recorded_at_from,
        },
        "subject": header.subject,
        "versions": versions(),
        # As JSON has it: lists where Python has tuples.
        "configuration": json.loads(json.dumps(to_dict(header.config), allow_nan=False)),
    }


def results(extent: Extent, tally: Tally, *, asymmetry_pct_iod: float | None) -> dict[str, Any]:
    """Durations, counts, rates and the mouth at rest, as they stand in the document."""
    share = min(extent.valid_s / extent.duration_s, 1.0) if extent.duration_s > 0 else 0.0
    return {
        "duration_s": round(extent.duration_s, 4),
        "start_s": round(extent.start_s, 4),
        "end_s": round(extent.end_s, 4),
        "frames": extent.frames,
        "rate_hz": None if extent.rate_hz is None else round(extent.rate_hz, 4),
        "face_share": round(extent.face_frames / extent.frames, 4) if extent.frames else 0.0,
        "valid_min": round(extent.valid_s / 60, 4),
        "valid_share": round(share, 4),
        "counts": tally.counts(),
        "rates_per_valid_min": tally.rates_per_min(extent.valid_s),
        "asymmetry_pct_iod": asymmetry_pct_iod,
    }


def versions() -> dict[str, str | None]:
    """Versions of twitchcam, Python and the libraries that results depend on; None where one is not installed."""
    found: dict[str, str | None] = {"twitchcam": __version__, "python": platform.python_version()}
    for key, distribution in _LIBRARIES.items():
        try:
            found[key] = metadata.version(distribution)
        except metadata.PackageNotFoundError:
            found[key] = None
    return found


def write_json(path: Path, document: dict[str, Any]) -> None:
    """Writes a document: whole or not at all, without NaN.

    Raises:
        OutputError: the file cannot be written.
    """
    text = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None


def read_json(path: Path) -> dict[str, Any]:
    """Reads a document.

    Raises:
        SessionError: the file cannot be read or is not a JSON object.
    """
    try:
        document = json.loads(path.read_text(encoding="utf-8"), parse_constant=_refuse)
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise SessionError(f"{path}: not a JSON file: {error}") from None
    if not isinstance(document, dict):
        raise SessionError(f"{path}: expected a JSON object")
    return document


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
