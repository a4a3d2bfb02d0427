"""What is installed is what was tested: locked versions, the model and the sample inside the wheel."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from twitchcam import __version__
from twitchcam.face.model_file import MODEL_SHA256

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: What pages and reports are made of.
ASSETS = {".j2", ".css", ".js", ".html", ".toml", ".json"}
LOCKS = ("requirements.lock", "requirements-dev.lock")
UNREACHABLE = re.compile(
    r"ConnectionError|NewConnectionError|Temporary failure in name resolution|timed out", re.IGNORECASE
)


def locked(name: str) -> dict[str, list[Version]]:
    """Distribution to the versions that a lock file has for it (one a Python version, where they differ)."""
    found: dict[str, list[Version]] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        if match := re.match(r"([A-Za-z0-9_.-]+)==([^ ;\\]+)", line):
            found.setdefault(match[1].lower(), []).append(Version(match[2]))
    return found


def run(*command: str | Path, cwd: Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    env = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    done = subprocess.run(
        [str(part) for part in command], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    if check:
        assert done.returncode == 0, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    run(
        sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", target, ROOT,
        cwd=target,
    )  # fmt: skip
    (built,) = target.glob("twitchcam-*.whl")
    return built


def _extra(name: str) -> list[Requirement]:
    """What an extra needs, with that of the extras it is made of."""
    found = [Requirement(line) for line in PROJECT["optional-dependencies"][name]]
    own = [r for r in found if r.name == PROJECT["name"]]
    return [r for r in found if r.name != PROJECT["name"]] + [
        r for one in own for extra in sorted(one.extras) for r in _extra(extra)
    ]


@pytest.mark.parametrize("name", LOCKS)
def test_locks_lie_within_the_ranges(name: str) -> None:
    wanted = [Requirement(line) for line in PROJECT["dependencies"]]
    if "dev" in name:
        wanted += _extra("dev")
    versions = locked(name)
    for requirement in wanted:
        assert versions[requirement.name.lower()], requirement
        assert all(requirement.specifier.contains(version) for version in versions[requirement.name.lower()]), (
            requirement
        )


def test_both_commands_run_with_the_same_versions() -> None:
    run_time, development = (locked(name) for name in LOCKS)
    assert run_time.items() <= development.items()


@pytest.mark.parametrize("name", LOCKS)
def test_locks_name_no_place_and_only_one_opencv(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert not re.search(
        r"^\s*-", re.sub(r"^\s+--hash=sha256:[0-9a-f]{64}( \\)?$", "", text, flags=re.MULTILINE), re.MULTILINE
    )
    assert [d for d in locked(name) if d.startswith("opencv")] == ["opencv-contrib-python"]


def test_the_changelog_begins_with_this_version() -> None:
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert headings[0] == __version__


def test_the_wheel_carries_model_sample_licences_and_types(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        model = archive.read("twitchcam/_models/face_landmarker.task")
    assert hashlib.sha256(model).hexdigest() == MODEL_SHA256
    assert {"twitchcam/_samples/sample.mp4", "twitchcam/_samples/sample.truth.tsv", "twitchcam/py.typed"} <= names
    licences = {name.partition(".dist-info/licenses/")[2] for name in names if "/licenses/" in name}
    vendored = "twitchcam/webpage/static/vendor/uplot/LICENSE"
    assert licences == {"LICENSE", "models/LICENSE-face_landmarker.txt", vendored}
    templates = {p.relative_to(ROOT).as_posix() for p in (ROOT / "twitchcam").rglob("*") if p.suffix in ASSETS}
    assert templates
    assert templates <= names
    assert not any(name.startswith(("tests/", "models/", "samples/")) for name in names)


@pytest.mark.heavy
@pytest.mark.timeout(900)
def test_the_wheel_works_in_an_empty_environment(wheel: Path, tmp_path: Path) -> None:
    venv.create(tmp_path / "env", with_pip=True)
    scripts = tmp_path / "env" / ("Scripts" if os.name == "nt" else "bin")
    installed = run(
        scripts / "python", "-m", "pip", "install", "--require-hashes", "--only-binary", ":all:",
        "-r", ROOT / "requirements.lock", cwd=tmp_path, check=False,
    )  # fmt: skip
    if installed.returncode != 0 and UNREACHABLE.search(installed.stderr):
        pytest.skip("the package registry cannot be reached")
    assert installed.returncode == 0, installed.stderr
    run(scripts / "python", "-m", "pip", "install", "--no-deps", wheel, cwd=tmp_path)
    run(scripts / "python", "-m", "pip", "check", cwd=tmp_path)

    # Away from the checkout: nothing but the wheel can provide model and sample.
    checked = run(scripts / "twitchcam", "check", cwd=tmp_path)
    assert str(ROOT) not in checked.stdout
    assert re.search(r"✓ trial run +a face found", checked.stdout)
    (sample,) = (tmp_path / "env").rglob("_samples/sample.mp4")
    run(scripts / "twitchcam", "analyze", sample, "-o", tmp_path / "results", cwd=tmp_path)
    events = tmp_path / "results" / "sample" / "events.tsv"
    assert len(events.read_text(encoding="utf-8").splitlines()) > 1
