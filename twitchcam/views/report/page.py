"""Puts a report together and writes it: one file, which opens without a network."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from twitchcam.errors import OutputError
from twitchcam.events.model import Twitch
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME, VerdictKind, read_verdicts
from twitchcam.session.writer import SIGNALS_NAME
from twitchcam.trends.poisson import rate_interval
from twitchcam.views import palette
from twitchcam.views.axes_style import clock
from twitchcam.views.notes_panel import described, of_whole
from twitchcam.views.raster_panel import ROWS
from twitchcam.views.rates import first_of_bursts, is_counted
from twitchcam.views.report import clips, face, timeline, traces, words
from twitchcam.views.report.part import Part, check_one_subject, part_of, place_counts

REPORT_NAME = "report.html"
#: A page stays below this, for each hour that was recorded and at least once.
BYTES_AN_HOUR = 9_500_000
#: Events whose traces are printed: the clearest ones.
_PRINTED = 6
_HERE = Path(__file__).parent
_FIGURE_DPI = 110

#: Makes the clips of some events of a session, given the numbers of the events, from 1.
MakeClips = Callable[[Session, Sequence[int]], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One event in the table of the report.

    Attributes:
        number: In the report, from 1.
        name: Of its session.
        event: What was found.
        clock: When in the recording.
        wall: Wall time, or empty.
        lip: Which lip, in words.
        side: Which side, in words.
        counted: Whether it enters a rate.
        context: What the face was doing, in words.
        spread: What else moved, in words.
        trace: Its trace, or None.
        clip: Its clip as a ``data:`` address, or None.
        printed: Whether it is one of the few that are printed.
    """

    number: int
    name: str
    event: Twitch
    clock: str
    wall: str
    lip: str
    side: str
    counted: bool
    context: str
    spread: str
    trace: traces.Trace | None
    clip: str | None
    printed: bool


def write_report(
    sessions: Sequence[Session],
    out: Path,
    *,
    screening: dict[str, Any] | None = None,
    reviewed: bool = False,
    make_clips: MakeClips | None = None,
) -> list[str]:
    """Writes the report of one or more sessions of one person.

    Args:
        sessions: What to report, perhaps as it was reviewed.
        out: The HTML file; one that exists is replaced.
        screening: What the screening says of all of them; None takes that of the only session, or lists each one's.
        reviewed: Say that the events are those that a person left.
        make_clips: Makes clips that are not there yet.

    Returns:
        Sentences about what did not go into the report.

    Raises:
        UsageError: the sessions are of different people.
        SessionError: something of a session cannot be read.
        OutputError: the file cannot be written.
    """
    subject = check_one_subject(sessions)
    parts = [part_of(session) for session in sorted(sessions, key=_when)]
    page, remarks = _page(parts, subject, screening, reviewed=reviewed, make_clips=make_clips)
    partial = out.with_name(out.name + ".partial")
    try:
        partial.write_text(page, encoding="utf-8")
        partial.replace(out)
    except OSError as error:
        raise OutputError(f"{out}: cannot write the report: {error.strerror}") from None
    return remarks


def _when(session: Session) -> tuple[float, str]:
    return (session.started_at.timestamp() if session.started_at else float("inf")), session.name


def _page(
    parts: Sequence[Part],
    subject: str | None,
    screening: dict[str, Any] | None,
    *,
    reviewed: bool,
    make_clips: MakeClips | None,
) -> tuple[str, list[str]]:
    import jinja2

    from twitchcam import __version__

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.j2")
    rows, found_traces = _rows(parts), _traces(parts)
    printed = {row.number for row in sorted(rows, key=lambda r: -(r.event.snr or 0.0))[:_PRINTED]}
    events = [event for part in parts for event in part.events]
    given: dict[str, Any] = {
        "version": __version__,
        "css": (_HERE / "report.css").read_text(encoding="utf-8"),
        "script": (_HERE / "report.js").read_text(encoding="utf-8"),
        "parts": [_part_words(part) for part in parts],
        "subject": subject,
        "headline": words.headline(parts),
        "sentences": words.sentences(parts),
        "notice": words.NOTICE,
        "emergency": words.EMERGENCY,
        "screenings": _screenings(parts, screening),
        "places": face.places(place_counts(events)),
        "place_rows": _place_rows(parts),
        "figures": [_figure(part) for part in parts],
        "timelines": _timelines(parts),
        "quality": [_quality(part, reviewed=reviewed) for part in parts],
        "several": len(parts) > 1,
        "any_wall": any(row.wall for row in rows),
        "any_spread": any(row.spread for row in rows),
        "lane_height": timeline.LANE,
        "notes_height": timeline.NOTES,
        "timeline_height": timeline.HEIGHT,
        "trace_width": traces.WIDTH,
        "trace_height": traces.HEIGHT,
        "colours": palette,
    }

    def rendered(embedded: dict[int, str]) -> str:
        whole = [
            _with(row, found_traces[row.number - 1], embedded.get(row.number), row.number in printed) for row in rows
        ]
        return template.render(rows=whole, any_clip=bool(embedded), **given)

    hours = max(sum(part.span_s[1] - part.span_s[0] for part in parts) / 3600, 1.0)
    without = rendered({})
    budget = int(BYTES_AN_HOUR * hours) - len(without.encode("utf-8"))
    embedded, remarks = _clips(parts, budget, make_clips)
    return (rendered(embedded) if embedded else without), remarks


def _rows(parts: Sequence[Part]) -> list[Row]:
    rows: list[Row] = []
    for part in parts:
        started_at = part.session.started_at
        for event in part.events:
            moment = None if started_at is None else started_at + timedelta(seconds=event.onset_s)
            rows.append(
                Row(
                    number=len(rows) + 1,
                    name=part.session.name,
                    event=event,
                    clock=_clock(event.onset_s),
                    wall=""
                    if moment is None
                    else moment.strftime("%H:%M:%S" if len(parts) == 1 else "%Y-%m-%d %H:%M:%S"),
                    lip=event.lip.value,
                    side=event.side.value,
                    counted=is_counted(event),
                    context="" if event.context is None else words.kind_words(event.context),
                    spread=", ".join(
                        f"{one.place.replace('_', ' ')} {1000 * one.lag_s:+.0f} ms" for one in event.spread
                    ),
                    trace=None,
                    clip=None,
                    printed=False,
                )
            )
    return rows


def _clock(seconds: float) -> str:
    """``4:05.3``."""
    tenths = int(seconds * 10)
    return f"{clock(tenths // 10)}.{tenths % 10}"


def _with(row: Row, trace: traces.Trace | None, clip: str | None, printed: bool) -> Row:
    from dataclasses import replace

    return replace(row, trace=trace, clip=clip, printed=printed)


def _traces(parts: Sequence[Part]) -> list[traces.Trace | None]:
    return [trace for part in parts for trace in traces.traces_of(part.session.path / SIGNALS_NAME, part.events)]


def _clips(parts: Sequence[Part], budget: int, make: MakeClips | None) -> tuple[dict[int, str], list[str]]:
    """``data:`` addresses by number of the event in the report, and what is to be said of those left out."""
    numbered = []
    first = 0
    for part in parts:
        if make is not None and part.events:
            make(part.session, range(1, len(part.events) + 1))
        for number, event in enumerate(part.events, start=1):
            numbered.append((first + number, event, clips.clip_path(part.session, number)))
        first += len(part.events)
    there = [(number, event, path) for number, event, path in numbered if path.is_file()]
    data = clips.embedded([(event, path) for _, event, path in there], budget)
    embedded = {number: data[path] for number, _, path in there if path in data}
    left_out = len(there) - len(embedded)
    remarks = [f"{left_out} clips were left out to keep the page small; they are in the sessions"] if left_out else []
    return embedded, remarks


def _screenings(parts: Sequence[Part], pooled: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The screening of all together, or each session's, the highest level first."""
    if pooled is not None:
        return [_screening_words("", pooled)]
    own = [
        _screening_words(part.session.name if len(parts) > 1 else "", part.session.document["screening"])
        for part in parts
        if "screening" in part.session.document
    ]
    return sorted(own, key=lambda one: -one["level"])


def _screening_words(name: str, screening: dict[str, Any]) -> dict[str, Any]:
    def listed(key: str) -> list[str]:
        value = screening.get(key, [])
        items = [value] if isinstance(value, str) else value
        return [item["text"] if isinstance(item, dict) else str(item) for item in items]

    likely = [one for one in screening.get("look_alikes", []) if not isinstance(one, dict) or one.get("fit") != "worse"]
    return {
        "name": name,
        "level": screening["level"],
        "side": screening["side"],
        "sufficient": screening["sufficient"],
        "heading": words.screening_heading(screening),
        "pro": listed("for"),
        "contra": listed("against"),
        "warnings": listed("warnings"),
        "needed": listed("needed"),
        "next": listed("next"),
        "look_alikes": [one["text"] if isinstance(one, dict) else str(one) for one in likely],
    }


def _part_words(part: Part) -> dict[str, Any]:
    session = part.session
    source = session.document["source"]
    return {
        "name": session.name,
        "complete": session.complete,
        "when": "" if session.started_at is None else session.started_at.strftime("%Y-%m-%d %H:%M"),
        "length": words.amount(part.span_s[1] - part.span_s[0]),
        "source": f"{source['name']}, {source['width_px']} x {source['height_px']} pixels",
        "told": [described(note) for note in of_whole(part.notes, part.span_s)],
    }


def _place_rows(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Each of the four places with its counts and rate; bursts are those with a twitch there."""
    valid_min = sum(part.valid_s for part in parts) / 60
    rows = []
    for index, (lip, side) in enumerate(ROWS):
        here = [[t for t in part.events if place_counts([t])[index]] for part in parts]
        twitches = [t for of_part in here for t in of_part]
        bursts = sum(len(first_of_bursts(filter(is_counted, of_part))) for of_part in here)
        rate = ""
        if valid_min >= 1:
            low, high = rate_interval(bursts, valid_min)
            rate = f"{bursts / valid_min:.2f} ({low:.2f} to {high:.2f})"
        amplitudes = sorted(t.amplitude_pct_iod for t in twitches)
        rows.append(
            {
                "label": f"{lip} lip, {side}",
                "colour": palette.SIDE_COLOURS[side],
                "twitches": len(twitches),
                "bursts": bursts,
                "rate": rate,
                "amplitude": f"{amplitudes[len(amplitudes) // 2]:.2g} %" if amplitudes else "",
            }
        )
    return rows


def _figure(part: Part) -> dict[str, str]:
    """The frequency picture as a ``data:`` address, and what it shows in words."""
    from twitchcam.views.frequency import frequency_figure

    figure = frequency_figure(
        twitches=part.events,
        segments=part.session.segments,
        span_s=part.span_s,
        valid_s=part.valid_s,
        name=part.session.name,
        notes=part.notes,
        titled=False,
    )
    picture = io.BytesIO()
    figure.savefig(picture, format="png", dpi=_FIGURE_DPI, metadata={"Software": "twitchcam"})
    return {
        "name": part.session.name,
        "data": "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode("ascii"),
        "alt": f"Twitches and bursts per minute of {part.session.name}, every twitch by lip and side, and amplitudes. "
        + words.headline([part]),
    }


def _timelines(parts: Sequence[Part]) -> list[dict[str, Any]]:
    made, first = [], 1
    for part in parts:
        made.append({"name": part.session.name, "drawn": timeline.timeline_of(part, first)})
        first += len(part.events)
    return made


def _quality(part: Part, *, reviewed: bool) -> dict[str, Any]:
    document = part.session.document
    length_s = part.span_s[1] - part.span_s[0]
    facts = [("length", words.amount(length_s))]
    share = f" ({100 * min(part.valid_s / length_s, 1):.0f} %)" if length_s > 0 else ""
    facts.append(("valid time", words.amount(part.valid_s) + share))
    if (rate_hz := document.get("rate_hz")) is not None:
        facts.append(("frames a second", f"{rate_hz:.3g}"))
    if (face_share := document.get("face_share")) is not None:
        facts.append(("face seen in", f"{100 * face_share:.0f} % of the frames"))
    left_out = [f"{words.amount(s)}: {words.kind_words(kind)}" for kind, s in part.hidden_s.items()]
    outside = len(part.events) - len(part.counted)
    if outside:
        left_out.append(f"{words.count(outside, 'event', 'events')} outside valid time: listed, but in no rate")
    if reviewed:
        verdicts = read_verdicts(part.session.path / REVIEW_NAME)
        tally = {kind: sum(verdict.kind is kind for verdict in verdicts) for kind in VerdictKind}
        told = ", ".join(f"{number} {kind.value}" for kind, number in tally.items() if number)
        left_out.append(f"a person reviewed the events: {told or 'no verdict'}; this report shows what they left")
    return {
        "name": part.session.name,
        "facts": facts,
        "left_out": left_out,
        "warnings": document.get("warnings", []),
        "complete": part.session.complete,
    }
