"""Libraries that only an export needs."""

from __future__ import annotations

import importlib
from typing import Any

from twitchcam.errors import DependencyError


def library(name: str) -> Any:  # noqa: ANN401 - a module whose types are not ours
    """The module of that name.

    Raises:
        DependencyError: it is not installed.
    """
    try:
        return importlib.import_module(name)
    except ImportError as error:
        raise DependencyError(f"{name} cannot be loaded ({error}): pip install 'twitchcam[export]'") from None
