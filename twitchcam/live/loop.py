"""The live loop: frames in, session folder out, and everybody who watches is told."""

from __future__ import annotations

import queue
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from twitchcam.capture.frame import Frame
from twitchcam.config import Config
from twitchcam.engine import Engine, Update, make_tracker
from twitchcam.errors import OutputError, TwitchcamError
from twitchcam.live.clock import Clock
from twitchcam.live.feed import AddNote, Command, Control, Display, LiveUpdate, ProtocolStep, Status
from twitchcam.live.keeper import Keeper
from twitchcam.live.log import LiveLog
from twitchcam.live.protocol import Guide
from twitchcam.live.renewal import LentTracker
from twitchcam.live.source import LiveSource
from twitchcam.live.status import StatusKeeper
from twitchcam.session.document import SessionHeader
from twitchcam.session.gaps_file import Gap, GapKind
from twitchcam.session.notes_file import NoteKind
from twitchcam.session.writer import check_free

if TYPE_CHECKING:
    from twitchcam.face.tracking import Tracker

Commands: TypeAlias = "queue.SimpleQueue[Command]"

#: How long the loop waits for a frame before it looks after everything else.
_TICK_S = 0.05
#: How often displays are told when no frame comes, what was written is handed to the system, and the noise is asked.
_IDLE_S = 0.25
_FLUSH_S = 0.5
_NOISE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveOptions:
    """What a live session is asked for.

    Attributes:
        config: Settings.
        name: What the session is called; None names it for its first moment.
        subject: Who is seen, in free text.
        duration_s: How long to watch; None until told to stop.
        guide: The guided protocol, with whose end the session ends; None is none.
        rotate_daily: Begin a new session at midnight.
        overwrite: Replace a session of the same name.
        keeps_images: What is recorded, for the displays.
    """

    config: Config
    name: str | None = None
    subject: str | None = None
    duration_s: float | None = None
    guide: Guide | None = None
    rotate_daily: bool = False
    overwrite: bool = False
    keeps_images: str = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveResult:
    """What came out.

    Attributes:
        sessions: Folder and document of each session, in order; the document is None where the session could not be
            completed.
        trouble: Why it ended early, a sentence that says what is safe; None where all is well.
    """

    sessions: tuple[tuple[Path, dict[str, Any] | None], ...]
    trouble: str | None = None


class LiveLoop:
    """Runs one live session, or one a day. Everything happens in the thread that calls :meth:`run`.

    Args:
        source: Where the frames come from; the loop closes it.
        out_dir: Where session folders shall stand.
        options: What is asked for.
        displays: Who is told; the loop closes them.
        keepers: Who keeps something else of each session.
        commands: What displays ask of the loop.
        clock: The clocks.
        stop: Asked again and again; once it says True, the session ends.
        tracker: Another tracker than the configured one (tests).
    """

    def __init__(
        self,
        source: LiveSource,
        out_dir: Path,
        options: LiveOptions,
        *,
        displays: Sequence[Display] = (),
        keepers: Sequence[Keeper] = (),
        commands: Commands | None = None,
        clock: Clock,
        stop: Callable[[], bool] = lambda: False,
        tracker: Tracker | None = None,
    ) -> None:
        self._source = source
        self._out_dir = out_dir
        self._options = options
        self._displays = tuple(displays)
        self._keepers = tuple(keepers)
        self._commands: Commands = queue.SimpleQueue() if commands is None else commands
        self._clock = clock
        self._stop = stop
        self._given_tracker = tracker
        self._status = StatusKeeper(options.config, options.keeps_images)
        self._sessions: list[tuple[Path, dict[str, Any] | None]] = []
        self._engine: Engine | None = None
        self._log: LiveLog | None = None
        self._day = clock.wall().date()
        #: Time of the session's first frame on the source's clock.
        self._zero_s = 0.0
        self._last_s: float | None = None
        self._dropped = 0
        self._missing: GapKind | None = None
        self._paused = False
        self._quit = False
        self._step: int | None = None
        self._trouble: str | None = None
        self._shown_at_s = self._flushed_at_s = self._noise_at_s = -1e9
        self._noise: dict[str, float] = {}

    def run(self) -> LiveResult:
        """Watches until the source ends, somebody quits, or nothing can be written any more.

        Raises:
            OutputError: not even the first session can be begun.
            ModelError: the face model is missing or altered.
            DependencyError: a library cannot be loaded.
        """
        with ExitStack() as stack:
            for display in self._displays:
                stack.callback(display.close)
            stack.callback(self._source.close)
            if self._options.name is not None:
                check_free(self._out_dir, self._options.name, overwrite=self._options.overwrite)
            tracker = self._given_tracker or make_tracker(self._options.config)
            stack.callback(tracker.close)
            try:
                self._watch(tracker)
                self._finish_session()
            except OutputError as error:
                if self._log is None:
                    raise
                self._trouble = self._give_up(error)
            except BaseException:
                self._end_keepers()
                if self._log is not None:
                    self._log.abandon()
                raise
            self._show(None, Update(), ended=True)
        return LiveResult(sessions=tuple(self._sessions), trouble=self._trouble)

    def _watch(self, tracker: Tracker) -> None:
        while True:
            self._obey()
            if self._quit or self._stop() or self._is_over(self._source.now_s):
                return
            frame = self._source.take(_TICK_S)
            if frame is None:
                if self._source.ended:
                    return
                self._idle()
                continue
            if self._is_over(frame.t_s):
                return
            if self._log is None:
                self._begin_session(tracker, frame)
            elif self._is_new_day():
                self._finish_session()
                self._begin_session(tracker, frame)
            self._take(frame)
            self._look_after()

    def _take(self, frame: Frame) -> None:
        """One frame through the engine into the log and to the displays; while paused, only to the displays."""
        assert self._engine is not None
        assert self._log is not None
        dropped = self._source.dropped
        frame = replace(frame, t_s=frame.t_s - self._zero_s)
        self._status.frame_came(frame, dropped)
        if self._paused:
            self._missing = GapKind.PAUSED
            self._dropped = dropped
            self._show(frame, Update())
            return
        self._log_gap(frame.t_s, dropped - self._dropped)
        self._dropped, self._last_s = dropped, frame.t_s
        self._guide(frame.t_s)
        update = self._engine.push(frame)
        self._log.write(update)
        self._status.measured(update.samples, update.twitches)
        self._show(frame, update)

    def _log_gap(self, t_s: float, dropped: int) -> None:
        assert self._log is not None
        before_s, missing = self._last_s, self._missing
        self._missing = None
        if before_s is None:
            return
        if missing is None and dropped:
            missing = GapKind.FRAMES_DROPPED
        if missing is None and t_s - before_s > self._options.config.capture.max_gap_s:
            missing = GapKind.STALLED
        if missing is not None:
            self._log.gap(Gap(onset_s=before_s, duration_s=t_s - before_s, kind=missing, frames=dropped))

    def _idle(self) -> None:
        """No frame came: perhaps the camera is away."""
        if not self._source.connected and self._missing is None:
            self._missing = GapKind.CAMERA_LOST
        if self._clock.now_s() - self._shown_at_s >= _IDLE_S:
            self._show(None, Update())
        if self._log is not None:
            self._look_after()

    def _look_after(self) -> None:
        """What is due now and then, whether frames come or not."""
        assert self._log is not None
        now_s = self._clock.now_s()
        if now_s - self._flushed_at_s >= _FLUSH_S:
            self._flushed_at_s = now_s
            self._log.flush()
            if self._source.follows_wall:
                self._log.check_wall(self._session_s, self._clock.wall(), step_s=self._options.config.live.clock_step_s)

    def _obey(self) -> None:
        while True:
            try:
                command = self._commands.get_nowait()
            except queue.Empty:
                return
            if isinstance(command, AddNote):
                self._note(command)
            elif command is Control.QUIT:
                self._quit = True
            elif self._paused is not (command is Control.PAUSE):
                self._paused = command is Control.PAUSE
                self._note(AddNote(kind=NoteKind.NOTE, name=command.value))

    def _note(self, command: AddNote) -> None:
        # Before the first frame there is no session to note anything in.
        if self._log is not None:
            self._log.note(command, self._session_s)

    def _guide(self, t_s: float) -> None:
        """Notes the part of the protocol that begins."""
        guide, step = self._options.guide, self._protocol_step(t_s)
        if guide is None or step is None or step.number == self._step:
            return
        assert self._log is not None
        self._step = step.number
        planned = guide.steps[step.number - 1]
        self._log.note(AddNote(kind=NoteKind.PROTOCOL, name=step.name, value=f"{planned.duration_s:g}"), t_s)

    def _protocol_step(self, t_s: float) -> ProtocolStep | None:
        # The protocol goes on through midnight.
        guide = self._options.guide
        return None if guide is None else guide.at(t_s + self._zero_s)

    def _is_over(self, t_s: float) -> bool:
        limits_s = [self._options.duration_s, None if self._options.guide is None else self._options.guide.duration_s]
        return any(limit_s is not None and t_s >= limit_s for limit_s in limits_s)

    def _is_new_day(self) -> bool:
        return self._options.rotate_daily and self._source.follows_wall and self._clock.wall().date() > self._day

    def _begin_session(self, tracker: Tracker, frame: Frame) -> None:
        """Opens a session whose first frame is this one."""
        options, wall = self._options, self._clock.wall()
        self._day = wall.date()
        first = not self._sessions
        self._zero_s = 0.0 if first else frame.t_s
        self._last_s = None
        begun = self._source.started_at
        if begun is not None and not first:
            begun = (wall - timedelta(seconds=self._source.now_s - frame.t_s), "clock")
        header = SessionHeader(
            source=self._source.record,
            clock=self._source.clock,
            recorded_at=None if begun is None else begun[0],
            recorded_at_from=None if begun is None else begun[1],
            subject=options.subject,
            config=options.config,
        )
        name = options.name if options.name is not None and first else self._free_name(wall)
        self._engine = Engine(options.config, LentTracker(tracker, self._zero_s), marks=True)
        self._log = LiveLog(self._out_dir, name, header, overwrite=options.overwrite)
        for keeper in self._keepers:
            keeper.begin(self._log.folder)
        self._status.begin_anew()

    def _free_name(self, wall: datetime) -> str:
        """The session's moment; a number more where there is one of that name."""
        name = wall.strftime("%Y-%m-%d_%H-%M-%S")
        names = [name, *(f"{name}-{number}" for number in range(2, 100))]
        for candidate in names:
            try:
                check_free(self._out_dir, candidate, overwrite=False)
            except OutputError:
                continue
            return candidate
        raise OutputError(f"{self._out_dir / name}: a session of this name exists; -o names another folder")

    def _finish_session(self) -> None:
        if self._log is None or self._engine is None:
            return
        if self._missing is not None and self._last_s is not None:
            until_s = max(self._session_s, self._last_s)
            self._log.gap(Gap(onset_s=self._last_s, duration_s=until_s - self._last_s, kind=self._missing))
        rest = self._engine.close()
        self._status.measured(rest.samples, rest.twitches)
        self._show(None, rest)
        self._end_keepers()
        config = self._options.config
        folder, document = self._log.finish(
            rest,
            valid_s=self._engine.valid_s,
            warnings=[*self._source.warnings, *self._engine.warnings],
            interrupted=False,
            felt_within_s=config.live.felt_within_s,
        )
        self._log = self._engine = None
        self._sessions.append((folder, document))
        self._draw(folder)

    def _end_keepers(self) -> None:
        for keeper in self._keepers:
            keeper.end()

    def _draw(self, folder: Path) -> None:
        from twitchcam.analysis import FREQUENCY_NAME
        from twitchcam.session.reader import Session
        from twitchcam.views.frequency import save_frequency

        try:
            save_frequency(Session.load(folder), folder / FREQUENCY_NAME)
        except TwitchcamError as error:
            # The session is complete: what was found must not look lost for the want of a picture.
            self._trouble = str(error)

    def _give_up(self, error: OutputError) -> str:
        """Nothing can be written any more: leaves what is safe."""
        assert self._log is not None
        folder, safe_s = self._log.folder, self._log.last_s
        self._end_keepers()
        with suppress(OutputError):
            self._log.abandon()
        self._log = None
        self._sessions.append((folder, None))
        return (
            f"{error}; stopped. What was written up to about {safe_s:.0f} s is safe in {folder}: make room, then "
            f"`twitchcam recover {folder}` completes it"
        )

    @property
    def _session_s(self) -> float:
        return max(self._source.now_s - self._zero_s, 0.0)

    def _show(self, frame: Frame | None, update: Update, *, ended: bool = False) -> None:
        self._shown_at_s = self._clock.now_s()
        engine = self._engine
        if engine is not None and self._shown_at_s - self._noise_at_s >= _NOISE_S:
            self._noise_at_s, self._noise = self._shown_at_s, engine.noise_pct_iod
        t_s = self._session_s if frame is None else frame.t_s
        status = self._now(t_s, ended=ended)
        told = LiveUpdate(frame=frame, update=update, marks=update.marks, noise_pct_iod=self._noise, status=status)
        if self._log is not None:
            for keeper in self._keepers:
                keeper.take(told)
        for display in self._displays:
            display.show(told)

    def _now(self, t_s: float, *, ended: bool) -> Status:
        engine = self._engine
        time = None if self._log is None else self._log.time_at(t_s)
        return self._status.status(
            t_s,
            time or self._clock.wall(),
            valid_s=0.0 if engine is None else engine.valid_s,
            context=None if engine is None else engine.context,
            connected=self._source.connected,
            paused=self._paused,
            protocol=self._protocol_step(t_s),
            ended=ended,
        )
