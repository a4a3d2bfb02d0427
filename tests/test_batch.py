from __future__ import annotations

import csv
import json
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.capture.recordings import moving, record
from tests.engines import FakeEngine
from twitchcam.analysis import AnalysisOptions
from twitchcam.batch import SUMMARY_COLUMNS, Outcome, Status, analyze_videos, write_summary
from twitchcam.capture.frame import Frame
from twitchcam.config import Config, merged
from twitchcam.engine import Update
from twitchcam.errors import ModelError, OutputError

OPTIONS = AnalysisOptions(config=Config())


@pytest.fixture(autouse=True)
def _fake_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twitchcam.engine.Engine", FakeEngine)
    # Drawing takes longer than all the rest of a tiny video.
    monkeypatch.setattr("twitchcam.views.frequency.save_frequency", lambda session, path: path.touch())


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


class TestResume:
    def test_what_is_finished_stays_as_it_is(self, tmp_path: Path, clip: Path) -> None:
        out = tmp_path / "out"
        analyzed([clip], out)
        before = {path: path.stat().st_mtime_ns for path in (out / "clip").iterdir()}
        first = (out / "summary.tsv").read_bytes()
        (outcome,) = analyzed([clip], out, resume=True)
        assert (outcome.status, outcome.kept, outcome.whole) == (Status.OK, True, True)
        assert {path: path.stat().st_mtime_ns for path in (out / "clip").iterdir()} == before
        assert (out / "summary.tsv").read_bytes() == first

    @pytest.mark.parametrize(
        "changes",
        [
            {"config": merged(Config(), {"detection": {"min_snr": 5.0}})},
            {"subject": "another"},
            {"recorded_at": datetime.fromisoformat("2024-05-01T14:30:00+02:00")},
            {"with_rejections": True},
            {"annotate": True},
        ],
    )
    def test_other_settings_are_done_again(self, tmp_path: Path, clip: Path, changes: dict[str, Any]) -> None:
        out = tmp_path / "out"
        analyzed([clip], out)
        (out / "clip" / "notes.tsv").write_text("mine")
        options = replace(OPTIONS, **changes)
        for kept in (False, True):
            (outcome,) = analyze_videos([clip], out, options, resume=True)
            assert (outcome.kept, outcome.whole) == (kept, True)
        assert (out / "clip" / "notes.tsv").read_text() == "mine"

    def test_another_version_is_done_again(self, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        analyzed([clip], tmp_path / "out")
        monkeypatch.setattr("twitchcam.jobs.finished.__version__", "99.0")
        assert analyzed([clip], tmp_path / "out", resume=True)[0].kept is False

    def test_other_content_of_the_same_file_is_done_again(self, tmp_path: Path, clip: Path) -> None:
        analyzed([clip], tmp_path / "out")
        record(clip, moving(60))
        (outcome,) = analyzed([clip], tmp_path / "out", resume=True)
        assert (outcome.kept, outcome.whole) == (False, True)
        assert summary(tmp_path / "out")[0]["duration_s"] == "2.0000"

    def test_another_file_of_the_same_name_replaces_nothing(self, tmp_path: Path, clip: Path) -> None:
        analyzed([clip], tmp_path / "out")
        (tmp_path / "day2").mkdir()
        other = record(tmp_path / "day2" / "clip.mp4", moving(60))
        (outcome,) = analyzed([other], tmp_path / "out", resume=True)
        assert outcome.status is Status.FAILED
        assert "is the session of another recording" in outcome.message
        assert json.loads((tmp_path / "out" / "clip" / "session.json").read_text())["duration_s"] == 1.0
        (outcome,) = analyze_videos([other], tmp_path / "out", replace(OPTIONS, overwrite=True), resume=True)
        assert outcome.whole

    @pytest.mark.parametrize("missing", ["frequency.png", "events.tsv", "signals.csv", "session.json"])
    def test_what_is_not_whole_is_done_again(self, tmp_path: Path, clip: Path, missing: str) -> None:
        analyzed([clip], tmp_path / "out")
        (tmp_path / "out" / "clip" / missing).unlink()
        (outcome,) = analyzed([clip], tmp_path / "out", resume=True)
        assert (outcome.kept, outcome.whole) == (False, True)
        assert (tmp_path / "out" / "clip" / missing).exists()

    def test_what_was_interrupted_is_done_again(self, tmp_path: Path, clip: Path) -> None:
        asked = iter([False] * 5 + [True] * 100)
        (outcome,) = analyzed([clip], tmp_path / "out", stop=lambda: next(asked))
        assert not outcome.whole
        (outcome,) = analyzed([clip], tmp_path / "out", resume=True)
        assert (outcome.kept, outcome.whole) == (False, True)

    def test_an_unfinished_folder_makes_way(self, tmp_path: Path, clip: Path) -> None:
        analyzed([clip], tmp_path / "out")
        folder = tmp_path / "out" / "clip"
        (folder / "session.json").rename(folder / "session.head.json")
        folder.rename(tmp_path / "out" / "clip.partial")
        (outcome,) = analyzed([clip], tmp_path / "out", resume=True)
        assert outcome.whole
        assert {path.name for path in (tmp_path / "out").iterdir()} == {"clip", "summary.tsv"}

    @pytest.mark.parametrize(
        "text", ["", "[]", "{}", '{"source": 1}', '{"source": {"sha256": 5}, "versions": []}', "\0"]
    )
    def test_a_document_edited_by_hand(self, tmp_path: Path, clip: Path, text: str) -> None:
        analyzed([clip], tmp_path / "out")
        (tmp_path / "out" / "clip" / "session.json").write_text(text)
        (outcome,) = analyzed([clip], tmp_path / "out", resume=True)
        assert (outcome.kept, outcome.whole) == (False, True)


def test_a_fault_of_ours_does_not_stop_the_rest(tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = record(tmp_path / "other.mp4", moving(10))

    class Broken(FakeEngine):
        def push(self, frame: Frame) -> Update:
            if frame.t_s > 0.5:
                raise RuntimeError("odd\nfault")
            return super().push(frame)

    monkeypatch.setattr("twitchcam.engine.Engine", Broken)
    first, second = analyzed([clip, other], tmp_path / "out")
    assert (first.status, second.status) == (Status.FAILED, Status.OK)
    assert first.message.startswith(f"{clip}: this is a fault in twitchcam (RuntimeError: odd fault)")


def test_progress_is_over_all_videos_and_never_goes_back(tmp_path: Path, clip: Path, text: Path) -> None:
    told: list[tuple[str, float, float | None]] = []
    other = record(tmp_path / "other.mp4", moving(20))
    analyzed([clip, text, other], tmp_path / "out", progress=lambda *step: told.append(step))
    assert told[0][0] == "0 of 3 videos"
    assert [words for words, _, _ in told].count("3 of 3 videos") == 1
    done = [step[1] for step in told]
    assert done == sorted(done)
    in_all = sum(video.stat().st_size for video in (clip, text, other))
    assert {step[2] for step in told} == {in_all}
    assert done[-1] == in_all
    # What is told within a video counts as well, not only its end.
    assert len(set(done)) > 20


def test_what_comes_after_the_analysis_takes_nothing_back(tmp_path: Path) -> None:
    from twitchcam.batch import _Whole

    told: list[tuple[str, float, float | None]] = []
    whole = _Whole([tmp_path, tmp_path / "absent"], lambda *step: told.append(step))
    for share in (0.5, 1.0, 0.2):
        whole.told(0, share)
    whole.finished(0)
    assert [words for words, _, _ in told] == ["0 of 2 videos"] * 3 + ["1 of 2 videos"]
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
