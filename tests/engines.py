"""An engine that finds what it is told to, without looking."""

from __future__ import annotations

import numpy as np

from tests.session.findings import sample, twitch
from twitchcam.capture.frame import Frame
from twitchcam.config import Config
from twitchcam.engine import Update
from twitchcam.events.model import Context, Lip, Rejection, Segment, Side
from twitchcam.motion.channels import SITES


class FakeEngine:
    """A twitch at the first frame of every half second, one that is becoming certain at the end, all time valid."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self.closed = False
        self._first_s: float | None = None
        self._last_s = 0.0
        self._next_s = 0.0
        self.warnings: list[str] = []

    @property
    def valid_s(self) -> float:
        return 0.0 if self._first_s is None else self._last_s - self._first_s

    def push(self, frame: Frame) -> Update:
        assert not self.closed
        if self._first_s is None:
            self._first_s = self._next_s = frame.t_s
        self._last_s = frame.t_s
        found = ()
        if frame.t_s >= self._next_s:
            self._next_s += 0.5
            found = (twitch(frame.t_s, Lip.UPPER, Side.LEFT),)
        width, height = frame.size
        return Update(
            samples=(sample(round(frame.t_s, 5)),),
            twitches=found,
            rejections=tuple(
                Rejection(t_s=t.onset_s, lip=t.lip, side=t.side, snr=5.0, gate="min_snr", value=5.0, limit=6.0)
                for t in found
            ),
            lips_px=np.full((40, 2), [width / 2, height / 2], np.float32),
            sites_px=dict.fromkeys(SITES, (width / 2, height / 2)),
        )

    def close(self) -> Update:
        if self.closed:
            return Update()
        self.closed = True
        if self._first_s is None:
            return Update()
        rest = Segment(onset_s=self._first_s, duration_s=self.valid_s + 1 / 30, kind=Context.REST)
        return Update(twitches=(twitch(self._last_s, Lip.LOWER, Side.RIGHT),), segments=(rest,))

    def __enter__(self) -> FakeEngine:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
