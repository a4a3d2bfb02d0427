from __future__ import annotations

import json
import queue
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import jsonschema
import pytest

from tests.live.clocks import FakeClock
from tests.live.sources import LiveFakeEngine, NoTracker, ScriptedSource, Step, steady
from twitchcam.config import Config
from twitchcam.errors import OutputError
from twitchcam.live.feed import AddNote, Control, Limit, LiveUpdate
from twitchcam.live.log import LiveLog
from twitchcam.live.loop import LiveLoop, LiveOptions, LiveResult
from twitchcam.live.protocol import Guide, Part, Protocol
from twitchcam.session.clock_file import CLOCK_NAME, read_anchors
from twitchcam.session.document import SCHEMA_PATH
from twitchcam.session.gaps_file import GAPS_NAME, GapKind, read_gaps
from twitchcam.session.lock import is_locked
from twitchcam.session.notes_file import NOTES_NAME, NoteKind, read_notes
from twitchcam.session.reader import Session
from twitchcam.session.writer import HEAD_NAME


class Watcher:
    """A display that remembers."""

    def __init__(self, on_show: Callable[[LiveUpdate], None] = lambda update: None) -> None:
        self.updates: list[LiveUpdate] = []
        self.closed = False
        self._on_show = on_show

    def show(self, update: LiveUpdate) -> None:
        self.updates.append(update)
        self._on_show(update)

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def _fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("twitchcam.live.loop.Engine", LiveFakeEngine)
    # Drawing it takes longer than everything else; the command draws a real one.
    monkeypatch.setattr("twitchcam.views.frequency.save_frequency", lambda session, path: path.touch())


class Run:
    """A loop with everything around it."""

    def __init__(self, out_dir: Path, steps: Sequence[Step], **options: object) -> None:
        self.clock = FakeClock()
        self.commands: queue.SimpleQueue = queue.SimpleQueue()
        self.source = ScriptedSource(steps, self.clock)
        self.tracker = NoTracker()
        self.watcher = Watcher()
        self._out_dir = out_dir
        self._options = LiveOptions(config=Config(), **options)

    def __call__(self, stop: Callable[[], bool] = lambda: False) -> LiveResult:
        loop = LiveLoop(
            self.source,
            self._out_dir,
            self._options,
            displays=[self.watcher],
            commands=self.commands,
            clock=self.clock,
            stop=stop,
            tracker=self.tracker,
        )
        return loop.run()

    def session(self, number: int = 0) -> Session:
        return Session.load(self.result.sessions[number][0])

    @property
    def result(self) -> LiveResult:
        if not hasattr(self, "_result"):
            self._result = self()
        return self._result


def test_a_session_with_its_wall_time_and_everybody_told(tmp_path: Path) -> None:
    run = Run(tmp_path, steady(0, 2), subject="A")
    session = run.session()
    assert session.path.name == "2026-03-01_22-00-00"
    assert run.result.trouble is None
    assert [round(event.onset_s, 2) for event in session.events] == [0.0, 0.5, 1.0, 1.5, 1.97]
    assert len(list(session.samples())) == 60
    assert session.document["source"]["kind"] == "camera"
    assert session.document["clock"]["recorded_at"] == "2026-03-01T22:00:00+00:00"
    assert session.document["clock"]["recorded_at_from"] == "clock"
    assert session.document["live"]["dropped_frames"] == 0
    jsonschema.validate(session.document, json.loads(SCHEMA_PATH.read_text(encoding="utf-8")))
    assert (session.path / "frequency.png").exists()
    shown = run.watcher.updates
    assert [update.frame.t_s for update in shown if update.frame is not None] == pytest.approx(steady(0, 2))
    assert shown[-1].status.ended
    assert not any(update.status.ended for update in shown[:-1])
    assert sum(shown[-1].status.counts.values()) == 5
    assert run.watcher.closed
    assert run.source.closed
    assert run.tracker.closed


def test_the_session_is_locked_while_it_is_written(tmp_path: Path) -> None:
    locked = []

    def look(source: ScriptedSource) -> None:
        (partial,) = tmp_path.iterdir()
        locked.append(is_locked(partial / HEAD_NAME))

    Run(tmp_path, [*steady(0, 0.2), look])()
    assert locked == [True]


@pytest.mark.parametrize("how", ["duration", "quit", "stop"])
def test_it_ends_when_it_shall(tmp_path: Path, how: str) -> None:
    run = Run(tmp_path, steady(0, 5), duration_s=1.0 if how == "duration" else None)
    if how == "quit":
        run.watcher._on_show = lambda update: run.commands.put(Control.QUIT) if update.status.t_s > 0.95 else None
    stop = (lambda: run.clock.time_s >= 1000.96) if how == "stop" else (lambda: False)
    ((_, document),) = run(stop).sessions
    assert document is not None
    assert document["frames"] == 30
    assert document["interrupted"] is False


def test_notes_have_the_time_at_which_they_were_told_and_felt_ones_are_compared(tmp_path: Path) -> None:
    run = Run(tmp_path, [*steady(0, 0.4), *steady(0.4, 1.0)])

    def told(update: LiveUpdate) -> None:
        if update.status.t_s == pytest.approx(0.4):
            run.commands.put(AddNote(kind=NoteKind.FELT))
            run.commands.put(AddNote(kind=NoteKind.TRIGGER, name="caffeine", value="2"))

    run.watcher._on_show = told
    session = run.session()
    notes = read_notes(session.path / NOTES_NAME)
    assert [(note.kind, note.name, note.value) for note in notes] == [
        (NoteKind.FELT, "", ""),
        (NoteKind.TRIGGER, "caffeine", "2"),
    ]
    assert notes[0].onset_s == pytest.approx(0.4, abs=0.04)
    assert notes[0].time is not None
    assert notes[0].time - run.clock.begin == timedelta(seconds=0.4)
    felt = session.document["live"]["felt"]
    assert (felt["felt"], felt["felt_seen"], felt["seen"], felt["seen_felt"]) == (1, 1, 3, 2)


def test_a_pause_measures_nothing_and_is_a_gap(tmp_path: Path) -> None:
    run = Run(tmp_path, steady(0, 4))

    def told(update: LiveUpdate) -> None:
        t_s = update.status.t_s
        if t_s == pytest.approx(1.0):
            run.commands.put(Control.PAUSE)
        if t_s == pytest.approx(3.0):
            run.commands.put(Control.RESUME)

    run.watcher._on_show = told
    session = run.session()
    times = [sample.t_s for sample in session.samples()]
    assert not [t for t in times if 1.01 < t < 3.01]
    assert max(times) == pytest.approx(119 / 30, abs=1e-4)
    (gap,) = read_gaps(session.path / GAPS_NAME)
    assert gap.kind is GapKind.PAUSED
    assert (gap.onset_s, gap.end_s) == pytest.approx((1.0, 3.0 + 1 / 30), abs=1e-3)
    assert [note.name for note in read_notes(session.path / NOTES_NAME)] == ["pause", "resume"]
    # The picture is still shown.
    paused = [update for update in run.watcher.updates if update.status.paused]
    assert len(paused) >= 60
    assert all(update.frame is not None and not update.update.samples for update in paused[:-1])


def test_a_camera_that_is_away_is_a_gap_of_the_same_session(tmp_path: Path) -> None:
    def connected(value: bool) -> Callable[[ScriptedSource], None]:
        return lambda source: setattr(source, "connected", value)

    away = [connected(False)] * 40
    run = Run(tmp_path, [*steady(0, 1), *away, connected(True), *steady(5, 6)])
    session = run.session()
    (gap,) = read_gaps(session.path / GAPS_NAME)
    assert gap.kind is GapKind.CAMERA_LOST
    assert (gap.onset_s, gap.end_s) == pytest.approx((29 / 30, 5.0), abs=1e-3)
    assert "the camera was away once, 4.0 s in all" in session.document["warnings"]
    assert session.document["duration_s"] == pytest.approx(6.0, abs=0.1)
    limits = {limit for update in run.watcher.updates for limit in update.status.limits}
    assert Limit.NO_CAMERA in limits


def test_a_camera_that_does_not_come_back_is_a_gap_too(tmp_path: Path) -> None:
    def lose(source: ScriptedSource) -> None:
        source.connected = False

    session = Run(tmp_path, [*steady(0, 1), *[lose] * 40]).session()
    (gap,) = read_gaps(session.path / GAPS_NAME)
    assert gap.kind is GapKind.CAMERA_LOST
    assert gap.duration_s == pytest.approx(2.0, abs=0.1)


def test_dropped_frames_are_counted_and_are_gaps_and_no_shifted_time(tmp_path: Path) -> None:
    def drop(source: ScriptedSource) -> None:
        source.dropped += 6

    run = Run(tmp_path, [*steady(0, 1), drop, *steady(1.2, 3), drop, *steady(3.2, 4)])
    session = run.session()
    gaps = read_gaps(session.path / GAPS_NAME)
    assert [(gap.kind, gap.frames) for gap in gaps] == [(GapKind.FRAMES_DROPPED, 6)] * 2
    assert gaps[0].onset_s == pytest.approx(29 / 30, abs=1e-3)
    assert gaps[0].end_s == pytest.approx(1.2, abs=1e-3)
    assert session.document["live"]["dropped_frames"] == 12
    assert [s.t_s for s in session.samples()][30] == pytest.approx(1.2)
    assert any(Limit.FRAMES_DROPPED in update.status.limits for update in run.watcher.updates)


def test_a_wall_clock_that_is_set_moves_wall_times_and_nothing_else(tmp_path: Path) -> None:
    run = Run(tmp_path, steady(0, 4))

    def set_clock(update: LiveUpdate) -> None:
        if update.status.t_s == pytest.approx(2.0):
            run.clock.wall_offset = timedelta(hours=-3)

    run.watcher._on_show = set_clock
    session = run.session()
    anchors = read_anchors(session.path / CLOCK_NAME)
    assert len(anchors) == 2
    assert 2.0 <= anchors[1].t_s <= 2.6
    assert anchors[1].time - anchors[0].time == timedelta(seconds=anchors[1].t_s, hours=-3)
    rows = (session.path / "events.tsv").read_text().splitlines()[1:]
    times = [row.split("\t")[3] for row in rows]
    assert times[2].startswith("2026-03-01T22:00:01.000")
    assert times[-1].startswith("2026-03-01T19:00:03.967")
    assert session.document["live"]["clock_set"] == 1
    assert [s.t_s for s in session.samples()] == pytest.approx(steady(0, 4), abs=1e-4)


def test_a_computer_that_slept_goes_on_in_the_same_session(tmp_path: Path) -> None:
    run = Run(tmp_path, [*steady(0, 1), *steady(3601, 3602)])
    session = run.session()
    (gap,) = read_gaps(session.path / GAPS_NAME)
    assert gap.kind is GapKind.STALLED
    assert gap.duration_s == pytest.approx(3600, abs=0.1)
    assert len(read_anchors(session.path / CLOCK_NAME)) == 1


def test_at_midnight_a_new_session_begins_with_its_own_time(tmp_path: Path) -> None:
    run = Run(tmp_path, [*steady(0, 1), *steady(7199, 7201)], rotate_daily=True)
    first, second = run.session(0), run.session(1)
    assert (first.path.name, second.path.name) == ("2026-03-01_22-00-00", "2026-03-02_00-00-00")
    assert [sample.t_s for sample in first.samples()][-1] == pytest.approx(7199 + 29 / 30, abs=1e-3)
    times = [sample.t_s for sample in second.samples()]
    assert times == pytest.approx(steady(0, 1), abs=1e-4)
    assert second.document["clock"]["recorded_at"] == "2026-03-02T00:00:00+00:00"
    assert second.events[0].onset_s == 0.0
    assert sum(run.watcher.updates[-1].status.counts.values()) == len(second.events)


def test_the_protocol_is_shown_and_marked_and_ends_the_session(tmp_path: Path) -> None:
    parts = (
        Part(name="rest", instruction="Rest.", duration_s=1.0),
        Part(name="smile", instruction="Smile.", duration_s=0.5, times=2, pause_s=0.5),
    )
    run = Run(tmp_path, steady(0, 10), guide=Guide(Protocol(name="short", part=parts)))
    session = run.session()
    notes = read_notes(session.path / NOTES_NAME)
    assert [(note.kind, note.name, note.value) for note in notes] == [
        (NoteKind.PROTOCOL, name, value)
        for name, value in (("rest", "1"), ("smile", "0.5"), ("pause", "0.5"), ("smile", "0.5"), ("pause", "0.5"))
    ]
    assert [note.onset_s for note in notes] == pytest.approx([0.0, 1.0, 1.5, 2.0, 2.5], abs=0.04)
    assert session.document["duration_s"] == pytest.approx(3.0, abs=0.05)
    step = next(u.status.protocol for u in run.watcher.updates if u.status.t_s == pytest.approx(1.2))
    assert step is not None
    assert (step.name, step.instruction, step.number, step.total) == ("smile", "Smile.", 2, 5)
    assert step.left_s == pytest.approx(0.3)


def test_when_nothing_can_be_written_it_stops_and_says_what_is_safe(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = LiveLog.flush

    def full(log: LiveLog) -> None:
        real(log)
        if log.last_s > 2:
            raise OutputError("signals.csv: cannot write: No space left on device")

    monkeypatch.setattr(LiveLog, "flush", full)
    run = Run(tmp_path, steady(0, 9))
    result = run.result
    assert result.trouble is not None
    assert "No space left" in result.trouble
    assert "twitchcam recover" in result.trouble
    ((folder, document),) = result.sessions
    assert document is None
    assert folder.name.endswith(".partial")
    assert len(list(Session.load(folder).samples())) >= 60
    assert run.watcher.updates[-1].status.ended


def test_a_session_that_exists_is_told_before_anything_is_loaded(tmp_path: Path) -> None:
    Run(tmp_path, steady(0, 1), name="a")()
    again = Run(tmp_path, steady(0, 1), name="a")
    with pytest.raises(OutputError, match="--overwrite"):
        again()
    assert again.source.closed
    assert again.watcher.closed


def test_without_a_frame_nothing_is_written(tmp_path: Path) -> None:
    run = Run(tmp_path, [])
    assert run.result.sessions == ()
    assert list(tmp_path.iterdir()) == []


def test_a_plot_that_cannot_be_drawn_does_not_make_the_session_look_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(session: Session, path: Path) -> None:
        raise OutputError("frequency.png: cannot write")

    monkeypatch.setattr("twitchcam.views.frequency.save_frequency", full)
    run = Run(tmp_path, steady(0, 1))
    assert run.session().complete
    assert run.result.trouble == "frequency.png: cannot write"
