"""Scripts rendered as videos, analysed and screened: half spasms, half look-alikes and healthy people."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.benchmarks.patterns import Move, Script, script
from tests.benchmarks.people import Person
from tests.benchmarks.rendering import rendered
from tests.benchmarks.report import table
from tests.benchmarks.scenes import QUALITIES, Scene, seed_of
from tests.benchmarks.tasks import Plan, run
from twitchcam.events.model import Context, Side
from twitchcam.simulate.scenario import MEAN_ANGLE_DEG, Movement, MovementKind, Scenario, TwitchSpec, VideoSettings

#: In turn: every second one has spasms.
_ORDER = (
    *("hfs_moderate", "healthy", "hfs_severe", "synkinesis", "hfs_mild", "tics"),
    *("hfs_moderate", "myokymia", "hfs_severe", "tremor", "hfs_mild", "healthy"),
)
#: As many pixels of the face as in the other benchmarks (IOD 100 px) and less of the wall behind it.
_SIZE_PX = 320
#: Encoding is half of the work at the usual one.
_PRESET = "veryfast"
_CRFS = " and ".join(f"two at crf {quality['crf']:g}" for quality in QUALITIES.values())
WHICH = f"H.264 ({_PRESET}), {_CRFS} in turn; {_SIZE_PX} pixels square, 100 between the eyes."
_LID_PCT_IOD = 9.0
_TALK_PCT_IOD = 5.0
_SMILE_PCT_IOD = 6.0
_HELD_S = 1.0
#: Pulses shorter than a blink's flanks are none.
_SHORTEST_LID_S = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One video and what was said of it."""

    kind: str
    person: str
    side: str | None
    moves: int
    twitches: int
    bursts: int
    level: int
    said_side: str | None
    sufficient: bool


def scenes(people: Sequence[Person], number: int, length_s: float) -> list[tuple[Script, Scene]]:
    """The first so many videos, in turn over people and qualities."""
    made = []
    for k in range(number):
        kind = _ORDER[k % len(_ORDER)]
        person, quality = people[k % len(people)], tuple(QUALITIES)[(k // 2) % len(QUALITIES)]
        acted = script(kind, 100_000 + k, length_s=length_s)
        scenario = Scenario(
            duration_s=length_s,
            seed=seed_of(person.name, kind, k),
            twitches=tuple(_twitches(acted)),
            movements=tuple(sorted(_movements(acted), key=lambda movement: movement.onset_s)),
        )
        scene = Scene(
            person=person, amplitude=0.0, quality=quality, condition=f"screening-{kind}", number=k, scenario=scenario,
            video=replace(VideoSettings(width=_SIZE_PX, height=_SIZE_PX, **QUALITIES[quality]), preset=_PRESET),
        )  # fmt: skip
        made.append((acted, scene))
    return made


def _twitches(acted: Script) -> Iterator[TwitchSpec]:
    for move in acted.moves:
        if move.duration_s < _HELD_S:
            yield TwitchSpec(
                onset_s=move.onset_s, duration_s=move.duration_s, lip=move.lip, side=move.side,
                amplitude_pct_iod=move.amplitude_pct_iod, angle_deg=MEAN_ANGLE_DEG[move.lip],
            )  # fmt: skip


def _movements(acted: Script) -> Iterator[Movement]:
    for lid in acted.lids:
        length_s = max(lid.duration_s, _SHORTEST_LID_S)
        kind = MovementKind.BLINK if lid.side is Side.BOTH and length_s < _HELD_S else MovementKind.EYE_CLOSURE
        yield Movement(
            kind=kind, onset_s=lid.onset_s, duration_s=length_s, amplitude_pct_iod=_LID_PCT_IOD, side=lid.side
        )
    for move in acted.moves:
        if move.duration_s >= _HELD_S:
            yield _moved(MovementKind.SPASM, move, 0.0, move.amplitude_pct_iod)
        for place, lag_s in move.with_it:
            kind = {"cheek": MovementKind.CHEEK, "brow": MovementKind.BROW_RAISE}.get(place)
            if kind is not None:
                yield _moved(kind, move, lag_s, 0.6 * move.amplitude_pct_iod)
    for onset_s, length_s, what in acted.doings:
        talks = what is Context.TALKING
        yield Movement(
            kind=MovementKind.SPEECH if talks else MovementKind.SMILE, onset_s=onset_s, duration_s=length_s,
            amplitude_pct_iod=_TALK_PCT_IOD if talks else _SMILE_PCT_IOD,
        )  # fmt: skip


def _moved(kind: MovementKind, move: Move, lag_s: float, amplitude_pct_iod: float) -> Movement:
    return Movement(
        kind=kind, onset_s=max(move.onset_s + lag_s, 0.0), duration_s=move.duration_s,
        amplitude_pct_iod=amplitude_pct_iod, side=move.side,
    )  # fmt: skip


def measure(people: Sequence[Person], number: int, length_s: float, plan: Plan, *, jobs: int) -> list[Rendered]:
    """Renders (each once), analyses and screens the videos."""
    return run(look_at, scenes(people, number, length_s), plan, jobs=jobs, what="videos") if number else []


def look_at(item: tuple[Script, Scene], plan: Plan) -> Rendered:
    """One video through everything."""
    from twitchcam.analysis import AnalysisOptions, analyze_video
    from twitchcam.config import from_dict

    acted, scene = item
    video = rendered(scene, plan.cache)
    with tempfile.TemporaryDirectory(prefix="twitchcam-") as folder:
        options = AnalysisOptions(config=from_dict(plan.settings))
        document = analyze_video(video, Path(folder), options).document
    said = document["screening"]
    return Rendered(
        kind=acted.kind,
        person=scene.person.name,
        side=None if acted.side is None else acted.side.value,
        moves=len(acted.moves),
        twitches=document["counts"]["twitch"] + document["counts"]["spasm"],
        bursts=document["counts"]["bursts"],
        level=said["level"],
        said_side=said["side"],
        sufficient=said["sufficient"],
    )


def as_table(videos: Sequence[Rendered]) -> str:
    """A row a video."""
    header = (
        "kind",
        "portrait",
        "true side",
        "movements",
        "events found",
        "bursts",
        "level",
        "side said",
        "sufficient",
    )
    return table(
        header,
        [
            (
                one.kind, one.person, one.side or "-", one.moves, one.twitches, one.bursts, one.level,
                one.said_side or "-", "yes" if one.sufficient else "no",
            )
            for one in videos
        ],
    )  # fmt: skip
