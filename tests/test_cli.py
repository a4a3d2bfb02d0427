from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from twitchcam import __version__, cli, commands

HEAVY = {"av", "cv2", "matplotlib", "mediapipe", "numpy", "pydantic", "rich", "scipy"}

Add = Callable[[str], None]


@pytest.fixture
def add_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Add:
    """Adds a command ``trial`` with the given body to the real ones, for one test."""

    def add(body: str) -> None:
        source = (
            "import click\nfrom twitchcam.errors import InputError, UsageError\n\n"
            "@click.command()\n@click.option('--tracker', type=click.Choice(['fused', 'facemesh']))\n"
            f"@click.option('--annotate/--no-annotate')\ndef command(tracker, annotate):\n    {body}\n"
        )
        (tmp_path / "trial.py").write_text(source, encoding="utf-8")

    monkeypatch.setattr(commands, "__path__", [*commands.__path__, str(tmp_path)])
    monkeypatch.delenv("TWITCHCAM_DEBUG", raising=False)
    yield add
    sys.modules.pop("twitchcam.commands.trial", None)


def run(*argv: str) -> int:
    return cli.main(list(argv))


def test_help_lists_every_command_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--help") == 0
    listed = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    names = {line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "}
    modules = {path.stem for path in Path(cli.commands.__path__[0]).glob("[!_]*.py")}
    assert modules
    assert modules <= names
    assert all(len(line.split()) > 2 for line in listed if line.split() and line.split()[0] in modules)


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from twitchcam.cli import main; code = main(['--help']);"
        f"print(sorted({HEAVY!r} & set(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_module_can_be_run() -> None:
    done = subprocess.run([sys.executable, "-m", "twitchcam", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"twitchcam {__version__}\n"


def test_without_arguments_help_and_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 2
    assert "Usage: twitchcam" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "named"),
    [
        (["chek"], "'check'"),
        (["--versoin"], "--version"),
        (["trial", "--trackr", "fused"], "--tracker"),
        (["trial", "--no-anotate"], "--no-annotate"),
        (["trial", "--tracker", "mesh"], "'facemesh'"),
        (["trial", "surplus"], "surplus"),
        (["trial", "--tracker"], "--tracker"),
    ],
)
def test_wrong_use_is_one_line_and_exit_2(
    argv: list[str], named: str, capsys: pytest.CaptureFixture[str], add_command: Add
) -> None:
    add_command("pass")
    assert run(*argv) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith("twitchcam: ")
    assert err.count("\n") == 1
    assert named in err


def test_a_file_whose_name_looks_like_an_option(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], add_command: Add
) -> None:
    add_command("pass")
    monkeypatch.chdir(tmp_path)
    Path("-x.mp4").touch()
    assert run("trial", "-x.mp4") == 2
    assert capsys.readouterr().err.endswith("; the file -x.mp4 is named ./-x.mp4\n")
    assert run("trial", "-y.mp4") == 2
    assert "./" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("body", "exit_code", "line"),
    [
        ("raise InputError('a.mp4: is empty')", 1, "twitchcam: a.mp4: is empty"),
        ("raise UsageError('no such key')", 2, "twitchcam: no such key"),
        ("raise KeyboardInterrupt", 130, "twitchcam: interrupted"),
        ("click.get_current_context().exit(3)", 3, ""),
        ("return 'done'", 0, ""),
    ],
)
def test_exit_codes(body: str, exit_code: int, line: str, capsys: pytest.CaptureFixture[str], add_command: Add) -> None:
    add_command(body)
    assert run("trial") == exit_code
    assert capsys.readouterr().err.strip() == line


@pytest.mark.parametrize(
    ("body", "remedy"),
    [
        ("raise ImportError('libGL.so.1: cannot open shared object file: No such file', name='cv2')", "libgl1"),
        ("raise ImportError(\"No module named 'rich'\", name='rich.console')", "pip install"),
        ("raise ImportError('broken')", "twitchcam check"),
    ],
)
def test_a_library_that_cannot_be_loaded_comes_with_its_remedy(
    body: str, remedy: str, capsys: pytest.CaptureFixture[str], add_command: Add
) -> None:
    add_command(body)
    assert run("trial") == 1
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert remedy in err
    assert "fault" not in err


def test_a_fault_of_ours_is_one_line_too(capsys: pytest.CaptureFixture[str], add_command: Add) -> None:
    add_command("raise RuntimeError('two\\nlines')")
    assert run("trial") == 1
    err = capsys.readouterr().err
    assert "RuntimeError: two lines" in err
    assert err.count("\n") == 1


def test_ctrl_c_while_libraries_load_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt\n", encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "twitchcam", "--version"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "twitchcam: interrupted\n")


@pytest.mark.parametrize("error", ["InputError('a')", "RuntimeError('b')"])
def test_debugging_shows_the_traceback(error: str, monkeypatch: pytest.MonkeyPatch, add_command: Add) -> None:
    add_command(f"raise {error}")
    monkeypatch.setenv("TWITCHCAM_DEBUG", "1")
    with pytest.raises(Exception, match=r"^[ab]$"):
        run("trial")


def test_characters_the_terminal_lacks_do_not_stop_it(add_command: Add, tmp_path: Path) -> None:
    add_command("click.echo('\\u2713 fine')")
    code = (
        f"from twitchcam import commands; commands.__path__ = [*commands.__path__, {str(tmp_path)!r}];"
        "from twitchcam.cli import main; raise SystemExit(main(['trial']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        env={"PYTHONIOENCODING": "latin-1", "PYTHONPATH": ":".join(sys.path)},
        check=True,
    )
    assert done.stdout == b"? fine\n"
