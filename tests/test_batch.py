from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.capture.recordings import moving, record
from tests.engines import FakeEngine
from twitchcam.analysis import AnalysisOptions
from twitchcam.batch import SUMMARY_COLUMNS, Outcome, Status, analyze_videos, session_names, write_summary
from twitchcam.config import Config
from twitchcam.errors import ModelError, OutputError, UsageError

OPTIONS = AnalysisOptions(config=Config())


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twitchcam.engine.Engine", FakeEngine)


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return record(tmp_path / "clip.mp4", moving(30))


@pytest.fixture
def text(tmp_path: Path) -> Path:
    (tmp_path / "notes.mp4").write_text("no video")
    return tmp_path / "notes.mp4"


def summary(out_dir: Path) -> list[dict[str, str]]:
    with (out_dir / "summary.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t"))


def analyzed(videos: list[Path], out_dir: Path, **given: object) -> list[Outcome]:
    return list(analyze_videos(videos, out_dir, OPTIONS, **given))


def test_a_row_for_each_input(tmp_path: Path, clip: Path, text: Path) -> None:
    outcomes = analyzed([text, clip], tmp_path / "out")
    assert [outcome.status for outcome in outcomes] == [Status.FAILED, Status.OK]
    assert [outcome.whole for outcome in outcomes] == [False, True]
    failed, fine = summary(tmp_path / "out")
    assert tuple(fine) == SUMMARY_COLUMNS
    assert (failed["input"], failed["status"], failed["session"]) == (str(text), "failed", "n/a")
    assert failed["message"].startswith(f"{text}: is not a video")
    assert (fine["input"], fine["status"], fine["session"], fine["message"]) == (str(clip), "ok", "clip", "n/a")
    assert (fine["duration_s"], fine["twitches"], fine["upper_left"], fine["lower_right"]) == ("1.0000", "3", "2", "1")
    assert float(fine["left_per_min"]) == pytest.approx(2 * 60 / (29 / 30), abs=1e-3)
    assert fine["screening_level"] == "0"


def test_the_summary_is_there_after_each_session(tmp_path: Path, clip: Path) -> None:
    other = record(tmp_path / "other.mp4", moving(10))
    outcomes = analyze_videos([clip, other], tmp_path / "out", OPTIONS)
    next(outcomes)
    assert [row["input"] for row in summary(tmp_path / "out")] == [str(clip)]
    next(outcomes)
    assert [row["input"] for row in summary(tmp_path / "out")] == [str(clip), str(other)]


def test_where_nothing_could_be_analysed_nothing_is_written(tmp_path: Path, text: Path) -> None:
    assert analyzed([text, tmp_path / "absent.mp4"], tmp_path / "out")[1].status is Status.FAILED
    assert not (tmp_path / "out").exists()


def test_after_a_stop_the_rest_is_skipped(tmp_path: Path, clip: Path) -> None:
    other = record(tmp_path / "other.mp4", moving(10))
    asked = iter([False] * 5 + [True] * 100)
    outcomes = analyzed([clip, other], tmp_path / "out", stop=lambda: next(asked))
    assert [outcome.status for outcome in outcomes] == [Status.WARNING, Status.SKIPPED]
    assert [outcome.whole for outcome in outcomes] == [False, False]
    first, second = summary(tmp_path / "out")
    assert first["message"] == "stopped by the user at 0.1 s"
    assert (second["status"], second["session"]) == ("skipped", "n/a")


def test_what_stops_every_input_stops_the_run(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(config: Config) -> FakeEngine:
        raise ModelError("the model is missing")

    monkeypatch.setattr("twitchcam.engine.Engine", refuse)
    with pytest.raises(ModelError):
        analyzed([clip], tmp_path / "out")


def test_a_place_that_cannot_be_written_is_told_before_the_work(tmp_path: Path, clip: Path) -> None:
    for place in (clip, clip / "deep" / "er"):
        with pytest.raises(OutputError, match=r"cannot write there: .*clip\.mp4 is not a folder"):
            analyzed([clip], place)


def test_a_place_without_permission(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *args, **options: False)
    with pytest.raises(OutputError, match="no permission to write"):
        analyzed([clip], tmp_path / "out")


def test_a_name_with_a_line_break_keeps_the_table_whole(tmp_path: Path) -> None:
    odd = Outcome(video=Path("a\tb\nc.mp4"), status=Status.FAILED, message="a\tb\nc.mp4: is empty")
    write_summary(tmp_path / "summary.tsv", [odd])
    (row,) = summary(tmp_path)
    assert (row["input"], row["message"]) == ("a b c.mp4", "a b c.mp4: is empty")


class TestNames:
    def test_without_suffix(self) -> None:
        assert session_names([Path("x/a.mp4"), Path("b.mov")]) == ["a", "b"]

    def test_with_suffix_where_only_that_tells_two_apart(self) -> None:
        assert session_names([Path("a.mp4"), Path("a.mov"), Path("b.mp4")]) == ["a.mp4", "a.mov", "b"]

    @pytest.mark.parametrize("second", ["y/a.mp4", "a.mp4", "A.MP4"])
    def test_two_for_one_place_are_refused(self, second: str) -> None:
        with pytest.raises(UsageError, match=r"a\.mp4 and .* would both be written as"):
            session_names([Path("a.mp4"), Path(second)])
