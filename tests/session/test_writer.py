from __future__ import annotations

import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import jsonschema
import pytest

from tests.session.findings import header, sample, twitch
from twitchcam.errors import OutputError
from twitchcam.events.model import Context, Lip, Rejection, Segment, Side
from twitchcam.session.document import SCHEMA_PATH
from twitchcam.session.events_file import read_events
from twitchcam.session.signals_file import read_signals
from twitchcam.session.writer import SessionWriter, check_free

REST = Segment(onset_s=0.0, duration_s=2.0, kind=Context.REST)
REJECTION = Rejection(t_s=1.0, lip=Lip.UPPER, side=Side.LEFT, snr=7.0, gate="max_opposite", value=0.9, limit=0.6)


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def write(out_dir: Path, name: str = "clip", *, frames: int = 60, overwrite: bool = False, **finish: object) -> dict:
    with SessionWriter(out_dir, name, header(), overwrite=overwrite) as writer:
        for index in range(frames):
            writer.write([sample(round(index / 30, 5), face=index >= 30)])
        writer.write(twitches=[twitch(1.0), twitch(1.5, side=Side.RIGHT)], segments=[REST], rejections=[REJECTION])
        return writer.finish(**{"valid_s": 1.0, **finish})


def leave_unfinished(out_dir: Path, frames: int) -> None:
    """Fails after so many frames."""

    class FaultError(Exception):
        pass

    with contextlib.suppress(FaultError), SessionWriter(out_dir, "clip", header()) as writer:
        writer.write([sample(index / 10) for index in range(frames)])
        raise FaultError


def test_a_complete_session(tmp_path: Path) -> None:
    document = write(tmp_path / "out", warnings=["the face was lost"])
    folder = tmp_path / "out" / "clip"
    assert names(tmp_path / "out") == {"clip"}
    assert names(folder) == {"events.tsv", "events.json", "segments.tsv", "signals.csv", "session.json"}
    assert json.loads((folder / "session.json").read_text()) == document
    jsonschema.validate(
        document,
        json.loads(SCHEMA_PATH.read_text(encoding="utf-8")),
        format_checker=jsonschema.FormatChecker(),
    )
    assert (document["duration_s"], document["frames"], document["face_share"]) == (2.0, 60, 0.5)
    assert document["rate_hz"] == pytest.approx(30, abs=1e-3)
    assert (document["valid_share"], document["interrupted"], document["warnings"]) == (
        0.5,
        False,
        ["the face was lost"],
    )
    assert document["counts"]["twitch"] == 2
    screening = document["screening"]
    assert (screening["level"], screening["side"], screening["sufficient"]) == (0, None, False)
    assert screening["against"][0] == "0.0 min of valid rest were seen; 5 are needed."


def test_only_the_owner_may_look(tmp_path: Path) -> None:
    write(tmp_path)
    assert stat.S_IMODE((tmp_path / "clip").stat().st_mode) == 0o700


def test_it_is_partial_until_it_is_complete(tmp_path: Path) -> None:
    writer = SessionWriter(tmp_path, "clip", header(datetime(2024, 5, 1, tzinfo=UTC)))
    writer.write([sample(0.0)], [twitch(0.5)])
    assert names(tmp_path) == {"clip.partial"}
    assert writer.folder == tmp_path / "clip.partial"
    assert len(read_events(writer.folder / "events.tsv")) == 1
    assert json.loads((writer.folder / "session.head.json").read_text())["name"] == "clip"
    writer.finish(valid_s=0.0)
    assert names(tmp_path) == {"clip"}


def test_a_single_frame_lasts_as_long_as_the_source_states(tmp_path: Path) -> None:
    with SessionWriter(tmp_path, "clip", header()) as writer:
        writer.write([sample(5.0)])
        document = writer.finish(valid_s=0.0)
    assert document["duration_s"] == pytest.approx(1 / 30, abs=1e-4)
    assert (document["start_s"], document["rate_hz"], document["valid_share"]) == (5.0, None, 0.0)


def test_rejections_are_written_when_asked_for(tmp_path: Path) -> None:
    with SessionWriter(tmp_path, "clip", header(), with_rejections=True) as writer:
        writer.write([sample(0.0)], rejections=[REJECTION])
        writer.finish(valid_s=0.0)
    assert (tmp_path / "clip" / "rejections.tsv").read_text().splitlines() == [
        "peak\tlip\tside\tsnr\tgate\tvalue\tlimit",
        "1.0000\tupper\tleft\t7.00\tmax_opposite\t0.9000\t0.6000",
    ]


class TestWhenThingsGoWrong:
    def test_without_a_frame_nothing_is_left(self, tmp_path: Path) -> None:
        leave_unfinished(tmp_path, 0)
        assert names(tmp_path) == set()

    def test_with_frames_the_partial_folder_stays(self, tmp_path: Path) -> None:
        leave_unfinished(tmp_path, 2)
        assert names(tmp_path) == {"clip.partial"}
        assert len(list(read_signals(tmp_path / "clip.partial" / "signals.csv"))) == 2

    def test_a_kill_loses_at_most_the_last_second(self, tmp_path: Path) -> None:
        script = (
            "import itertools, sys\n"
            "from pathlib import Path\n"
            "from tests.session.findings import header, sample, twitch\n"
            "from twitchcam.session.writer import SessionWriter\n"
            "writer = SessionWriter(Path(sys.argv[1]), 'clip', header())\n"
            "for index in itertools.count():\n"
            "    writer.write([sample(round(index / 30, 5))], [twitch(index / 30)] if index % 30 == 7 else [])\n"
            "    print(index, flush=True)\n"
        )
        root = Path(__file__).parents[2]
        with subprocess.Popen(
            [sys.executable, "-c", script, str(tmp_path)], stdout=subprocess.PIPE, text=True, cwd=root
        ) as process:
            assert process.stdout is not None
            reached = next(index for index in map(int, process.stdout) if index >= 100)
            os.kill(process.pid, signal.SIGKILL)
        assert names(tmp_path) == {"clip.partial"}
        rows = list(read_signals(tmp_path / "clip.partial" / "signals.csv"))
        assert rows[-1].t_s >= reached / 30 - 1.0
        assert len(read_events(tmp_path / "clip.partial" / "events.tsv")) >= 4

    def test_a_place_that_cannot_be_written(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        with pytest.raises(OutputError, match="file/out: cannot write"):
            SessionWriter(tmp_path / "file" / "out", "clip", header())


class TestNamesThatAreTaken:
    def test_a_session_is_not_replaced_unasked(self, tmp_path: Path) -> None:
        write(tmp_path)
        before = (tmp_path / "clip" / "session.json").read_bytes()
        with pytest.raises(OutputError, match="clip: a session of this name exists; --overwrite"):
            SessionWriter(tmp_path, "clip", header())
        assert (tmp_path / "clip" / "session.json").read_bytes() == before
        assert names(tmp_path) == {"clip"}

    def test_an_unfinished_session_is_not_replaced_unasked(self, tmp_path: Path) -> None:
        leave_unfinished(tmp_path, 1)
        with pytest.raises(OutputError, match=r"clip\.partial: an unfinished session"):
            SessionWriter(tmp_path, "clip", header())
        assert write(tmp_path, overwrite=True)["frames"] == 60
        assert names(tmp_path) == {"clip"}

    def test_overwriting_replaces_it_when_the_new_one_is_complete(self, tmp_path: Path) -> None:
        write(tmp_path, frames=60)
        with SessionWriter(tmp_path, "clip", header(), overwrite=True) as writer:
            writer.write([sample(0.0)])
            assert json.loads((tmp_path / "clip" / "session.json").read_text())["frames"] == 60
            writer.finish(valid_s=0.0)
        assert json.loads((tmp_path / "clip" / "session.json").read_text())["frames"] == 1
        assert names(tmp_path) == {"clip"}

    def test_what_a_person_wrote_is_carried_over(self, tmp_path: Path) -> None:
        write(tmp_path)
        (tmp_path / "clip" / "notes.tsv").write_text("felt it")
        (tmp_path / "clip" / "annotated.mp4").write_text("old")
        write(tmp_path, overwrite=True)
        assert (tmp_path / "clip" / "notes.tsv").read_text() == "felt it"
        assert not (tmp_path / "clip" / "annotated.mp4").exists()

    def test_a_folder_that_is_no_session_is_never_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "clip").mkdir()
        (tmp_path / "clip" / "holiday.jpg").touch()
        for overwrite in (False, True):
            with pytest.raises(OutputError, match="is in the way and is no session"):
                check_free(tmp_path, "clip", overwrite=overwrite)
        assert (tmp_path / "clip" / "holiday.jpg").exists()

    def test_one_that_was_made_meanwhile_is_kept(self, tmp_path: Path) -> None:
        with SessionWriter(tmp_path, "clip", header()) as writer:
            writer.write([sample(0.0)])
            (tmp_path / "clip").mkdir()
            with pytest.raises(OutputError, match="made meanwhile"):
                writer.finish(valid_s=0.0)
        assert names(tmp_path) == {"clip", "clip.partial"}
