"""What long runs share: a bar on the terminal, and an end at the user's wish."""

from __future__ import annotations

import signal
import sys
import threading
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any, Self

import click

if TYPE_CHECKING:
    from rich.progress import Progress


class ProgressBar:
    """A bar with the time left, on stderr and only on a terminal. A context manager; call it to move it."""

    def __init__(self) -> None:
        self._shown = sys.stderr.isatty()
        self._bar: Progress | None = None
        self._stands = False

    def __call__(self, what: str, done_s: float, total_s: float | None) -> None:
        """Shows how far it is.

        Args:
            what: What is being done.
            done_s: Seconds of the recording that are done.
            total_s: Seconds in all; None is not known.
        """
        if not self._shown:
            return
        if self._bar is None:
            self._bar = _new_bar()
            self._bar.add_task(what)
        if not self._stands:
            self._bar.start()
            self._stands = True
        self._bar.update(self._bar.task_ids[0], description=what, completed=done_s, total=total_s)

    def clear(self) -> None:
        """Takes the bar away, so that something can be printed; the next call shows it again, as it was."""
        if self._bar is not None and self._stands:
            self._bar.stop()
            self._stands = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.clear()


def _new_bar() -> Progress:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    # What is printed meanwhile goes where it was meant to go, not through the bar's console.
    console = Console(stderr=True)
    return Progress(*columns, console=console, transient=True, redirect_stdout=False, redirect_stderr=False)


class StopSignal:
    """While it is entered, the first Ctrl-C asks to stop and keep what was found; a second one ends at once.

    Call it to learn whether the user wants to stop. The signal to terminate counts as Ctrl-C.
    """

    _SIGNALS = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self._requested = False
        self._previous: dict[int, Any] = {}

    def __call__(self) -> bool:
        """True once the user wants to stop."""
        return self._requested

    def _request(self, number: int, frame: FrameType | None) -> None:
        self._requested = True
        self._restore()
        click.echo("twitchcam: stopping; what was found is kept (Ctrl-C again ends at once)", err=True)

    def _restore(self) -> None:
        while self._previous:
            signal.signal(*self._previous.popitem())

    def __enter__(self) -> Self:
        # Only the main thread is told of signals.
        if threading.current_thread() is threading.main_thread():
            self._previous = {number: signal.signal(number, self._request) for number in self._SIGNALS}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._restore()
