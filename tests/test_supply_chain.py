"""What an installation consists of, how it is packed, and what goes with it: parts, page, completion."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest
from packaging.version import Version

from tests.test_packaging import ROOT, locked, run
from twitchcam.cli import cli, main

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_list_of_parts_names_every_locked_library_with_its_checksums(tmp_path: Path) -> None:
    target = tmp_path / "parts.json"
    given = re.search(r"cyclonedx_py requirements (.*?)--output-file", MAKEFILE, re.DOTALL)
    assert given is not None
    options = given[1].replace("\\\n", " ").split()
    run(
        sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements", *options, "--output-file", target,
        "requirements.lock", cwd=ROOT,
    )  # fmt: skip
    document = json.loads(target.read_text(encoding="utf-8"))
    assert document["bomFormat"] == "CycloneDX"
    assert document["metadata"]["component"]["name"] == "twitchcam"
    parts = {part["name"].lower(): part for part in document["components"]}
    expected = locked("requirements.lock")
    assert set(parts) == set(expected)
    for name, part in parts.items():
        assert Version(part["version"]) in expected[name]
        assert any(reference.get("hashes") for reference in part["externalReferences"]), name


def test_the_audit_asks_for_all_that_is_locked_and_takes_no_silence_for_an_answer() -> None:
    recipe = re.search(r"^audit:.*?(?=^\S)", MAKEFILE, re.DOTALL | re.MULTILINE)
    assert recipe is not None
    assert "--strict" in recipe[0]
    for lock in ("requirements.lock", "requirements-dev.lock"):
        assert f"--requirement {lock}" in recipe[0]


@pytest.mark.skipif(os.name == "nt", reason="make is not there")
def test_the_audit_fails_in_words_where_something_cannot_be_looked_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "audit" / "bin" / "pip-audit"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\necho 'absl-py: could not be audited' >&2\nexit 1\n")
    program.chmod(0o755)
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").touch()
    # The tests may be run by make, which would tell its children to say where they are.
    monkeypatch.delenv("MAKELEVEL", raising=False)
    monkeypatch.delenv("MAKEFLAGS", raising=False)
    done = run("make", "audit", f"VENV={tmp_path}", cwd=ROOT, check=False)
    assert done.returncode != 0
    first, second, *_ = done.stderr.splitlines()
    assert first == "absl-py: could not be audited"
    assert second.startswith("make audit: not passed: a library above has a known vulnerability, or could not be")
    assert done.stdout == ""
    program.write_text("#!/bin/sh\nexit 0\n")
    assert run("make", "audit", f"VENV={tmp_path}", cwd=ROOT).stderr == ""


def test_the_source_archive_builds_the_same_wheel(tmp_path: Path) -> None:
    run(sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", tmp_path, cwd=ROOT)
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as opened:
        names = opened.getnames()
    assert not any(part in name for name in names for part in ("/.venv", "/.git/", "__pycache__", "/dist/"))
    wheels = {}
    for source in (archive, ROOT):
        target = tmp_path / source.name.replace(".tar.gz", "-from-archive")
        command = ("-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", target, source)
        run(sys.executable, *command, cwd=tmp_path)
        (wheel,) = target.glob("twitchcam-*.whl")
        with zipfile.ZipFile(wheel) as opened_wheel:
            wheels[source] = {
                item.filename: item.CRC for item in opened_wheel.infolist() if "RECORD" not in item.filename
            }
    assert wheels[archive] == wheels[ROOT]


class TestContainer:
    TEXT = (ROOT / "Containerfile").read_text(encoding="utf-8")

    def test_it_runs_as_a_normal_user_with_what_is_locked(self) -> None:
        steps = [line for line in self.TEXT.splitlines() if re.match(r"[A-Z]+ ", line)]
        users = [line for line in steps if line.startswith("USER ")]
        assert users == ["USER twitchcam"]
        assert steps.index(users[0]) < steps.index('ENTRYPOINT ["twitchcam"]')
        assert "--require-hashes --only-binary :all: -r requirements.lock" in self.TEXT

    def test_it_installs_the_libraries_that_the_readme_names(self) -> None:
        readme = (ROOT / "README.md").read_text(encoding="utf-8")
        needed = re.search(r"python3-venv ([a-z0-9 .-]+?)`", readme)
        assert needed is not None
        for package in needed[1].split():
            assert package in self.TEXT

    def test_everything_that_is_copied_is_let_in(self) -> None:
        let_in = {line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line.startswith("!")}
        copied = {part for line in re.findall(r"^COPY (.+) \S+$", self.TEXT, re.MULTILINE) for part in line.split()}
        assert copied == let_in
        assert all((ROOT / part).exists() for part in copied)


def manual() -> ModuleType:
    spec = importlib.util.spec_from_file_location("man", ROOT / "docs" / "man.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class TestManualPage:
    def test_every_command_and_option_is_in_it(self) -> None:
        text = manual().page().replace("\\-", "-")
        for name in cli.list_commands(None):  # type: ignore[arg-type]
            assert re.search(rf"^\.SS twitchcam {name}\b", text, re.MULTILINE), name
            command = cli.get_command(None, name)  # type: ignore[arg-type]
            assert command is not None
            for parameter in command.params:
                for option in parameter.opts:
                    assert option in text or not option.startswith("-"), (name, option)

    def test_no_line_is_taken_for_a_request_by_mistake(self) -> None:
        known = {".TH", ".SH", ".SS", ".PP", ".TP", ".B", ".I"}
        for line in manual().page().splitlines():
            assert not line.startswith("'")
            assert not line.startswith(".") or line.split()[0] in known, line


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    script = capsys.readouterr().out
    assert "_TWITCHCAM_COMPLETE" in script
    assert "twitchcam" in script


def test_what_is_completed() -> None:
    env = {**os.environ, "_TWITCHCAM_COMPLETE": "bash_complete", "COMP_WORDS": "twitchcam exp", "COMP_CWORD": "1"}
    code = "import sys; from twitchcam.cli import main; sys.exit(main([]))"
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines() == ["plain,export"]
