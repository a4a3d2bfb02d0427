"""One unbroken stretch of measurement: from samples to peaks of the matched output, and what surrounds them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
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

    def add(self, output: FloatArray) -> None:
        """Takes the next matched outputs; the detector is made anew every so often."""
        self._level.add(output)
        n = len(self._level)
        if n >= self._needed and (self.detector is None or n % self._every == 0):
            self.detector = PlaceDetector(self._shapes, self._level.covariance())


class Run:
    """Everything known about one unbroken stretch, for as long back as a decision needs.

    Rows are addressed by the grid sample's number since the run's start.

    Args:
        config: Settings.
        memory: Noise level, shared by the runs of a recording.
        start_s: Time of the first sample.
        marks: Whether movements are marked before anything is certain.

    Attributes:
        values: All channels on the grid.
        filtered: The band-passed displacements.
        motion: Their root mean square over the places of the mouth.
        head_step: Samples in a tenth of a second.
        head_speed: How fast the head went over the last tenth of a second, % IOD per second; 0 before that.
    """

    def __init__(self, config: Config, memory: NoiseMemory, start_s: float, *, marks: bool = False) -> None:
        self.rate_hz = memory.rate_hz
        self.start_s = start_s
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
        self._examined = 0
        self._early = EarlyMarks(config, memory.bank, memory.rate_hz) if marks else None

    def push(self, sample: Sample) -> list[Peak]:
        """Takes the next sample (with a face) and returns the peaks that are now certain to be local maxima."""
        for _, values in self._grid.push(sample.t_s, sample.values):
            self._step(values)
        return self._new_peaks()

    def close(self) -> list[Peak]:
        """Ends the run and returns the remaining peaks."""
        for _, values in self._grid.close():
            self._step(values)
        self.closed = True
        return self._new_peaks()

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

    def _step(self, values: FloatArray) -> None:
        self.values.append(values)
        self.head_speed.append(self._head_speed())
        filtered = self._bandpass.process(values[None, :N_DISPLACEMENTS])[0]
        self.filtered.append(filtered)
        mouth = filtered[:N_MOUTH]
        self.motion.append(math.sqrt(mouth @ mouth / N_MOUTH))
        bank, n = self._memory.bank, len(self.filtered)
        if n < bank.length:
            return
        output = bank.kernels @ self.filtered.rows(n - bank.length, n)
        self._outputs.append(output)
        self._memory.add(output)
        if self._memory.detector is not None:
            if self._early is not None:
                self._early.look(self.filtered, self._memory.detector)
            # What came before the noise was known is looked at as soon as it is.
            for j in range(len(self._snr), len(self._outputs)):
                self._snr.append(self._memory.detector.snr(self._outputs.rows(j, j + 1)[0]))

    def _head_speed(self) -> float:
        n, step = len(self.values), self.head_step
        if n <= step:
            return 0.0
        (x0, y0), (x1, y1) = self.values.rows(n - 1 - step, n)[::step, _HEAD].tolist()
        return math.hypot(x1 - x0, y1 - y0) * self.rate_hz / step

    def _new_peaks(self) -> list[Peak]:
        detector = self._memory.detector
        if detector is None:
            return []
        peaks = []
        known = len(self._snr)
        ready = known if self.closed else known - self._separation
        for j in range(self._examined, ready):
            here = self._snr.rows(j, j + 1)[0]
            height = here.max()
            if height < self._min_snr:
                continue
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
                        snr=float(height),
                        output=self._outputs.rows(j, j + 1)[0][i].copy(),
                        detector=detector,
                    )
                )
        self._examined = max(self._examined, ready)
        return peaks
