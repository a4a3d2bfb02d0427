from __future__ import annotations

import sys

import pytest

from twitchcam.errors import DependencyError
from twitchcam.face.mesh import MeshFinder


def test_a_missing_system_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # MediaPipe loads its native library when the model is opened, not when it is imported.
    from mediapipe.tasks.python import vision

    def fail(options: object) -> None:
        raise OSError("libGLESv2.so.2: cannot open shared object file: No such file or directory")

    monkeypatch.setattr(vision.FaceLandmarker, "create_from_options", fail)
    with pytest.raises(DependencyError, match=r"libGLESv2\.so\.2.*twitchcam check"):
        MeshFinder()


def test_mediapipe_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mediapipe", None)
    with pytest.raises(DependencyError, match="mediapipe cannot be loaded"):
        MeshFinder()
