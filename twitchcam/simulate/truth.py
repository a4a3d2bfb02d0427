"""The truth of a rendering, as events and as a table beside the video."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from twitchcam.errors import OutputError
from twitchcam.events.model import Context, Twitch
from twitchcam.session.events_file import EventsWriter
from twitchcam.simulate.scenario import MEAN_ANGLE_DEG, MovementKind, Scenario, TwitchSpec


def truth_of(scenario: Scenario) -> list[Twitch]:
    """The twitches of a scenario as events, in onset order; the context is ``talking`` during speech."""
    speech = [m for m in scenario.movements if m.kind is MovementKind.SPEECH]

    def context(spec: TwitchSpec) -> Context:
        talking = any(m.onset_s < spec.end_s and spec.onset_s < m.end_s for m in speech)
        return Context.TALKING if talking else Context.REST

    return [
        Twitch(
            onset_s=spec.onset_s,
            duration_s=spec.duration_s,
            peak_s=spec.peak_s,
            lip=spec.lip,
            side=spec.side,
            amplitude_pct_iod=spec.amplitude_pct_iod,
            context=context(spec),
        )
        for spec in sorted(scenario.twitches, key=lambda spec: spec.onset_s)
    ]


def specs_of(truth: Iterable[Twitch], *, sigma_iod: float = 0.12) -> tuple[TwitchSpec, ...]:
    """Twitches to render from a table of events: the same times, places and sizes, in each lip's usual direction.

    Args:
        truth: Twitches with one lip and one side each.
        sigma_iod: Radius of the moving patches.

    Raises:
        UsageError: a twitch that cannot be rendered.
    """
    return tuple(
        TwitchSpec(
            onset_s=twitch.onset_s,
            duration_s=twitch.duration_s,
            lip=twitch.lip,
            side=twitch.side,
            amplitude_pct_iod=twitch.amplitude_pct_iod,
            angle_deg=MEAN_ANGLE_DEG.get(twitch.lip, 0.0),
            sigma_iod=sigma_iod,
            rise=min(0.9, max(0.1, (twitch.peak_s - twitch.onset_s) / twitch.duration_s)),
        )
        for twitch in truth
    )


def truth_path(video: Path) -> Path:
    """``OUT.truth.tsv`` beside ``OUT.mp4``."""
    return video.with_suffix(".truth.tsv")


def write_truth(path: Path, truth: Iterable[Twitch]) -> None:
    """Writes the table; it appears under its name only when it is complete.

    Raises:
        OutputError: it cannot be written.
    """
    partial = path.with_name(f"{path.name}.partial")
    with EventsWriter(partial, None) as writer:
        for twitch in truth:
            writer.write(twitch)
    try:
        partial.replace(path)
    except OSError as error:
        raise OutputError(f"{path}: cannot write: {error.strerror}") from None
