"""What others build on: the rooms' direction and purity, the types between them, a cheap import."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import twitchcam
from twitchcam.engine import Engine, Update
from twitchcam.events.detector import Detector, Found
from twitchcam.face.tracking import Tracker

PACKAGE = Path(twitchcam.__file__).parent
#: What each room may know of; what comes later in the way of the data is never among it.
MAY_USE = {
    "dsp": {"dsp"},
    "face": {"face", "capture.frame", "config", "errors", "bundled", "dsp.steps"},
    "motion": {"motion", "face", "errors", "bundled", "dsp.steps"},
    "events": {"events", "dsp", "motion.channels", "config"},
    "magnify": {"magnify", "face", "motion.channels", "dsp", "events", "config", "capture.frame"},
}
#: Files, clocks, processes, windows and networks have no place between face and events.
IMPURE = {
    "os",
    "io",
    "pathlib",
    "time",
    "datetime",
    "threading",
    "subprocess",
    "socket",
    "logging",
    "av",
    "click",
    "rich",
}
#: The models' files and their library are dealt with here and nowhere else.
DOORS = {"face/mesh.py", "face/model_file.py", "motion/weights_file.py"}
ROOMS = ("motion", "dsp", "events", "face", "magnify")


def modules(room: str) -> list[Path]:
    return sorted((PACKAGE / room).glob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """Names of the modules that a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import"
            if node.module == "twitchcam":
                yield from (f"twitchcam.{alias.name}" for alias in node.names)
            else:
                yield node.module or ""


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_knows_only_what_comes_before_it(room: str) -> None:
    assert modules(room)
    for path in modules(room):
        for name in imports(path):
            if name.startswith("twitchcam."):
                inside = name.removeprefix("twitchcam.")
                allowed = any(inside == known or inside.startswith(f"{known}.") for known in MAY_USE[room])
                assert allowed, f"{path.name} of {room} imports {name}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_room_is_pure(room: str) -> None:
    for path in modules(room):
        if f"{room}/{path.name}" not in DOORS:
            assert not {name.split(".")[0] for name in imports(path)} & IMPURE, path
            assert "print(" not in path.read_text(encoding="utf-8")


def dataclasses_of(room: str) -> list[type]:
    found = []
    for info in pkgutil.iter_modules([str(PACKAGE / room)]):
        module = importlib.import_module(f"twitchcam.{room}.{info.name}")
        found += [
            kind
            for _, kind in inspect.getmembers(module, inspect.isclass)
            if dataclasses.is_dataclass(kind) and kind.__module__ == module.__name__
        ]
    return found


@pytest.mark.parametrize("room", [*ROOMS, "capture"])
def test_what_goes_between_rooms_cannot_be_changed(room: str) -> None:
    kinds = dataclasses_of(room)
    assert kinds
    for kind in kinds:
        assert kind.__dataclass_params__.frozen, kind  # type: ignore[attr-defined]
        assert hasattr(kind, "__slots__"), kind


def test_the_engine_and_the_detector_keep_their_interface() -> None:
    for kind in (Engine, Detector):
        assert list(inspect.signature(kind.push).parameters)[1:] in (["frame"], ["sample"])
        assert list(inspect.signature(kind.close).parameters)[1:] == []
        assert isinstance(kind.valid_s, property)
        assert isinstance(kind.warnings, property)
    assert [f.name for f in dataclasses.fields(Found)] == ["twitches", "segments", "rejections", "marks"]
    assert {"samples", "twitches", "segments", "rejections", "lips_px", "sites_px"} <= {
        field.name for field in dataclasses.fields(Update)
    }
    assert Update() == Update(samples=(), twitches=(), segments=(), rejections=(), lips_px=None, sites_px=None)
    assert {"track", "close"} <= set(vars(Tracker))


def test_importing_the_package_is_cheap() -> None:
    heavy = ("av", "cv2", "matplotlib", "mediapipe", "numpy", "pydantic", "scipy")
    program = f"import sys, twitchcam; print([m for m in {heavy} if m in sys.modules], twitchcam.__version__)"
    made = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert made.stdout.strip() == f"[] {twitchcam.__version__}"


def test_the_public_names_are_there() -> None:
    for name in getattr(twitchcam, "__all__", ["__version__"]):
        assert getattr(twitchcam, name) is not None


def test_every_module_can_be_imported_and_says_what_it_is() -> None:
    for room in ROOMS:
        assert importlib.import_module(f"twitchcam.{room}").__doc__, room
        for path in modules(room):
            text = path.read_text(encoding="utf-8")
            assert ast.get_docstring(ast.parse(text)), path
            if path.name != "__init__.py":
                assert "from __future__ import annotations" in text, path
