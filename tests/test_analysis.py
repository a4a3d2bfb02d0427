from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from tests.capture.recordings import cut, moving, record
from tests.engines import FakeEngine
from twitchcam import bundled
from twitchcam.analysis import Analysis, AnalysisOptions, analyze_video, session_name
from twitchcam.capture.source_info import checksum
from twitchcam.config import Config, merged
from twitchcam.errors import DependencyError, InputError, ModelError, OutputError
from twitchcam.events.model import Lip
from twitchcam.redetect import detect_again
from twitchcam.session.document import SCHEMA_PATH
from twitchcam.session.reader import Session


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return record(tmp_path / "clip.mp4", moving(60), metadata={"creation_time": "2024-05-01T10:00:00Z"})


@pytest.fixture(autouse=True)
def _fake_engine(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "heavy" not in request.keywords:
        monkeypatch.setattr("twitchcam.engine.Engine", FakeEngine)


def analyzed(video: Path, out_dir: Path, config: Config | None = None, **given: object) -> Analysis:
    run = {key: given.pop(key) for key in ("stop", "progress", "name") if key in given}
    return analyze_video(video, out_dir, AnalysisOptions(config=config or Config(), **given), **run)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_session_of_every_frame_and_event(tmp_path: Path, clip: Path) -> None:
    analysis = analyzed(clip, tmp_path / "out", subject="A")
    assert analysis.folder == tmp_path / "out" / "clip"
    assert (analysis.whole, analysis.remarks) == (True, ())
    assert names(analysis.folder) == {
        *("events.tsv", "events.json", "segments.tsv", "signals.csv", "session.json", "frequency.png"),
    }
    session = Session.load(analysis.folder)
    assert [round(event.onset_s, 2) for event in session.events] == [0.0, 0.5, 1.0, 1.5, 1.97]
    assert session.events[-1].lip is Lip.LOWER
    assert len(list(session.samples())) == 60
    assert session.document == analysis.document
    jsonschema.validate(analysis.document, json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))
    assert session.document["duration_s"] == pytest.approx(2.0, abs=1e-3)
    assert session.subject == "A"


def test_where_the_pictures_came_from(tmp_path: Path, clip: Path) -> None:
    source = analyzed(clip, tmp_path).document["source"]
    assert source == {
        "kind": "file",
        "name": "clip.mp4",
        "size_bytes": clip.stat().st_size,
        "sha256": checksum(clip),
        "container": "mov,mp4,m4a,3gp,3g2,mj2",
        "codec": "h264",
        "pixel_format": "yuv420p",
        "width_px": 64,
        "height_px": 48,
        "rate_hz": 30.0,
        "duration_s": 2.0,
    }


class TestWallTime:
    def test_from_the_container(self, tmp_path: Path, clip: Path) -> None:
        analysis = analyzed(clip, tmp_path)
        assert analysis.document["clock"]["recorded_at"] == "2024-05-01T10:00:00+00:00"
        assert analysis.document["clock"]["recorded_at_from"] == "container"
        assert "\t2024-05-01T10:00:00.500+00:00\t" in (analysis.folder / "events.tsv").read_text()

    def test_as_told_counts_from_the_first_frame_of_the_file(self, tmp_path: Path, clip: Path) -> None:
        config = merged(Config(), {"capture": {"start_s": 1.0}})
        analysis = analyzed(clip, tmp_path, config, recorded_at=datetime(2020, 1, 1, tzinfo=UTC))
        assert analysis.document["clock"]["recorded_at_from"] == "option"
        first = (analysis.folder / "events.tsv").read_text().splitlines()[1]
        assert first.startswith("1.0000\t")
        assert "\t2020-01-01T00:00:01.000+00:00\t" in first

    def test_unknown(self, tmp_path: Path) -> None:
        analysis = analyzed(record(tmp_path / "a.mkv", moving(3)), tmp_path)
        assert analysis.document["clock"]["recorded_at"] is None


def test_start_and_end(tmp_path: Path, clip: Path) -> None:
    config = merged(Config(), {"capture": {"start_s": 0.5, "end_s": 1.5}})
    document = analyzed(clip, tmp_path, config).document
    assert (document["start_s"], document["frames"]) == (0.5, 30)
    assert document["end_s"] == pytest.approx(1.5, abs=1e-3)
    assert document["warnings"] == []


def test_annotated_and_rejections_when_asked_for(
    tmp_path: Path, clip: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = tmp_path_factory.mktemp("room")
    monkeypatch.setattr(tempfile, "tempdir", str(room))
    analysis = analyzed(clip, tmp_path, annotate=True, with_rejections=True)
    assert {"annotated.mp4", "rejections.tsv"} <= names(analysis.folder)
    assert (analysis.folder / "annotated.mp4").stat().st_size > 1000
    assert "overlay" not in "".join(names(analysis.folder))
    assert names(room) == set()


def test_progress_tells_seconds_done_and_in_all(tmp_path: Path, clip: Path) -> None:
    told: list[tuple[str, float, float | None]] = []
    config = merged(Config(), {"capture": {"start_s": 0.5}})
    analyzed(clip, tmp_path, config, annotate=True, progress=lambda *step: told.append(step))
    for what in ("analysing clip.mp4", "drawing clip.mp4"):
        done = [(done_s, total_s) for name, done_s, total_s in told if name == what]
        assert len(done) == 45
        assert done[0] == (pytest.approx(0), pytest.approx(1.5, abs=1e-3))
        assert done[-1][0] == pytest.approx(44 / 30)


class TestStoppedByTheUser:
    def test_what_was_found_is_kept_as_a_complete_session(self, tmp_path: Path, clip: Path) -> None:
        asked = iter([False] * 35 + [True] * 100)
        analysis = analyzed(clip, tmp_path, annotate=True, stop=lambda: next(asked))
        assert not analysis.whole
        session = Session.load(tmp_path / "clip")
        assert session.complete
        assert session.document["interrupted"] is True
        assert session.document["warnings"] == ["stopped by the user at 1.2 s"]
        assert session.document["frames"] == 36
        # The engine was closed: what was not yet certain is there as well.
        assert session.events[-1].lip is Lip.LOWER
        assert analysis.remarks == ("stopped by the user at 1.2 s", "annotated.mp4 was not drawn")
        assert "frequency.png" in names(tmp_path / "clip")

    def test_while_it_draws(self, tmp_path: Path, clip: Path) -> None:
        asked = iter([False] * 70 + [True] * 100)
        analysis = analyzed(clip, tmp_path, annotate=True, stop=lambda: next(asked))
        assert not analysis.whole
        assert analysis.document["interrupted"] is False
        assert analysis.document["frames"] == 60
        assert analysis.remarks == ("stopped by the user: annotated.mp4 was not drawn",)
        assert not [name for name in names(tmp_path / "clip") if "annotated" in name]


def test_a_picture_that_cannot_be_drawn_does_not_lose_the_session(
    tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**given: object) -> list[str]:
        raise DependencyError("no encoder here")

    monkeypatch.setattr("twitchcam.views.annotate.write_annotated", refuse)
    analysis = analyzed(clip, tmp_path, annotate=True)
    assert (analysis.whole, analysis.remarks) == (False, ("no encoder here",))
    assert Session.load(analysis.folder).complete


class TestNothingIsLeftBehind:
    def test_when_there_is_nothing_to_analyse(self, tmp_path: Path) -> None:
        (tmp_path / "empty.mp4").touch()
        with pytest.raises(InputError):
            analyzed(tmp_path / "empty.mp4", tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_when_the_model_is_missing(self, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(config: Config) -> FakeEngine:
            raise ModelError("the model is missing")

        monkeypatch.setattr("twitchcam.engine.Engine", refuse)
        with pytest.raises(ModelError):
            analyzed(clip, tmp_path / "out")
        assert not (tmp_path / "out").exists()

    def test_when_the_session_exists(self, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        analyzed(clip, tmp_path)
        assert analyzed(clip, tmp_path, overwrite=True).whole
        # It is told before anything is loaded.
        monkeypatch.setattr("twitchcam.engine.Engine", None)
        with pytest.raises(OutputError, match="--overwrite"):
            analyzed(clip, tmp_path)

    def test_a_fault_on_the_way_leaves_a_partial_session(
        self, tmp_path: Path, clip: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        class FaultyEngine(FakeEngine):
            def push(self, frame):
                if frame.t_s > 1:
                    raise RuntimeError("fault")
                return super().push(frame)

        monkeypatch.setattr("twitchcam.engine.Engine", FaultyEngine)
        with pytest.raises(RuntimeError, match="fault"):
            analyzed(clip, tmp_path / "out")
        assert names(tmp_path / "out") == {"clip.partial"}
        assert len(list(Session.load(tmp_path / "out" / "clip").samples())) == 31


def test_warnings_of_source_and_engine_come_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class BlindEngine(FakeEngine):
        valid_s = 0.0

        def __init__(self, config: Config) -> None:
            super().__init__(config)
            self.warnings = ["no face was found for 1.0 s"]

    monkeypatch.setattr("twitchcam.engine.Engine", BlindEngine)
    path = record(tmp_path / "cut.mp4", moving(90), container_options={"movflags": "faststart"})
    analysis = analyzed(cut(path, 0.5), tmp_path)
    assert "cut short" in analysis.remarks[0]
    assert analysis.remarks[-2:] == ("no face was found for 1.0 s", "no time was valid: nothing could be counted")
    assert analysis.document["warnings"] == list(analysis.remarks)


@pytest.mark.parametrize(
    ("video", "name"),
    [("a/clip.mp4", "clip"), ("clip.2.mov", "clip.2"), ("clip", "clip"), ("x.partial.mp4", "x_partial")],
)
def test_what_a_session_is_called(video: str, name: str) -> None:
    assert session_name(Path(video)) == name


@pytest.mark.heavy
class TestRealEngine:
    @pytest.fixture
    def sample(self) -> Path:
        path = bundled.find("samples", "sample.mp4")
        assert path is not None
        return path

    def test_the_sample_and_the_same_events_again_from_its_signals(self, tmp_path: Path, sample: Path) -> None:
        analysis = analyzed(sample, tmp_path)
        session = Session.load(analysis.folder)
        jsonschema.validate(session.document, json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))
        assert session.document["counts"]["twitch"] >= 6
        assert session.document["valid_share"] > 0.9
        frames = session.document["frames"]
        assert (analysis.folder / "signals.csv").stat().st_size < 200 * frames
        again = detect_again(session, session.config)
        for name in ("events.tsv", "segments.tsv", "events.json"):
            assert (again.folder / name).read_bytes() == (analysis.folder / name).read_bytes()
        for key in ("duration_s", "valid_min", "counts", "rates_per_valid_min", "frames", "rate_hz"):
            assert again.document[key] == session.document[key]

    def test_a_mirrored_recording_swaps_the_sides_back(self, tmp_path: Path, sample: Path) -> None:
        config = merged(Config(), {"capture": {"end_s": 8.0, "mirrored": True}})
        mirrored = Session.load(analyzed(sample, tmp_path / "mirrored", config).folder).events
        plain = Session.load(
            analyzed(sample, tmp_path / "plain", merged(Config(), {"capture": {"end_s": 8.0}})).folder
        ).events
        assert len(plain) >= 2
        assert [event.side for event in mirrored] == [event.side.mirrored for event in plain]
        assert [event.lip for event in mirrored] == [event.lip for event in plain]
