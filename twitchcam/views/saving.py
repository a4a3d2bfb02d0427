"""Figures into files."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save(figure: Figure, out: Path | IO[bytes], **given: Any) -> None:  # noqa: ANN401 - as of Figure.savefig
    """As :meth:`matplotlib.figure.Figure.savefig`, without a word about letters that its font has not.

    Names of files and people are in any script; the one font that is everywhere draws a box for what it lacks.

    Raises:
        OSError: the file cannot be written.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(out, **given)
