"""Stands in for the live loop: a face at rest that twitches when it is told to, in real time, without a camera."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from tests.session.findings import recording, twitch
from twitchcam.capture.frame import Frame
from twitchcam.engine import Update
from twitchcam.events.model import Context, Lip, Mark, Side
from twitchcam.live.feed import AddNote, Command, Control, Display, Limit, LiveUpdate, ProtocolStep, Status
from twitchcam.motion.channels import LIP_SITES, SITES
from twitchcam.session.notes_file import Note, append_notes

STARTED = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
RATE_HZ = 30
#: A mark comes this long after the peak, the event this long after its end.
MARK_AFTER_S, EVENT_AFTER_S = 0.1, 0.4

PERIOD_S = 4.0
TWITCH_AT_S = 1.0


def frame(t_s: float, size: tuple[int, int] = (320, 240)) -> Frame:
    """A grey picture with a white square on the side that is left in it, unmirrored."""
    width, height = size
    rgb = np.full((height, width, 3), 90, dtype=np.uint8)
    rgb[height // 4 : height // 2, width // 8 : width // 4] = 255
    return Frame(t_s=t_s, luma=rgb[:, :, 0], to_rgb=lambda: rgb)


def places(size: tuple[int, int] = (320, 240)) -> tuple[np.ndarray, dict[str, tuple[float, float]]]:
    """An outline of the lips and the lip sites in that picture; the subject's left is on its right."""
    angles = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    width, height = size
    lips = np.stack([width * (0.5 + 0.14 * np.cos(angles)), height * (0.7 + 0.08 * np.sin(angles))], axis=1)
    sites = {
        site: (
            width * (0.5 + (0.09 if site.endswith("left") else -0.09)),
            height * (0.7 + {"upper": -0.05, "lower": 0.05}.get(site.split("_")[0], 0.0)),
        )
        for site in SITES
    }
    return lips.astype(np.float32), sites


def updates(
    limits: Callable[[float], tuple[Limit, ...]] = lambda t_s: (),
    protocol: Callable[[float], ProtocolStep | None] = lambda t_s: None,
    frames: Callable[[float], Frame] = frame,
) -> Iterator[LiveUpdate]:
    """A session without an end: the upper lip twitches on the left in every period."""
    one = recording(TWITCH_AT_S, seconds=PERIOD_S)
    lips, sites = places()
    counted = 0
    for index in range(10**9):
        t_s = round(index / RATE_HZ, 5)
        here = index % len(one)
        sample = one[here]
        start_s = t_s - here / RATE_HZ
        marks, found = (), ()
        event = twitch(start_s + TWITCH_AT_S, duration_s=0.13, peak_s=start_s + TWITCH_AT_S + 0.065, confidence=0.93)
        if here == round((TWITCH_AT_S + 0.065 + MARK_AFTER_S) * RATE_HZ):
            marks = (Mark(peak_s=event.peak_s, lip=Lip.UPPER, side=Side.LEFT),)
        if here == round((TWITCH_AT_S + 0.13 + EVENT_AFTER_S) * RATE_HZ):
            found = (event,)
            counted += 1
        yield LiveUpdate(
            frame=frames(t_s),
            update=Update(
                samples=(sample.__class__(t_s=t_s, face=True, quality=1.0, values=sample.values, restart=index == 0),),
                twitches=found,
                lips_px=lips,
                sites_px=sites,
            ),
            marks=marks,
            noise_pct_iod=dict.fromkeys(LIP_SITES, 0.05),
            status=Status(
                t_s=t_s,
                time=STARTED + timedelta(seconds=t_s),
                valid_s=t_s,
                counts={(Lip.UPPER, Side.LEFT): counted},
                per_min=60 * counted / t_s if t_s else None,
                rate_hz=float(RATE_HZ),
                context=Context.REST,
                limits=limits(t_s),
                protocol=protocol(t_s),
            ),
        )


class FakeLoop:
    """Shows a session to a display in real time and does what it is asked to.

    Args:
        notes: Where notes are written.
        feed: What happens.
    """

    def __init__(self, notes: Path, feed: Iterator[LiveUpdate] | None = None) -> None:
        self.commands: queue.Queue[Command] = queue.Queue()
        self.obeyed: list[Command] = []
        self.shown = 0
        self._notes = notes
        self._feed = updates() if feed is None else feed
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._stop = threading.Event()
        self._last: LiveUpdate | None = None
        self._paused = False

    def start(self, display: Display) -> None:
        self._display = display
        self._thread.start()

    def join(self) -> None:
        self._stop.set()
        self._thread.join()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        started = time.monotonic()
        late_s = 0.0
        for update in self._feed:
            self._last = update
            while not self._commands_done() or self._paused:
                if self._stop.is_set():
                    break
                self._show(update, paused=True)
                time.sleep(0.02)
                late_s += 0.02
            if self._stop.is_set():
                break
            self._show(update)
            time.sleep(max(0.0, update.status.t_s + late_s - (time.monotonic() - started)))
        assert self._last is not None
        self._display.show(LiveUpdate(status=_changed(self._last.status, ended=True)))
        self._display.close()

    def _show(self, update: LiveUpdate, *, paused: bool = False) -> None:
        if paused:
            update = LiveUpdate(frame=update.frame, status=_changed(update.status, paused=True))
        self._display.show(update)
        self.shown += 1

    def _commands_done(self) -> bool:
        while True:
            try:
                command = self.commands.get_nowait()
            except queue.Empty:
                return True
            self.obeyed.append(command)
            assert self._last is not None
            if isinstance(command, AddNote):
                status = self._last.status
                note = Note(
                    onset_s=status.t_s,
                    time=status.time,
                    kind=command.kind,
                    name=command.name,
                    value=command.value,
                    text=command.text,
                )
                append_notes(self._notes, [note])
            elif command is Control.QUIT:
                self._stop.set()
            else:
                self._paused = command is Control.PAUSE


def _changed(status: Status, **changes: object) -> Status:
    kept = {name: getattr(status, name) for name in Status.__slots__}
    return Status(**{**kept, **changes})  # type: ignore[arg-type]
