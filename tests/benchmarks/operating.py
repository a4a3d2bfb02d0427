"""Operating characteristics of the screening: how often each level is stated for whom, at three depths of simulation.

*Events*: what the tables would hold, drawn directly; thousands of sessions a kind. *Channels*: what the tracker would
measure, through the real detector. *Videos*: rendered, through everything.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks import rendered_sessions, seen
from tests.benchmarks.patterns import KINDS, script
from tests.benchmarks.people import Person
from tests.benchmarks.report import Report, table
from tests.benchmarks.screened import Outcome, Piece, at_channels, at_events
from tests.benchmarks.tasks import Plan, run
from tests.sessions import make_session
from twitchcam.screening.statistics import Share, share_of

SPASM = ("hfs_mild", "hfs_moderate", "hfs_severe")
#: Whoever has no side of their own: nothing one-sided should be said of them.
PATTERNLESS = ("benign", "tics", "meige", "tremor", "healthy")
#: Everything else is one-sided, and may be called so, but is not the pattern of eye and mouth.
LOOK_ALIKES = tuple(kind for kind in KINDS if kind not in SPASM)
HEALTHY = "healthy"
EYE_SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
#: Sessions in one piece of work.
_PIECE = 250
_CHANNEL_PIECE = 4
_MANY, _SOME = 20, 8
_DAY_S = 8 * 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is simulated.

    Attributes:
        events: Sessions of each kind at the level of events.
        events_s: Length of each.
        channels: Sessions of each kind at the level of channels, healthy ones apart.
        healthy: Healthy ones there.
        channels_s: Length of each.
        videos: Videos to render.
        videos_s: Length of each.
        people: Whose portraits are rendered.
        plan: Gives the cache.
        jobs: Worker processes.
        made: When and with what, for the report.
    """

    events: int = 10_000
    events_s: float = 600.0
    channels: int = 200
    healthy: int = 1_000
    channels_s: float = 600.0
    videos: int = 12
    videos_s: float = 360.0
    people: Sequence[Person] = ()
    plan: Plan
    jobs: int
    made: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """All outcomes.

    Attributes:
        events: At the level of events.
        eyes: The same for spasms with a given share of the eye.
        channels: At the level of channels.
        videos: Of the rendered ones, with what was found in each.
        day_s: Seconds of a core that ``twitchcam screen`` took for a session of 8 hours.
        day_twitches: Twitches in it.
        took_s: Seconds that all of it took.
        found_again: Whether pieces of an earlier run were in the cache, so that it took less.
    """

    events: list[Outcome]
    eyes: list[Outcome]
    channels: list[Outcome]
    videos: list[rendered_sessions.Rendered]
    day_s: float
    day_twitches: int
    took_s: float
    found_again: bool


def measure(options: Options) -> Measured:
    """Simulates everything."""
    plan, jobs = options.plan, options.jobs
    began_s, found_again = time.monotonic(), plan.cache.is_dir() and any(plan.cache.iterdir())
    events = [piece for kind in KINDS for piece in _pieces(kind, options.events, options.events_s, _PIECE)]
    eyes = [
        Piece("hfs_moderate", piece.first, piece.number, piece.length_s, eye)
        for eye in EYE_SHARES
        for piece in _pieces("hfs_moderate", max(1, options.events // 10), options.events_s, _PIECE)
    ]
    channels = [
        piece
        for kind in KINDS
        for piece in _pieces(
            kind, options.healthy if kind == HEALTHY else options.channels, options.channels_s, _CHANNEL_PIECE
        )
    ]
    # A run that is cut short has as many of every kind.
    for pieces in (events, channels):
        pieces.sort(key=lambda piece: piece.first)
    day_s, twitches = _time_of_a_day()
    return Measured(
        events=_flat(run(at_events, events, plan, jobs=jobs, what="sessions of events")),
        eyes=_flat(run(at_events, eyes, plan, jobs=jobs, what="shares of the eye")),
        channels=_flat(run(at_channels, channels, plan, jobs=jobs, what="sessions of channels")),
        videos=rendered_sessions.measure(options.people, options.videos, options.videos_s, plan, jobs=jobs),
        day_s=day_s,
        day_twitches=twitches,
        found_again=found_again,
        took_s=time.monotonic() - began_s,  # of all the above: arguments are made in order
    )


def _pieces(kind: str, number: int, length_s: float, size: int) -> list[Piece]:
    return [Piece(kind, first, min(size, number - first), length_s) for first in range(0, number, size)]


def _flat(found: Iterable[list[Outcome]]) -> list[Outcome]:
    return [one for piece in found for one in piece]


def _time_of_a_day() -> tuple[float, int]:
    """The best of three looks of ``twitchcam screen`` at the folder of 8 hours of severe spasms."""
    recording = seen.recording_of(script("hfs_severe", 0, length_s=_DAY_S), 0)
    times_s = []
    with tempfile.TemporaryDirectory(prefix="twitchcam-") as folder:
        session = make_session(Path(folder), duration_s=_DAY_S, events=recording.twitches, segments=recording.segments)
        for _ in range(3):
            before = os.times()
            subprocess.run([sys.executable, "-m", "twitchcam", "screen", session], check=True, capture_output=True)
            after = os.times()
            times_s.append(after.children_user + after.children_system - before.children_user - before.children_system)
    return min(times_s), len(recording.twitches)


def write(options: Options, measured: Measured, folder: Path) -> Path:
    """Writes the tables; returns the Markdown file."""
    report = Report(name="screening", title="Operating characteristics of the screening", made=options.made)
    report.add(_INTRODUCTION.format(simulated="; ".join(_simulated(options))))
    report.add("## What was asked for", _targets(measured))
    for title, outcomes in (("events", measured.events), ("channels", measured.channels)):
        if outcomes:
            report.add(f"## At the level of {title}", _levels(outcomes), _by_bursts(outcomes))
    report.add("## Where it is weakest", _WEAKEST, _eye_table(measured.eyes))
    report.add("## Which look-alike fits", _fits(measured.events))
    if measured.videos:
        report.add("## Rendered videos", rendered_sessions.WHICH, rendered_sessions.as_table(measured.videos))
    report.add(
        "## Time",
        f"`twitchcam screen` on a session of 8 hours with {measured.day_twitches} twitches takes "
        f"{measured.day_s:.2f} s of a core, the start of the program and the reading of the tables included.",
        f"All of the above took {measured.took_s / 60:.0f} min with {options.jobs} processes"
        + (", a part of it found again from an earlier run." if measured.found_again else "."),
    )
    counted = {
        name: [{**asdict(one), "sessions": number} for one, number in Counter(outcomes).items()]
        for name, outcomes in (("events", measured.events), ("eyes", measured.eyes), ("channels", measured.channels))
    }
    report.data = {**counted, "videos": [asdict(video) for video in measured.videos]}
    return report.write(folder)


def _simulated(options: Options) -> Iterator[str]:
    """What was run, and nothing of what was not."""
    yield (
        f"{options.events:,} sessions of {options.events_s / 60:g} min of each kind, drawn as the events of a log, and "
        "a tenth as many for each share of the eye"
    )
    if options.channels or options.healthy:
        yield (
            f"{options.channels:,} sessions of {options.channels_s / 60:g} min of each kind, and {options.healthy:,} "
            "healthy ones, as channels through the real detector"
        )
    if options.videos:
        yield f"{options.videos} videos of {options.videos_s / 60:g} min, rendered and analysed"


_INTRODUCTION = """\
Simulated people; simulated disease is not disease (see [screening](../screening.md)). Simulated: {simulated}. Every
share has its exact 95 % interval (Clopper and Pearson). `benign_spot` are single twitches that stay at one spot for the
whole session, `seizure` are even jerks of one side: both are one-sided and may be called so."""

_WEAKEST = """\
Spasms of moderate rate, by the share of bursts in which the eye closes with the mouth in truth. Spasms that have not
reached the eye, as at their very beginning in some people, are level 1 and no more."""


def _targets(measured: Measured) -> str:
    rows: list[tuple[str, str, str, str]] = []
    for name, outcomes in (("events", measured.events), ("channels", measured.channels)):
        if not outcomes:
            continue
        for kind in LOOK_ALIKES:
            share = _share_at(outcomes, lambda one, kind=kind: one.kind == kind, lambda one: one.level == 2)
            limit = "0" if kind == HEALTHY and name == "channels" else "at most 0.5 %"
            met = share.count == 0 if limit == "0" else share.count <= 0.005 * share.total
            rows.append((f"{name}: level 2 of {kind}", limit, _shown(share), _met(met, share)))
        patternless = _share_at(outcomes, lambda one: one.kind in PATTERNLESS, lambda one: one.level >= 1)
        rows.append(
            (
                f"{name}: level 1 or 2 of the patternless ({', '.join(PATTERNLESS)})",
                "at most 1 %",
                _shown(patternless),
                _met(patternless.count <= 0.01 * patternless.total, patternless),
            )
        )
        for least, most, wanted in ((_MANY, 10**9, 0.95), (_SOME, _MANY - 1, 0.80)):
            share = _share_at(
                outcomes,
                lambda one, least=least, most=most: one.kind in SPASM and least <= one.bursts <= most,
                lambda one: one.level == 2,
            )
            bursts = f"{least} bursts or more" if most > 10**6 else f"{least} to {most} bursts"
            rows.append(
                (
                    f"{name}: level 2 of hemifacial spasm with {bursts}",
                    f"at least {100 * wanted:.0f} %",
                    _shown(share),
                    _met(share.count >= wanted * share.total, share),
                )
            )
        wrong = _share_at(outcomes, lambda one: one.right_side is not None, lambda one: one.right_side is False)
        rows.append((f"{name}: side wrong at level 1 or 2", "0", _shown(wrong), _met(wrong.count == 0, wrong)))
    return table(("what", "asked for", "found", "met"), rows)


def _met(met: bool, share: Share) -> str:
    if not share.total:
        return "-"
    return "yes" if met else "**no**"


def _levels(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for kind in KINDS:
        own = [one for one in outcomes if one.kind == kind]
        columns: list[Callable[[Outcome], bool]] = [
            lambda one: not one.sufficient,
            lambda one: one.sufficient and one.level == 0,
            lambda one: one.level == 1,
            lambda one: one.level == 2,
            lambda one: one.warned,
        ]
        rows.append([kind, len(own), *(_shown(_share_at(own, lambda _: True, column)) for column in columns)])
    header = ("kind", "sessions", "too little", "level 0", "level 1", "level 2", "warned of even jerks")
    return table(header, rows)


def _by_bursts(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for kind in SPASM:
        for least, most in ((0, 7), (8, 11), (12, 19), (20, 39), (40, 10**9)):
            share = _share_at(
                outcomes,
                lambda one, kind=kind, least=least, most=most: one.kind == kind and least <= one.bursts <= most,
                lambda one: one.level == 2,
            )
            if share.total:
                rows.append((kind, f"{least}-{most}" if most < 10**9 else f"{least}+", share.total, _shown(share)))
    return table(("kind", "bursts seen", "sessions", "level 2"), rows)


def _eye_table(outcomes: Sequence[Outcome]) -> str:
    rows = []
    for eye in EYE_SHARES:
        own = [one for one in outcomes if one.eye == eye]
        rows.append(
            (
                f"{eye:.0%}",
                len(own),
                _shown(_share_at(own, lambda _: True, lambda one: one.level == 1)),
                _shown(_share_at(own, lambda _: True, lambda one: one.level == 2)),
            )
        )
    return table(("eye with the mouth", "sessions", "level 1", "level 2"), rows)


def _fits(outcomes: Sequence[Outcome]) -> str:
    names = sorted({name for one in outcomes for name in one.fits})
    rows = []
    for kind in KINDS:
        own = [one for one in outcomes if one.kind == kind and one.bursts >= _SOME]
        found = Counter(name for one in own for name in one.fits)
        rows.append([kind, len(own), *(f"{found[name] / len(own):.1%}" if own else "-" for name in names)])
    return table(("kind", f"sessions with {_SOME} bursts", *names), rows)


def _share_at(outcomes: Iterable[Outcome], of: Callable[[Outcome], bool], which: Callable[[Outcome], bool]) -> Share:
    chosen = [one for one in outcomes if of(one)]
    return share_of(sum(map(which, chosen)), len(chosen))


def _shown(share: Share) -> str:
    if share.share is None:
        return "-"
    return f"{share.count} of {share.total}: {share.share:.2%} ({share.low:.2%}-{share.high:.2%})"
