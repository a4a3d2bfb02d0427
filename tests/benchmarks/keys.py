"""Names for what is cached: a checksum over everything that the result depends on, the code included."""

from __future__ import annotations

import ast
import json
from dataclasses import asdict, is_dataclass
from functools import lru_cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import twitchcam

_PACKAGE = Path(twitchcam.__file__).parent


def key_of(*parts: object) -> str:
    """A checksum (24 hexadecimal digits) of plain data and dataclasses."""
    text = json.dumps([_plain(part) for part in parts], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:24]


@lru_cache(maxsize=16)
def code_digest(*modules: str) -> str:
    """A checksum of what modules do: comments, docstrings and layout do not count.

    Args:
        modules: Paths below the package: a file, or a folder for every module in it.
    """
    digest = sha256()
    for name in modules:
        path = _PACKAGE / name
        for file in sorted(path.glob("*.py")) if path.is_dir() else [path]:
            digest.update(file.name.encode())
            digest.update(_meaning(file.read_text(encoding="utf-8")).encode())
    return digest.hexdigest()


@lru_cache(maxsize=256)
def file_digest(path: Path) -> str:
    """Checksum of a file."""
    digest = sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def versions(*distributions: str) -> dict[str, str]:
    """Versions of installed distributions."""
    return {name: metadata.version(name) for name in distributions}


def _meaning(source: str) -> str:
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            node.body = [s for s in node.body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return ast.dump(tree)


def _plain(part: object) -> object:
    return asdict(part) if is_dataclass(part) and not isinstance(part, type) else part
