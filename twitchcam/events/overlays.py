"""What lies over the contexts: closures of the eyes, shifts of the gaze, rhythm; and the spasms of the slow channel."""

from __future__ import annotations

import math
from collections.abc import Sequence

from twitchcam.config import Config
from twitchcam.events.eyes import EyeReader
from twitchcam.events.gates import Gate
from twitchcam.events.gaze import GazeReader
from twitchcam.events.model import Segment, Twitch
from twitchcam.events.rhythm import RhythmReader
from twitchcam.events.run import Run
from twitchcam.events.spasms import SpasmReader
from twitchcam.motion.channels import Sample


class Overlays:
    """Feeds every reader and keeps what they tell until it is taken.

    Args:
        config: Settings; the sections ``eye``, ``rhythm`` and ``spasm`` are used.
    """

    def __init__(self, config: Config) -> None:
        self._config = config
        self._eyes = EyeReader(config.eye)
        self._gaze = GazeReader(config.eye)
        self._run: Run | None = None
        self._rhythm: RhythmReader | None = None
        self._spasms: SpasmReader | None = None
        self._segments: list[Segment] = []
        self._found: list[Twitch] = []
        self._released_s = -math.inf

    def look(self, sample: Sample) -> None:
        """Takes a frame that shows the face."""
        self._segments += self._eyes.read(sample)
        self._segments += self._gaze.read(sample)

    def start(self, run: Run) -> None:
        """A new stretch of measurement."""
        self._run = run
        self._rhythm = RhythmReader(self._config.rhythm, run.rate_hz, run.start_s)
        self._spasms = SpasmReader(self._config.spasm, run)

    def feed(self) -> None:
        """The stretch has grown."""
        run, rhythm, spasms = self._run, self._rhythm, self._spasms
        assert run is not None
        assert rhythm is not None
        assert spasms is not None
        self._add(spasms.read())
        while rhythm.next_end <= len(run):
            self._segments += rhythm.read(run.values.rows(rhythm.next_end - rhythm.length, rhythm.next_end))

    def interrupt(self) -> None:
        """The face was lost, the picture cut or the recording ended."""
        self._segments += self._eyes.interrupt()
        self._segments += self._gaze.interrupt()
        if self._run is not None:
            self.feed()
            assert self._rhythm is not None
            assert self._spasms is not None
            self._segments += self._rhythm.close()
            self._add(self._spasms.close())
        self._run = self._rhythm = self._spasms = None

    def release(self, t_s: float) -> Gate | None:
        """What rejects a peak that is the end of a spasm."""
        limit_s = self._config.spasm.release_s
        away_s = abs(t_s - self._released_s)
        return None if away_s > limit_s else Gate(name="release_s", value=away_s, limit=limit_s, least=True)

    def _add(self, told: list[Twitch | Segment]) -> None:
        for one in told:
            if isinstance(one, Segment):
                self._segments.append(one)
            else:
                self._found.append(one)
            self._released_s = one.end_s

    def take(self) -> tuple[Sequence[Segment], Sequence[Twitch]]:
        """Segments and spasms since the last call."""
        segments, found = self._segments, self._found
        self._segments, self._found = [], []
        return segments, found
