"""Lines on a terminal, for a session without a screen."""

from __future__ import annotations

from collections.abc import Callable

import click

from twitchcam.events.model import Twitch
from twitchcam.live.feed import Limit, LiveUpdate
from twitchcam.live.words import sentence
from twitchcam.session.clock_file import Anchor
from twitchcam.views.canvas import label_of

#: What lasts for less is not worth a line.
_LIMIT_FOR_S = 3.0


class TerminalLines:
    """Prints a line per twitch on stdout; what limits the measurement, and the protocol, on stderr.

    Args:
        out: Takes a result.
        err: Takes a remark.
    """

    def __init__(
        self,
        out: Callable[[str], None] = click.echo,
        err: Callable[[str], None] = lambda line: click.echo(line, err=True),
    ) -> None:
        self._out = out
        self._err = err
        self._step: int | None = None
        self._limits: tuple[Limit, ...] = ()
        self._since_s = 0.0
        self._told: tuple[Limit, ...] = ()
        self._keeps: str | None = None

    def show(self, update: LiveUpdate) -> None:
        """Takes what a frame brought."""
        status = update.status
        if status.keeps_images != self._keeps:
            self._keeps = status.keeps_images
            self._err(f"twitchcam: images kept: {self._keeps}")
        for twitch in update.update.twitches:
            self._out(line_of(twitch, Anchor(t_s=status.t_s, time=status.time)))
        step = status.protocol
        if step is not None and step.number != self._step and not status.ended:
            self._step = step.number
            self._err(f"twitchcam: {step.number} of {step.total}, {step.left_s:.0f} s: {step.instruction}")
        if status.limits != self._limits:
            self._limits, self._since_s = status.limits, status.t_s
        elif self._limits != self._told and status.t_s - self._since_s >= _LIMIT_FOR_S:
            self._told = self._limits
            said = " ".join(sentence(limit) for limit in self._told) or "Nothing limits the measurement now."
            self._err(f"twitchcam: {status.t_s:.0f} s: {said}")

    def close(self) -> None:
        """Nothing is left to do."""


def line_of(twitch: Twitch, now: Anchor) -> str:
    """One twitch on one line: wall time, second, place, size, duration, confidence."""
    time = now.time_at(twitch.onset_s).strftime("%H:%M:%S.%f")[:-5]
    sure = "" if twitch.confidence is None else f"  confidence {twitch.confidence:.2f}"
    return f"{time}  {twitch.onset_s:9.2f} s  {label_of(twitch)}  {1000 * twitch.duration_s:.0f} ms{sure}"
