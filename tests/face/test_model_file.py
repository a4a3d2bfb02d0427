from __future__ import annotations

import re
from pathlib import Path

import pytest

from twitchcam import bundled
from twitchcam.errors import ModelError
from twitchcam.face import model_file


@pytest.fixture(autouse=True)
def _forget() -> None:
    model_file.model_path.cache_clear()
    yield
    model_file.model_path.cache_clear()


def test_the_bundled_model_is_found() -> None:
    path = model_file.model_path()
    assert path.name == "face_landmarker.task"
    assert path.stat().st_size == model_file.MODEL_BYTES


def test_a_wheel_comes_before_a_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original = model_file.model_path()
    model_file.model_path.cache_clear()
    installed = tmp_path / "_models"
    installed.mkdir()
    (installed / original.name).write_bytes(original.read_bytes())
    monkeypatch.setattr(bundled, "places", lambda kind: (installed, original.parent))
    assert model_file.model_path().parent == installed


def test_missing_model_names_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bundled, "places", lambda kind: (tmp_path, tmp_path))
    with pytest.raises(ModelError, match=re.escape(str(tmp_path)) + ".*install twitchcam again"):
        model_file.model_path()


@pytest.mark.parametrize(
    ("change", "said"),
    [(lambda data: data[:-1], "cut short"), (lambda data: data[:-1] + b"\1", "altered"), (lambda _: b"", "0 bytes")],
)
def test_an_altered_model_is_refused(change, said: str, tmp_path: Path) -> None:
    copy = tmp_path / "face_landmarker.task"
    copy.write_bytes(change(model_file.model_path().read_bytes()))
    with pytest.raises(ModelError, match=said) as caught:
        model_file.check(copy)
    assert str(copy) in str(caught.value)
