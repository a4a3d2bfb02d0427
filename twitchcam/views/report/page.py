"""Puts a report together and writes it: one file, which opens without a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import Context, Twitch
from twitchcam.session.folders import write_private
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME, VerdictKind, read_verdicts
from twitchcam.session.writer import SIGNALS_NAME
from twitchcam.trends.days import by_day
from twitchcam.trends.poisson import rate_interval
from twitchcam.views import palette
from twitchcam.views.axes_style import clock
from twitchcam.views.embedded import address_of, drawn
from twitchcam.views.notes_panel import described, of_whole
from twitchcam.views.raster_panel import ROWS
from twitchcam.views.rates import first_of_bursts, is_counted
from twitchcam.views.report import clips, face, timeline, traces, words
from twitchcam.views.report.part import Part, check_one_subject, part_of, place_counts
from twitchcam.views.trend.gather import visit_of

REPORT_NAME = "report.html"
#: A page stays below this, for each hour that was recorded and at least once.
BYTES_AN_HOUR = 9_500_000
#: Events whose traces are printed: the clearest ones.
_PRINTED = 6
#: Events whose clips are made when they are asked for: the clearest ones. More would not fit into the page.
_MOST_MADE = 24
_HERE = Path(__file__).parent

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
    try:
        write_private(out, page)
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
    rows = _rows(parts)
    found_traces, remarks = _traces(parts)
    printed = {row.number for row in sorted(rows, key=lambda r: -(r.event.snr or 0.0))[:_PRINTED]}
    events = [event for part in parts for event in part.events]
    screenings = _screenings(parts, screening)
    warned = bool(screenings) and any("mergency" in said for said in screenings[0]["next"])
    given: dict[str, Any] = {
        "version": __version__,
        "css": (_HERE / "report.css").read_text(encoding="utf-8"),
        "script": (_HERE / "report.js").read_text(encoding="utf-8"),
        "parts": [_part_words(part) for part in parts],
        "subject": subject,
        "headline": words.headline(parts),
        "sentences": words.sentences(parts),
        "notice": words.NOTICE,
        # The advice of a screening ends with it already.
        "emergency": "" if warned else words.EMERGENCY,
        "screenings": screenings,
        "places": face.places(place_counts(events)),
        "place_rows": _place_rows(parts),
        "figures": [*_overview(parts), *(_figure(part) for part in parts)],
        "timelines": _timelines(parts),
        "quality": _quality(parts, reviewed=reviewed),
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
    embedded, left_out = _clips(parts, budget, make_clips)
    return (rendered(embedded) if embedded else without), remarks + left_out


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


def _traces(parts: Sequence[Part]) -> tuple[list[traces.Trace | None], list[str]]:
    """The trace of every event, and what is to be said where signals cannot be read: all else is still true."""
    found: list[traces.Trace | None] = []
    remarks = []
    for part in parts:
        try:
            found += traces.traces_of(part.session.path / SIGNALS_NAME, part.events)
        except SessionError as error:
            found += [None] * len(part.events)
            remarks.append(f"there are no traces: {error}")
    return found, remarks


def _clips(parts: Sequence[Part], budget: int, make: MakeClips | None) -> tuple[dict[int, str], list[str]]:
    """``data:`` addresses by number of the event in the report, and what is to be said of those left out."""
    there = []
    first = 1
    for part in parts:
        known = [
            (place, event, number)
            for place, (event, number) in enumerate(
                zip(part.events, clips.numbers_of(part.session), strict=True), start=first
            )
            if number is not None
        ]
        first += len(part.events)
        if make is not None:
            clearest = sorted(known, key=lambda one: -(one[1].snr or 0.0))[:_MOST_MADE]
            make(part.session, sorted(number for _, _, number in clearest))
        for place, event, number in known:
            path = clips.clip_path(part.session, number)
            if path.is_file():
                there.append((place, event, path))
    data = clips.embedded([(event, path) for _, event, path in there], budget)
    embedded = {place: data[path] for place, _, path in there if path in data}
    left_out = len(there) - len(embedded)
    if not left_out:
        return embedded, []
    clips_were = "clip was" if left_out == 1 else "clips were"
    return embedded, [
        f"{left_out} {clips_were} left out to keep the page small; see {clips.FOLDER_NAME} in the session"
    ]


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

    likely = [one for one in screening.get("look_alikes", []) if not isinstance(one, dict) or one.get("fit") != "not"]
    return {
        "name": name,
        "level": screening["level"],
        "side": screening["side"],
        "sufficient": screening["sufficient"],
        "heading": words.screening_heading(screening),
        "pro": listed("for"),
        "contra": listed("against"),
        "warnings": listed("warnings"),
        "seen": listed("seen"),
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
    return {
        "name": part.session.name,
        "data": address_of(figure),
        "alt": f"Twitches and bursts per minute of {part.session.name}, every twitch by lip and side, and amplitudes. "
        + words.headline([part]),
    }


def _overview(parts: Sequence[Part]) -> list[dict[str, str]]:
    """The days side by side, where there are several."""
    from twitchcam.views.trend.day_panel import draw_days

    days = by_day([visit_of(part.session) for part in parts])
    if len(days) < 2:
        return []
    alt = "Bursts per minute of valid time for each day, with 95 % intervals"
    return [{"name": alt, "data": drawn(2.6, lambda axes: draw_days(axes, days)), "alt": alt}]


def _timelines(parts: Sequence[Part]) -> list[dict[str, Any]]:
    made, first = [], 1
    for part in parts:
        made.append({"name": part.session.name, "drawn": timeline.timeline_of(part, first)})
        first += len(part.events)
    return made


def _quality(parts: Sequence[Part], *, reviewed: bool) -> list[dict[str, Any]]:
    """How well each session was seen and what was left out of it; before them all together, where there are several."""
    each = [_quality_of([part], part.session.name, reviewed=reviewed) for part in parts]
    return each if len(parts) == 1 else [_quality_of(parts, "all together", reviewed=reviewed), *each]


def _quality_of(parts: Sequence[Part], name: str, *, reviewed: bool) -> dict[str, Any]:
    length_s = sum(part.span_s[1] - part.span_s[0] for part in parts)
    valid_s = sum(part.valid_s for part in parts)
    share = f" ({100 * min(valid_s / length_s, 1):.0f} %)" if length_s > 0 else ""
    facts = [("length", words.amount(length_s)), ("valid time", words.amount(valid_s) + share)]
    documents = [part.session.document for part in parts]
    if rates_hz := [document["rate_hz"] for document in documents if document.get("rate_hz") is not None]:
        facts.append(("frames a second", _range(rates_hz, ".3g")))
    if shares := [100 * document["face_share"] for document in documents if "face_share" in document]:
        facts.append(("face seen in", f"{_range(shares, '.0f')} % of the frames"))
    hidden_s: dict[Context, float] = {}
    for part in parts:
        for kind, seconds in part.hidden_s.items():
            hidden_s[kind] = hidden_s.get(kind, 0.0) + seconds
    longest = sorted(hidden_s.items(), key=lambda item: -item[1])
    left_out = [f"{words.amount(seconds)}: {words.kind_words(kind)}" for kind, seconds in longest]
    outside = sum(len(part.events) - len(part.counted) for part in parts)
    if outside:
        left_out.append(f"{words.count(outside, 'event', 'events')} outside valid time: listed, but in no rate")
    if reviewed:
        left_out.append(_verdict_words(parts))
    return {
        "name": name,
        "facts": facts,
        "left_out": left_out,
        "warnings": list(dict.fromkeys(warning for document in documents for warning in document.get("warnings", []))),
        "told": [described(note) for part in parts for note in of_whole(part.notes, part.span_s)]
        if len(parts) == 1
        else [],
    }


def _range(values: Sequence[float], form: str) -> str:
    low, high = format(min(values), form), format(max(values), form)
    return low if low == high else f"{low} to {high}"


def _verdict_words(parts: Sequence[Part]) -> str:
    verdicts = [verdict for part in parts for verdict in read_verdicts(part.session.path / REVIEW_NAME)]
    tally = {kind: sum(verdict.kind is kind for verdict in verdicts) for kind in VerdictKind}
    told = ", ".join(f"{number} {kind.value}" for kind, number in tally.items() if number)
    return f"a person reviewed the events: {told or 'no verdict'}; this report shows what they left"
