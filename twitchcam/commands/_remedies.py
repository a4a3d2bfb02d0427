"""What to do about a library that is missing, broken or of the wrong version. Standard library only."""

from __future__ import annotations

import platform
import re
import sys
from importlib import metadata

#: Module to the distribution that brings it, in the order in which they are shown.
LIBRARIES = {
    "numpy": "numpy",
    "scipy": "scipy",
    "av": "av",
    "cv2": "opencv-contrib-python",
    "mediapipe": "mediapipe",
    "pydantic": "pydantic",
    "matplotlib": "matplotlib",
    "rich": "rich",
}
#: Shared libraries that the wheels of OpenCV and MediaPipe expect of the system, and Debian's packages that bring them
#: all. They are named together, since the loader names only the first that is missing.
SHARED_LIBRARIES = ("libGL.", "libEGL.", "libGLESv2.", "libglib-2.0.", "libgthread-2.0.", "libxcb.", "libX11.")
DEBIAN_PACKAGES = "libgl1 libegl1 libgles2 libglib2.0-0"


def trial_remedy(error: str) -> str:
    """What to do about a trial of the model that failed with this message."""
    if _missing_shared_library(error):
        return import_remedy(error, "mediapipe")
    return "mend what failed above; if all else is fine, report this line"


def import_remedy(error: str, module: str) -> str:
    """What to do about an import that failed with this message."""
    distribution = LIBRARIES[module]
    shared = _missing_shared_library(error)
    if shared is not None:
        if shared.startswith(SHARED_LIBRARIES):
            return (
                f"sudo apt-get install {DEBIAN_PACKAGES}   (Debian, Ubuntu; elsewhere the packages that hold {shared})"
            )
        return f"install the system package that holds {shared} (Debian: apt-file search {shared})"
    if distribution == "mediapipe" and not _has_mediapipe_wheel():
        return "mediapipe has no build for this machine: use Linux x86-64, a Mac with Apple silicon, or Windows"
    absent = re.search(r"No module named '(\w+)", error)
    if absent is None:
        return pip(f"--force-reinstall {requirement(distribution)}")
    return pip(requirement(LIBRARIES.get(absent[1], distribution)))


def _missing_shared_library(error: str) -> str | None:
    match = re.search(r"(lib[\w.+-]+\.so[\w.]*): cannot open shared object", error)
    return match[1] if match else None


def _has_mediapipe_wheel() -> bool:
    machine = platform.machine().lower()
    return (platform.system(), machine) in {
        ("Linux", "x86_64"),
        ("Darwin", "arm64"),
        ("Windows", "amd64"),
    }


def requirement(distribution: str) -> str:
    """What the installed twitchcam asks of a distribution, as in ``mediapipe==0.10.33``; else its bare name."""
    try:
        stated = metadata.requires("twitchcam") or []
    except metadata.PackageNotFoundError:
        return distribution
    plain = [line.partition(";")[0].strip() for line in stated if "extra ==" not in line]
    return next((line for line in plain if re.split(r"[^\w.-]", line)[0] == distribution), distribution)


def version(distribution: str) -> str | None:
    """The installed version of a distribution, or None."""
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


def is_accepted(distribution: str) -> bool:
    """Whether the installed version is one that twitchcam asks for; True where that cannot be told."""
    installed = version(distribution)
    try:
        from packaging.requirements import Requirement
    except ImportError:
        return True
    return installed is None or Requirement(requirement(distribution)).specifier.contains(installed, prereleases=True)


def pip(what: str) -> str:
    """The command that installs something into the Python that runs here."""
    quoted = " ".join(f'"{word}"' if re.search(r"[<>=]", word) else word for word in what.split(" "))
    return f"{sys.executable} -m pip install {quoted}"
