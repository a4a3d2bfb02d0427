"""Where the lips are in each picture, kept in a temporary file until the annotated video is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from twitchcam.errors import OutputError
from twitchcam.face.anatomy import LIPS_INNER, LIPS_OUTER
from twitchcam.motion.channels import SITES
from twitchcam.views.annotate import Outline

_POINTS = len(LIPS_OUTER) + len(LIPS_INNER)

#: One frame; NaN where there is no face.
_RECORD = np.dtype([("t_s", "<f8"), ("lips_px", "<f4", (_POINTS, 2)), ("sites_px", "<f4", (len(SITES), 2))])

_RECORDS_AT_ONCE = 1024


class OverlayWriter:
    """Writes a row of fixed size a frame; 376 bytes.

    Args:
        path: The file; one that exists is replaced.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write` and :meth:`close`).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = path.open("wb", buffering=1 << 18)
        except OSError as error:
            raise OutputError(f"{path}: cannot write: {error.strerror}") from None

    def write(
        self,
        t_s: float,
        lips_px: NDArray[np.float32] | None,
        sites_px: Mapping[str, tuple[float, float]] | None,
    ) -> None:
        """Appends one frame.

        Args:
            t_s: Its time in seconds.
            lips_px: ``(40, 2)`` outer and inner border of the lips, or None.
            sites_px: Place of each site of the mouth, or None.
        """
        record = np.zeros((), dtype=_RECORD)
        record["t_s"] = t_s
        record["lips_px"] = np.nan if lips_px is None else lips_px
        record["sites_px"] = np.nan if sites_px is None else [sites_px[site] for site in SITES]
        try:
            self._file.write(record.tobytes())
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def close(self) -> None:
        """Writes the rest and closes the file; closing twice does no harm."""
        try:
            self._file.close()
        except OSError as error:
            raise OutputError(f"{self._path}: cannot write: {error.strerror}") from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def read_overlay(path: Path) -> Iterator[Outline]:
    """The frames of a file that :class:`OverlayWriter` wrote, one at a time."""
    with path.open("rb") as file:
        while block := file.read(_RECORD.itemsize * _RECORDS_AT_ONCE):
            for record in np.frombuffer(block, dtype=_RECORD):
                yield Outline(
                    t_s=float(record["t_s"]),
                    lips_px=_known(record["lips_px"]),
                    sites_px=_named(_known(record["sites_px"])),
                )


def _known(points: NDArray[np.float32]) -> NDArray[np.float32] | None:
    return None if np.isnan(points).any() else points


def _named(points: NDArray[np.float32] | None) -> dict[str, tuple[float, float]] | None:
    if points is None:
        return None
    return {site: (float(x), float(y)) for site, (x, y) in zip(SITES, points, strict=True)}
