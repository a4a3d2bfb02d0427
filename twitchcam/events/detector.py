"""From rows of channels to labelled twitches and segments, as they become certain."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from twitchcam.config import Config
from twitchcam.dsp.resample import frame_rate_hz
from twitchcam.events.context import RATE_TOLERANCE, ContextReader
from twitchcam.events.gates import Decision, Gate, judge
from twitchcam.events.model import Context, Mark, Rejection, Segment, Twitch
from twitchcam.events.moving import MOVING, SAME_S, MovingReader, vouched, weigh
from twitchcam.events.overlays import Overlays
from twitchcam.events.places import PLACES
from twitchcam.events.run import NoiseMemory, Peak, Run
from twitchcam.events.spread import spread_of
from twitchcam.events.timeline import Timeline
from twitchcam.motion.channels import INDEX, Sample

#: Frames that the grid's rate is measured on, and the time they must span.
_RATE_SAMPLES = 9
_RATE_SPAN_S = 0.5
#: Rounding of time stamps must not decide; times of cameras are not finer than this.
_SLACK_S = 1e-6
#: A face that is away for less did not come back from somewhere: the picture was cut, or the face not found in a frame.
_AWAY_S = 0.5
#: Less than this is not worth a warning.
_WORTH_SAYING_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What became certain: twitches in onset order, segments in order, rejected peaks; and marks, which are not."""

    twitches: tuple[Twitch, ...] = ()
    segments: tuple[Segment, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    marks: tuple[Mark, ...] = ()


_NOTHING = Found()


def joined(found: Iterable[Found]) -> Found:
    """What became certain step by step, as one."""
    some = [one for one in found if one is not _NOTHING]
    return Found(
        twitches=tuple(twitch for one in some for twitch in one.twitches),
        segments=tuple(segment for one in some for segment in one.segments),
        rejections=tuple(rejection for one in some for rejection in one.rejections),
        marks=tuple(mark for one in some for mark in one.marks),
    )


class Detector:
    """Takes one :class:`Sample` a frame, in order of time; the same samples give the same events however they come.

    Args:
        config: Settings; the sections ``dsp``, ``detection``, ``context`` and ``capture`` (frame rate, gaps) are used.
        marks: Whether movements are marked at once, for somebody who watches.
    """

    def __init__(self, config: Config, *, marks: bool = False) -> None:
        self._config = config
        self._max_gap_s = config.capture.max_gap_s + _SLACK_S
        self._marks = marks
        self._memory: NoiseMemory | None = None
        self._run: Run | None = None
        self._ended: Run | None = None
        self._early: list[Sample] = []
        self._pending: list[Peak] = []
        self._last: Sample | None = None
        self._step_s = 0.0
        self._away_since_s: float | None = None
        self._settled_s = -np.inf
        self._context: ContextReader | None = None
        self._timeline = Timeline(config.context.min_segment_s)
        self._overlays = Overlays(config)
        self._moving = MovingReader(config)
        # Times of the last peaks that were judged, more than there can be within what two detectors may differ by.
        self._judged: deque[float] = deque(maxlen=8)
        self._bursts = 0
        self._taken_s = self._last_twitch_end_s = -np.inf
        self._found_twitches: list[Twitch] = []
        self._found_rejections: list[Rejection] = []

    @property
    def valid_s(self) -> float:
        """Seconds so far in which a twitch would have been counted."""
        return self._timeline.total_s(Context.REST)

    @property
    def warnings(self) -> list[str]:
        """What limits the result, in plain sentences."""
        said = []
        # A sum of times differs in its last digits between a recording and the same one begun later.
        if (slow_s := round(self._timeline.total_s(Context.LOW_RATE), 5)) >= _WORTH_SAYING_S:
            least = self._config.capture.min_rate_hz
            said.append(f"{slow_s:.1f} s are below {least:g} frames per second; twitches cannot be counted there")
        if (lost_s := self._timeline.total_s(Context.NO_FACE)) >= _WORTH_SAYING_S:
            said.append(f"no face was found for {lost_s:.1f} s")
        return said

    @property
    def context(self) -> Context | None:
        """What the face was doing when that was last certain, about half a second ago; None before."""
        return self._timeline.kind_at(np.inf)

    @property
    def noise_pct_iod(self) -> dict[str, float]:
        """``{lip site: noise level}`` in % IOD: the standard deviation of a pulse's height; empty while not known."""
        return {} if self._run is None else self._run.noise_pct_iod

    def push(self, sample: Sample) -> Found:
        """Takes the next frame's channels."""
        previous, self._last = self._last, sample
        gap = self._gap(previous, sample)
        if previous is not None and (gap or not sample.face or sample.restart):
            self._interrupt(previous, over=gap or not sample.face)
        if not sample.face:
            if self._away_since_s is None:
                self._away_since_s = sample.t_s
            self._timeline.add(sample.t_s, Context.NO_FACE)
        else:
            if gap and previous is not None and previous.face:
                self._timeline.add(previous.t_s + self._step_s, Context.LOW_RATE)
            if self._away_since_s is not None and sample.t_s - self._away_since_s > _AWAY_S:
                self._settled_s = sample.t_s + self._config.context.settle_s
            self._away_since_s = None
            self._overlays.look(sample)
            self._moving.look(sample)
            self._measure(sample)
        return self._take()

    def push_many(self, samples: Sequence[Sample]) -> Found:
        """Takes many frames at once: the same events as one by one, for about half of the time."""
        found: list[Found] = []
        ahead = 0
        for number, sample in enumerate(samples):
            if ahead <= number and self._run is not None:
                ahead = number + self._unbroken(samples, number, self._run.most_ahead)
                if ahead > number:
                    self._run.look_ahead(samples[number:ahead])
            found.append(self.push(sample))
        return joined(found)

    def _gap(self, previous: Sample | None, sample: Sample) -> bool:
        """Whether frames are missing between two."""
        return previous is not None and sample.t_s - previous.t_s > self._max_gap_s

    def _unbroken(self, samples: Sequence[Sample], first: int, most: int) -> int:
        """How many samples from one on, at most so many, follow without an interruption of the measurement."""
        number, previous = 0, self._last
        for sample in samples[first : first + most]:
            if self._gap(previous, sample) or not sample.face or sample.restart:
                break
            number, previous = number + 1, sample
        return number

    def close(self) -> Found:
        """The rest, at the end of the recording."""
        if self._last is not None:
            self._interrupt(self._last, over=True)
            self._timeline.close(self._last.t_s + self._step_s)
        return self._take()

    def _measure(self, sample: Sample) -> None:
        if self._memory is None:
            self._early.append(sample)
            if len(self._early) >= _RATE_SAMPLES and sample.t_s - self._early[0].t_s >= _RATE_SPAN_S - _SLACK_S:
                self._begin()
            return
        if self._run is None:
            self._start_run(sample)
        self._feed(sample)

    def _begin(self) -> None:
        """The frame rate is known: everything seen so far goes through, or, where it is too low, nothing."""
        early, self._early = self._early, []
        rate = frame_rate_hz(np.array([s.t_s for s in early]))
        self._step_s = 1 / rate
        if rate < RATE_TOLERANCE * self._config.capture.min_rate_hz:
            # A camera may start slowly; its rate is measured again until it is enough.
            self._timeline.add(early[0].t_s, Context.LOW_RATE)
            return
        self._memory = NoiseMemory(self._config, rate)
        self._start_run(early[0])
        for sample in early:
            self._feed(sample)

    def _start_run(self, sample: Sample) -> None:
        assert self._memory is not None
        self._run = Run(self._config, self._memory, sample.t_s, settled_s=self._settled_s, marks=self._marks)
        self._context = ContextReader(self._config, self._run)
        self._overlays.start(self._run)

    def _feed(self, sample: Sample) -> None:
        assert self._run is not None
        assert self._context is not None
        self._pending += self._run.push(sample)
        for t_s, kind in self._context.read(sample):
            self._timeline.add(t_s, kind)
        self._overlays.feed()
        self._decide()

    def _interrupt(self, last: Sample, *, over: bool) -> None:
        """The face was lost, the picture cut or the recording ended: decide with what there is.

        Where it is not over, the face is still there, and the odds of its last half a second are still to come.
        """
        if self._early:
            if self._early[-1].t_s - self._early[0].t_s >= _RATE_SPAN_S / 2 - _SLACK_S:
                self._begin()
            else:
                self._timeline.add(self._early[0].t_s, Context.LOW_RATE)
        self._early = []
        if self._run is None or self._context is None:
            self._overlays.interrupt()
            return
        self._pending += self._run.close()
        for t_s, kind in self._context.close():
            self._timeline.add(t_s, kind)
        self._overlays.interrupt()
        if over:
            self._moving.interrupt()
        self._decide()
        self._ended = None if over else self._run
        self._run = self._context = None

    def _decide(self) -> None:
        run = self._run
        assert run is not None
        delay = round(self._config.detection.decision_delay_s * run.rate_hz)
        while self._pending and (run.closed or len(run) > self._pending[0].index + delay):
            peak = self._pending.pop(0)
            self._judged.append(peak.t_s)
            decision = judge(peak, run, self._config.detection).decision
            if self._timeline.kind_at(peak.t_s) is Context.REST:
                decision = vouched(decision, self._moving.log_odds_near(peak.t_s, decision.place), self._config)
            self._settle(peak, decision, run)
        # A little later than the peaks, so that a twitch that both saw is that of the peak.
        until_s = np.inf if run.closed else run.time_s(len(run) - 1 - delay) - SAME_S
        for candidate in self._moving.take(until_s):
            of = self._ended if self._ended is not None and candidate.t_s < run.start_s else run
            unseen = all(abs(t_s - candidate.t_s) > SAME_S for t_s in self._judged)
            weighed = weigh(candidate, of, self._config, self._timeline.kind_at, unseen=unseen)
            # One that was taken already is not another one.
            if weighed is not None and candidate.t_s - self._taken_s >= self._config.moving.separation_s:
                self._settle(*weighed, of)

    def _settle(self, peak: Peak, decision: Decision, run: Run) -> None:
        """Takes a peak for a twitch, or says what speaks against it."""
        failed = (
            self._rate_gate(peak)
            or self._settling_gate(peak, run)
            or self._overlays.release(peak.t_s)
            or decision.failed
        )
        place = PLACES[peak.place]
        if failed is None:
            self._taken_s = peak.t_s
            self._found_twitches.append(self._labelled(peak, decision, run))
            return
        self._found_rejections.append(
            Rejection(
                t_s=peak.t_s,
                lip=place.lip,
                side=place.side,
                snr=peak.snr,
                gate=failed.name,
                value=failed.value,
                limit=failed.limit,
            )
        )

    def _rate_gate(self, peak: Peak) -> Gate | None:
        """What rejects a peak among frames that come too slowly, though the recording as a whole is fast enough."""
        assert self._context is not None
        if self._timeline.kind_at(peak.t_s) is not Context.LOW_RATE:
            return None
        limit_hz = self._config.capture.min_rate_hz
        return Gate(name="min_rate_hz", value=self._context.slow_rate_hz, limit=limit_hz, least=True)

    def _settling_gate(self, peak: Peak, run: Run) -> Gate | None:
        """What rejects a peak of a face that was only just found again."""
        if peak.t_s >= run.settled_s:
            return None
        limit_s = self._config.context.settle_s
        return Gate(name="settle_s", value=peak.t_s - run.settled_s + limit_s, limit=limit_s, least=True)

    def _labelled(self, peak: Peak, decision: Decision, run: Run) -> Twitch:
        pulse, place, amplitude_pct_iod = decision.pulse, PLACES[decision.place], decision.amplitude_pct_iod
        onset_s, end_s = max(pulse.onset_s, run.start_s), pulse.onset_s + pulse.duration_s
        scale_mm = float(np.median(run.values.rows(0, len(run))[:, INDEX["iod_mm"]]))
        context = self._timeline.kind_at(peak.t_s)
        # What else moves while somebody talks does so by itself.
        spread = (
            ()
            if context in MOVING
            else spread_of(
                run,
                self._config.spread,
                lip=place.lip,
                side=place.side,
                onset_s=onset_s,
                end_s=end_s,
                amplitude_pct_iod=pulse.height,
            )
        )
        return Twitch(
            onset_s=onset_s,
            duration_s=pulse.duration_s,
            peak_s=pulse.peak_s,
            lip=place.lip,
            side=place.side,
            amplitude_pct_iod=amplitude_pct_iod,
            amplitude_mm=amplitude_pct_iod / 100 * scale_mm if np.isfinite(scale_mm) else None,
            snr=peak.snr,
            confidence=decision.confidence,
            context=context,
            spread=spread,
            burst=self._burst_of(pulse.onset_s, end_s),
        )

    def _burst_of(self, onset_s: float, end_s: float) -> int:
        if onset_s - self._last_twitch_end_s >= self._config.detection.burst_gap_s:
            self._bursts += 1
        self._last_twitch_end_s = max(self._last_twitch_end_s, end_s)
        return self._bursts

    def _take(self) -> Found:
        overlaid, spasms = self._overlays.take()
        for spasm in spasms:
            context, burst = self._timeline.kind_at(spasm.onset_s), self._burst_of(spasm.onset_s, spasm.end_s)
            self._found_twitches.append(replace(spasm, context=context, burst=burst))
        segments = [*self._timeline.take(), *overlaid]
        marks = () if self._run is None else self._run.take_marks()
        if not (segments or marks or self._found_twitches or self._found_rejections):
            return _NOTHING
        found = Found(
            twitches=tuple(sorted(self._found_twitches, key=lambda twitch: twitch.onset_s)),
            segments=tuple(sorted(segments, key=lambda segment: segment.onset_s)),
            rejections=tuple(self._found_rejections),
            marks=marks,
        )
        self._found_twitches = []
        self._found_rejections = []
        return found
