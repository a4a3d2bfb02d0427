"""What happens outside at each twitch: a command that is run, a click that is heard. Neither ever holds up the loop."""

from __future__ import annotations

import json
import queue
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import Any

from twitchcam.events.model import Twitch
from twitchcam.live.feed import LiveUpdate
from twitchcam.session.clock_file import Anchor

#: Events that wait for the command; more are left out, and said so.
_MOST_WAITING = 100
#: A command that takes longer is ended.
_COMMAND_TIMEOUT_S = 30.0
_JOIN_S = 2.0


def as_json(twitch: Twitch, now: Anchor) -> str:
    """One event on one line, with the names of ``events.tsv``."""
    data: dict[str, Any] = {
        "onset": round(twitch.onset_s, 4),
        "duration": round(twitch.duration_s, 4),
        "trial_type": twitch.trial_type.value,
        "time": now.time_at(twitch.onset_s).isoformat(timespec="milliseconds"),
        "peak": round(twitch.peak_s, 4),
        "lip": twitch.lip.value,
        "side": twitch.side.value,
        "amplitude_pct_iod": round(twitch.amplitude_pct_iod, 3),
        "amplitude_mm": None if twitch.amplitude_mm is None else round(twitch.amplitude_mm, 3),
        "snr": None if twitch.snr is None else round(twitch.snr, 2),
        "confidence": None if twitch.confidence is None else round(twitch.confidence, 3),
        "context": None if twitch.context is None else twitch.context.value,
        "spread": [str(spread) for spread in twitch.spread],
        "burst": twitch.burst,
    }
    return json.dumps(data, allow_nan=False)


class EventCommand:
    """Runs a command for each twitch, one after the other, with the event as JSON on its standard input.

    Args:
        command: The command with its arguments, as a shell would split it; no shell is involved.
        tell: Takes a line when something is wrong with it.

    Raises:
        ValueError: the command cannot be split, or is empty.
    """

    def __init__(self, command: str, tell: Callable[[str], None]) -> None:
        self._arguments = shlex.split(command, posix=sys.platform != "win32")
        if not self._arguments:
            raise ValueError("the command is empty")
        self._tell = tell
        self._complained = False
        self._waiting: queue.Queue[str | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="on-event", daemon=True)
        self._thread.start()

    def show(self, update: LiveUpdate) -> None:
        """Takes what a frame brought."""
        for twitch in update.update.twitches:
            try:
                self._waiting.put_nowait(as_json(twitch, Anchor(t_s=update.status.t_s, time=update.status.time)))
            except queue.Full:
                self._complain(f"is too slow: more than {_MOST_WAITING} events wait for it, some are left out")

    def close(self) -> None:
        """Lets the events that wait still be told, for a moment."""
        try:
            self._waiting.put(None, timeout=_JOIN_S)
        except queue.Full:
            return
        self._thread.join(_JOIN_S)

    def _run(self) -> None:
        while (event := self._waiting.get()) is not None:
            try:
                done = subprocess.run(
                    self._arguments,
                    input=event + "\n",
                    text=True,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=_COMMAND_TIMEOUT_S,
                    check=False,
                    start_new_session=True,
                )
            except subprocess.TimeoutExpired:
                self._complain(f"took longer than {_COMMAND_TIMEOUT_S:g} s and was ended")
            except OSError as error:
                self._complain(f"cannot be run: {error.strerror}")
            else:
                if done.returncode:
                    self._complain(f"failed (exit code {done.returncode})")

    def _complain(self, what: str) -> None:
        if not self._complained:
            self._complained = True
            self._tell(f"--on-event: {self._arguments[0]} {what}")


class Click:
    """A short sound for each mark, so that one hears what moves while looking elsewhere.

    Args:
        play: Makes the sound and returns at once.
    """

    def __init__(self, play: Callable[[], None]) -> None:
        self._play = play

    def show(self, update: LiveUpdate) -> None:
        """Takes what a frame brought."""
        if update.update.twitches:
            self._play()

    def close(self) -> None:
        """Nothing is left to do."""


def click_player() -> Callable[[], None]:
    """A way to make a click here: the sound device, else the terminal's bell."""
    return _device_click() or _bell


def _bell() -> None:
    sys.stderr.write("\a")
    sys.stderr.flush()


def _device_click() -> Callable[[], None] | None:
    """A click of the sound device; None where there is none, or it cannot be used."""
    import numpy as np

    try:
        import sounddevice  # type: ignore[import-untyped]

        sounddevice.query_devices(kind="output")
    except Exception:  # sounddevice raises OSError, its own errors and ValueError, as the system has it
        return None
    rate = 44_100
    t_s = np.arange(round(0.02 * rate)) / rate
    wave = (0.4 * np.sin(2 * np.pi * 1500 * t_s) * np.exp(-t_s / 0.004)).astype(np.float32)

    def play() -> None:
        try:
            sounddevice.play(wave, rate)
        except sounddevice.PortAudioError:
            _bell()

    return play
