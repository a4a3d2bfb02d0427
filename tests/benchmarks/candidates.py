"""Candidates: every peak that the detector judges in a video, what speaks for it, and whether it is a twitch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

from tests.benchmarks.catalogue import Entry
from tests.benchmarks.keys import file_digest, key_of
from tests.benchmarks.measured import samples_of
from tests.benchmarks.methods import FUSED, config_of, decide
from tests.benchmarks.rendering import rendered, scene_key
from tests.benchmarks.scenes import Scene
from tests.benchmarks.tasks import Plan
from twitchcam.config import Config, merged
from twitchcam.events import detector
from twitchcam.events.gates import Verdict, judge
from twitchcam.events.model import Twitch
from twitchcam.events.run import Peak, Run
from twitchcam.motion.channels import Sample
from twitchcam.score import TOLERANCE_S
from twitchcam.simulate.truth import truth_of

#: Peaks from here on are looked at, weaker ones than the detector's own limit among them.
MIN_SNR = 3.5
#: Gates that measure what the confidence weighs, or follow from it. The others say that nothing can be measured there,
#: and what they reject is not part of the model.
WEIGHED_GATES = frozenset(
    {"max_opposite", "max_surround", "min_shape", "max_step", "max_rise_s", "max_duration_s", "min_confidence"}
)

REAL = "real"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A peak.

    Attributes:
        features: Terms of the model.
        measurable: Passes the gates that are not weighed.
        plausible: Passes the weighed gates but the one for the confidence itself.
        amplitude: True size of its twitch, % IOD; 0 where there is none.
    """

    features: tuple[float, ...]
    measurable: bool
    plausible: bool
    amplitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The candidates of a video.

    Attributes:
        person: Who is seen.
        source: ``web``, ``low`` or ``real``.
        duration_s: Length.
        amplitudes: Of all twitches in it, found or not.
        candidates: In order of time.
    """

    person: str
    source: str
    duration_s: float
    amplitudes: tuple[float, ...]
    candidates: tuple[Candidate, ...]


def scene_candidates(scene: Scene, plan: Plan) -> Judged:
    """Renders a scene and collects its candidates."""
    config = _config(plan.settings)
    samples = samples_of(rendered(scene, plan.cache), scene_key(scene), config, plan.cache)
    return collected(samples, truth_of(scene.scenario), config, person=scene.person.name, source=scene.quality)


def clip_candidates(clip: Entry, plan: Plan) -> Judged:
    """Collects the candidates of a clip without twitches."""
    config = _config(plan.settings)
    samples = samples_of(clip.path, key_of(file_digest(clip.path)), config, plan.cache)
    return collected(samples, (), config, person=clip.person, source=REAL)


def collected(
    samples: Sequence[Sample], truth: Sequence[Twitch], config: Config, *, person: str, source: str
) -> Judged:
    """Runs the detector over samples and keeps what it judged; for each twitch the strongest peak near it is true."""
    judged: list[tuple[Peak, Verdict]] = []

    def keep(peak: Peak, run: Run, limits: Any) -> Verdict:
        verdict = judge(peak, run, limits)
        judged.append((peak, verdict))
        return verdict

    with patch.object(detector, "judge", keep):
        decide(samples, config)
    amplitude = matched([(v.fit.onset_s + v.fit.duration_s / 2, peak.snr) for peak, v in judged], truth)
    return Judged(
        person=person,
        source=source,
        duration_s=samples[-1].t_s - samples[0].t_s if samples else 0.0,
        amplitudes=tuple(t.amplitude_pct_iod for t in truth),
        candidates=tuple(_candidate(verdict, amplitude.get(i, 0.0)) for i, (_, verdict) in enumerate(judged)),
    )


def _config(settings: dict[str, Any]) -> Config:
    return merged(config_of(FUSED, settings), {"detection": {"min_snr": MIN_SNR}})


def matched(peaks: Sequence[tuple[float, float]], truth: Sequence[Twitch]) -> dict[int, float]:
    """Index of a peak (middle in seconds, strength) to the size of its twitch."""
    taken: dict[int, float] = {}
    for twitch in truth:
        near = [
            (strength, i)
            for i, (centre_s, strength) in enumerate(peaks)
            if i not in taken and abs(centre_s - twitch.centre_s) <= TOLERANCE_S
        ]
        if near:
            taken[max(near)[1]] = twitch.amplitude_pct_iod
    return taken


def _candidate(verdict: Verdict, amplitude: float) -> Candidate:
    failed = {gate.name for gate in verdict.gates if not gate.passed}
    return Candidate(
        features=verdict.evidence.features(),
        measurable=failed <= WEIGHED_GATES,
        plausible=failed <= {"min_confidence"},
        amplitude=amplitude,
    )
