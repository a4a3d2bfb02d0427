"""Where the files are that travel with the package: inside an installed wheel, or beside it in a checkout."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

_PACKAGE = Path(__file__).resolve().parent


def places(kind: Literal["models", "samples"]) -> tuple[Path, Path]:
    """The folders that can hold bundled files of a kind: the wheel's, then the checkout's."""
    return _PACKAGE / f"_{kind}", _PACKAGE.parent / kind


def find(kind: Literal["models", "samples"], name: str) -> Path | None:
    """The bundled file of that name, or None where it is missing."""
    return next((place / name for place in places(kind) if (place / name).is_file()), None)
