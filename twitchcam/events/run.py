"""One unbroken stretch of measurement: from samples to peaks of the matched output, and what surrounds them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from twitchcam.config import Config
from twitchcam.dsp.bandpass import Bandpass
from twitchcam.dsp.history import History
from twitchcam.dsp.noise import NoiseLevel
from twitchcam.dsp.pulses import Bank, matched_bank
from twitchcam.dsp.resample import EvenGrid
from twitchcam.events.early import EarlyMarks
from twitchcam.events.model import Mark
from twitchcam.events.places import N_DISPLACEMENTS, N_MOUTH, PLACES, PlaceDetector, templates
from twitchcam.motion.channels import CHANNELS, INDEX, LIP_SITES, Sample

FloatArray = NDArray[np.float64]

_HEAD = [INDEX["head_x"], INDEX["head_y"]]
_HEAD_STEP_S = 0.1
#: Time that is measured at once, where there is as much: longer stretches save nothing more.
_AHEAD_S = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Peak:
    """A local maximum of the matched output over time, places and pulse durations.

    Attributes:
        index: Grid sample of the peak of the pulse.
        t_s: Its time.
        place: Index into :data:`twitchcam.events.places.PLACES`.
        filter_index: Index of the pulse duration.
        snr: Matched output over noise.
        output: ``(channels,)`` matched outputs there.
        detector: The spatial detector that was in force.
    """

    index: int
    t_s: float
    place: int
    filter_index: int
    snr: float
    output: FloatArray
    detector: PlaceDetector


class NoiseMemory:
    """The noise level, kept over interruptions of the measurement.

    Args:
        config: Settings.
        rate_hz: Grid rate.
    """

    def __init__(self, config: Config, rate_hz: float) -> None:
        dsp = config.dsp
        self.rate_hz = rate_hz
        self.bandpass = self.new_bandpass(config)
        self.bank: Bank = matched_bank(self.bandpass, dsp.pulse_durations_s, rise=dsp.pulse_rise, tail_s=dsp.tail_s)
        self._shapes = templates(config.detection.site_width_iod)
        self._level = NoiseLevel(
            filters=len(dsp.pulse_durations_s),
            channels=N_DISPLACEMENTS,
            window=max(8, round(dsp.noise_window_s * rate_hz)),
            floor=dsp.noise_floor_pct_iod * np.ones(len(dsp.pulse_durations_s)),
            alike=max(1.0, rate_hz / (2 * dsp.high_hz)),
        )
        self._every = max(1, round(dsp.noise_update_s * rate_hz))
        self._needed = round(dsp.warm_up_s * rate_hz) - self.bank.length
        self.detector: PlaceDetector | None = None

    def new_bandpass(self, config: Config) -> Bandpass:
        """A fresh filter of the configured band at the grid rate."""
        dsp = config.dsp
        return Bandpass(low_hz=dsp.low_hz, high_hz=dsp.high_hz, rate_hz=self.rate_hz, order=dsp.order)

    def add(self, outputs: FloatArray) -> Iterator[tuple[int, PlaceDetector | None]]:
        """Takes the next ``(n, filters, channels)`` matched outputs; the detector is made anew every so often.

        Yields:
            Numbers of outputs, in order, and the detector for them.
        """
        done = 0
        while done < len(outputs):
            n = len(self._level) + 1
            due = max(n, self._needed) if self.detector is None else n + -n % self._every
            before = min(due - n, len(outputs) - done)
            if before:
                self._level.add(outputs[done : done + before])
                yield before, self.detector
                done += before
            if done < len(outputs):
                self._level.add(outputs[done : done + 1])
                self.detector = PlaceDetector(self._shapes, self._level.covariance())
                yield 1, self.detector
                done += 1


@dataclass(frozen=True, slots=True)
class _Step:
    """What a grid sample will add: matched outputs, the largest size over the noise of each, the detector in force.

    The sizes of outputs from before the noise was known come with those of the first one after.
    """

    outputs: int
    heights: tuple[float, ...]
    detector: PlaceDetector | None


class Run:
    """Everything known about one unbroken stretch, for as long back as a decision needs.

    Rows are addressed by the grid sample's number since the run's start.

    Args:
        config: Settings.
        memory: Noise level, shared by the runs of a recording.
        start_s: Time of the first sample.
        settled_s: Time before which the face counts as moving.
        marks: Whether movements are marked before anything is certain.

    Attributes:
        values: All channels on the grid.
        filtered: The band-passed displacements.
        motion: Their root mean square over the places of the mouth.
        head_step: Samples in a tenth of a second.
        head_speed: How fast the head went over the last tenth of a second, % IOD per second; 0 before that.
    """

    def __init__(
        self, config: Config, memory: NoiseMemory, start_s: float, *, settled_s: float = -np.inf, marks: bool = False
    ) -> None:
        self.rate_hz = memory.rate_hz
        self.start_s = start_s
        self.settled_s = settled_s
        self.closed = False
        self._memory = memory
        self._grid = EvenGrid(start_s, memory.rate_hz)
        self._bandpass = memory.new_bandpass(config)
        keep = round((config.dsp.noise_window_s + config.detection.decision_delay_s + 2) * memory.rate_hz) + 64
        self.values = History(keep, (len(CHANNELS),))
        self.filtered = History(keep, (N_DISPLACEMENTS,))
        self.motion = History(keep, ())
        self.head_speed = History(keep, ())
        self.head_step = max(1, round(_HEAD_STEP_S * memory.rate_hz))
        self._outputs = History(keep, (len(config.dsp.pulse_durations_s), N_DISPLACEMENTS))
        self._snr = History(keep, (len(config.dsp.pulse_durations_s), len(PLACES)))
        self._separation = max(1, round(config.detection.separation_s * memory.rate_hz))
        self._min_snr = config.detection.min_snr
        # Output j belongs to a pulse that peaks at grid sample j + lead.
        self._lead = int(memory.bank.peak_index[0])
        # Largest size over the noise of each matched output that was not yet examined.
        self._heights: deque[float] = deque()
        self._examined = 0
        self._detector = memory.detector
        self._early = EarlyMarks(config, memory.bank, memory.rate_hz) if marks else None
        # Samples that were measured ahead: the steps that each of them makes.
        self._ahead: deque[list[_Step]] = deque()
        # What the next measured rows follow: filtered displacements, outputs without a noise level, places of the head.
        self._unmatched = np.zeros((0, N_DISPLACEMENTS))
        self._unsized: list[FloatArray] = []
        self._places: list[list[float]] = []

    @property
    def most_ahead(self) -> int:
        """How many samples may be measured ahead now; none where each is to be seen as it comes."""
        return 0 if self._ahead or self._early is not None else round(_AHEAD_S * self.rate_hz)

    def look_ahead(self, samples: Sequence[Sample]) -> None:
        """Measures samples before they are pushed, all at once: the same numbers, for a part of the time."""
        if len(samples) == 1:
            points = [values for _, values in self._grid.push(samples[0].t_s, samples[0].values)]
            self._ahead.append(self._measured(np.array(points)) if points else [])
            return
        rows, counts = self._grid.push_many([s.t_s for s in samples], np.stack([s.values for s in samples]))
        steps = iter(self._measured(rows) if len(rows) else [])
        self._ahead += ([next(steps) for _ in range(count)] for count in counts)

    def push(self, sample: Sample) -> list[Peak]:
        """Takes the next sample (with a face) and returns the peaks that are now certain to be local maxima."""
        if not self._ahead:
            self.look_ahead([sample])
        for step in self._ahead.popleft():
            self._show(step)
        return self._new_peaks()

    def close(self) -> list[Peak]:
        """Ends the run and returns the remaining peaks."""
        points = [values for _, values in self._grid.close()]
        for step in self._measured(np.array(points)) if points else []:
            self._show(step)
        self.closed = True
        return self._new_peaks()

    def peak_at(self, t_s: float, place: int) -> Peak | None:
        """The best pulse of a place at a time, peak or not; None where nothing was measured or no noise is known.

        Too near to the end of a run to be known it is taken from the last time at which it is.
        """
        index = round((t_s - self.start_s) * self.rate_hz)
        row = min(index - self._lead, len(self._snr) - 1)
        sizes = self.sizes(row + self._lead)
        if self._detector is None or not len(sizes):
            return None
        i = int(np.argmax(sizes[:, place]))
        return Peak(
            index=index,
            t_s=self.time_s(index),
            place=place,
            filter_index=i,
            snr=float(sizes[i, place]),
            output=self._outputs.rows(row, row + 1)[0][i].copy(),
            detector=self._detector,
        )

    def sizes(self, index: int) -> FloatArray:
        """``(filters, places)`` sizes over the noise of pulses that peak at a grid sample; no rows where unknown."""
        found = self._snr.rows(index - self._lead, index - self._lead + 1)
        return np.asarray(found[0]) if len(found) else np.zeros((0, len(PLACES)))

    def take_marks(self) -> tuple[Mark, ...]:
        """Movements that may turn out to be twitches, new since the last call."""
        if self._early is None:
            return ()
        return tuple(
            Mark(peak_s=self.time_s(index), lip=PLACES[place].lip, side=PLACES[place].side)
            for index, place in self._early.take()
        )

    @property
    def noise_pct_iod(self) -> dict[str, float]:
        """``{lip site: noise level}`` in % IOD: the standard deviation of a pulse's height; empty while not known."""
        if self._memory.detector is None:
            return {}
        middle = len(self._memory.bank.gains) // 2
        noise = self._memory.detector.noise(middle) / self._memory.bank.gains[middle]
        return {site: float(level) for site, level in zip(LIP_SITES, noise, strict=True)}

    def time_s(self, index: int) -> float:
        """Time of a grid sample."""
        return self.start_s + index / self.rate_hz

    def __len__(self) -> int:
        """Grid samples so far."""
        return len(self.values)

    def _measured(self, rows: FloatArray) -> list[_Step]:
        """Measures ``(n, channels)`` grid samples, so that each can be shown."""
        filtered = self._bandpass.process(rows[:, :N_DISPLACEMENTS])
        mouth = filtered[:, :N_MOUTH]
        energy = (mouth[:, None, :] @ mouth[:, :, None])[:, 0, 0]
        self.head_speed.prepare(np.array(self._head_speeds(rows[:, _HEAD])))
        self.values.prepare(rows)
        self.filtered.prepare(filtered)
        self.motion.prepare(np.sqrt(energy / N_MOUTH))
        bank = self._memory.bank
        recent = np.concatenate([self._unmatched, filtered])
        matched = max(len(recent) - bank.length + 1, 0)
        self._unmatched = recent[matched:]
        steps = [_Step(0, (), self._memory.detector)] * (len(rows) - matched)
        if not matched:
            return steps
        stretches = sliding_window_view(recent, bank.length, axis=0).swapaxes(1, 2)
        outputs = bank.kernels @ stretches
        self._outputs.prepare(outputs)
        done = 0
        for number, detector in self._memory.add(outputs):
            if detector is None:
                self._unsized.append(outputs[done : done + number])
                steps += [_Step(1, (), None)] * number
            else:
                # What came before the noise was known is looked at as soon as it is.
                waiting = np.concatenate([*self._unsized, outputs[done : done + number]])
                self._unsized.clear()
                sizes = detector.snr(waiting)
                self._snr.prepare(sizes)
                heights, late = sizes.max(axis=(1, 2)).tolist(), len(waiting) - number + 1
                steps.append(_Step(1, tuple(heights[:late]), detector))
                steps += [_Step(1, (height,), detector) for height in heights[late:]]
            done += number
        return steps

    def _show(self, step: _Step) -> None:
        for history in (self.values, self.head_speed, self.filtered, self.motion):
            history.show()
        self._outputs.show(step.outputs)
        self._detector = step.detector
        if step.heights:
            self._snr.show(len(step.heights))
            self._heights += step.heights
        if self._early is not None and self._detector is not None and step.outputs:
            self._early.look(self.filtered, self._detector)

    def _head_speeds(self, places: FloatArray) -> list[float]:
        """How fast the head went up to each of ``(n, 2)`` new places."""
        step = self.head_step
        known = self._places + places.tolist()
        self._places = known[-step:]
        first = len(known) - len(places)
        return [
            0.0
            if k < step
            else math.hypot(known[k][0] - known[k - step][0], known[k][1] - known[k - step][1]) * self.rate_hz / step
            for k in range(first, len(known))
        ]

    def _new_peaks(self) -> list[Peak]:
        detector = self._detector
        if detector is None:
            return []
        peaks = []
        known = len(self._snr)
        ready = known if self.closed else known - self._separation
        for j in range(self._examined, ready):
            height = self._heights.popleft()
            if height < self._min_snr:
                continue
            here = self._snr.rows(j, j + 1)[0]
            around = self._snr.rows(max(0, j - self._separation), j + self._separation + 1).max(axis=(1, 2))
            before = min(j, self._separation)
            # The first of equals wins, so that a plateau is one peak.
            if height >= around[before:].max() and height > around[:before].max(initial=0):
                i, place = (int(a) for a in np.unravel_index(np.argmax(here), here.shape))
                index = j + self._lead
                peaks.append(
                    Peak(
                        index=index,
                        t_s=self.time_s(index),
                        place=place,
                        filter_index=i,
                        snr=height,
                        output=self._outputs.rows(j, j + 1)[0][i].copy(),
                        detector=detector,
                    )
                )
        self._examined = max(self._examined, ready)
        return peaks
