"""The statistics know of no file and of no other room."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import twitchcam.trends

MODULES = sorted(Path(twitchcam.trends.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_nothing_but_its_room_and_libraries_for_numbers(path: Path) -> None:
    allowed = {"__future__", "collections", "dataclasses", "datetime", "itertools", "math", "numpy", "re", "scipy"}
    allowed |= {"statistics", "twitchcam.trends"}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        for name in names:
            assert any(name == known or name.startswith(f"{known}.") for known in allowed), name
