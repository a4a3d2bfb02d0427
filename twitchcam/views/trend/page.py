"""Writes a trend: ``trend.html`` for people and ``trend.csv``, a row per day."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from twitchcam.errors import OutputError
from twitchcam.session.folders import write_private
from twitchcam.session.tsv import MISSING, format_number
from twitchcam.trends.compare import Comparison
from twitchcam.trends.days import Day, Tally, Told, Visit, by_day, by_hour, total
from twitchcam.trends.felt import FeltAndSeen
from twitchcam.trends.treatments import Treatment, treatments_of
from twitchcam.trends.triggers import Trigger, triggers_of
from twitchcam.views import palette
from twitchcam.views.embedded import drawn
from twitchcam.views.raster_panel import ROWS
from twitchcam.views.trend.gather import PLACES

HTML_NAME = "trend.html"
CSV_NAME = "trend.csv"

_RATE_DECIMALS = 4
_HERE = Path(__file__).parent
_SHARED = _HERE.parent / "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Sessions over days.

    Attributes:
        visits: Every session.
        days: Days with a dated session.
        undated: Sessions without a date.
        triggers: What was found of each trigger.
        treatments: What was found of each treatment.
        told: Triggers as they were told.
    """

    visits: tuple[Visit, ...]
    days: tuple[Day, ...]
    undated: tuple[Visit, ...]
    triggers: tuple[Trigger, ...]
    treatments: tuple[Treatment, ...]
    told: tuple[Told, ...]


def trend_of(visits: Sequence[Visit]) -> Trend:
    """Looks at the sessions of one person."""
    days = by_day(visits)
    told = [one for visit in visits for one in visit.triggers]
    treatments = [one for visit in visits for one in visit.treatments]
    return Trend(
        visits=tuple(visits),
        days=tuple(days),
        undated=tuple(visit for visit in visits if visit.started_at is None),
        triggers=tuple(triggers_of(days, told)),
        treatments=tuple(treatments_of(days, treatments)),
        told=tuple(told),
    )


def write_trend(trend: Trend, folder: Path, *, subject: str | None = None, remarks: Sequence[str] = ()) -> list[Path]:
    """Writes both files.

    Args:
        trend: What to write.
        folder: Where to; it exists.
        subject: Who it is.
        remarks: Sentences about sessions that are not in it.

    Returns:
        The files.

    Raises:
        OutputError: a file cannot be written.
    """
    made = []
    for name, text in ((HTML_NAME, _html(trend, subject, remarks)), (CSV_NAME, _csv(trend))):
        path = folder / name
        try:
            write_private(path, text)
        except OSError as error:
            raise OutputError(f"{path}: cannot write the trend: {error.strerror}") from None
        made.append(path)
    return made


def _csv(trend: Trend) -> str:
    """A row per day; missing is ``n/a``."""
    names = sorted({one.name.strip().lower() for one in trend.told})
    values: dict[tuple[date, str], list[str]] = {}
    for one in trend.told:
        key = (one.on, one.name.strip().lower())
        values.setdefault(key, [])
        if one.value not in values[key]:
            values[key].append(one.value)
    begun = {treatment.on: treatment.name for treatment in trend.treatments}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(
        [
            *("date", "sessions", "valid_min", "twitches", "bursts", "bursts_per_min", "low_95", "high_95"),
            *(f"bursts_{place}" for place in PLACES),
            *("felt", "felt_and_seen", "treatment"),
            *(f"trigger_{name}" for name in names),
        ]
    )
    for day in trend.days:
        low, high = day.tally.interval or (None, None)
        writer.writerow(
            _safe(cell)
            for cell in (
                *(day.on.isoformat(), day.sessions, format_number(day.tally.valid_min, _RATE_DECIMALS)),
                *(day.tally.twitches, day.tally.bursts),
                *(format_number(value, _RATE_DECIMALS) for value in (day.tally.per_min, low, high)),
                *(day.tally.by_place.get(place, 0) for place in PLACES),
                *(day.felt.felt, day.felt.felt_and_seen, begun.get(day.on, MISSING)),
                *("; ".join(values.get((day.on, name), [MISSING])) or "yes" for name in names),
            )
        )
    return out.getvalue()


def _safe(cell: object) -> object:
    """What people wrote must not become a formula of a spreadsheet."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@") else cell


def _html(trend: Trend, subject: str | None, remarks: Sequence[str]) -> str:
    import jinja2

    from twitchcam import __version__
    from twitchcam.views.trend.day_panel import draw_days, draw_hours
    from twitchcam.views.trend.trigger_panel import draw_triggers

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    compared = [trigger for trigger in trend.triggers if trigger.found is not None]
    hours = by_hour(trend.visits)
    dated = [visit for visit in trend.visits if visit.started_at is not None]
    whole = total(visit.tally for visit in dated)
    felt = sum((visit.felt for visit in dated), start=FeltAndSeen(felt=0, felt_and_seen=0, seen=0, seen_and_felt=0))
    return environment.get_template("trend.html.j2").render(
        version=__version__,
        css=(_SHARED / "report.css").read_text(encoding="utf-8"),
        subject=subject,
        remarks=remarks,
        days=[_day_words(day) for day in trend.days],
        sessions=len(dated),
        whole=_rate_words(whole) if whole.valid_s > 0 else None,
        whole_tally=whole,
        days_picture=drawn(2.6, lambda axes: draw_days(axes, trend.days, trend.treatments)) if trend.days else None,
        hours_picture=drawn(2.0, lambda axes: draw_hours(axes, hours)) if hours else None,
        triggers_picture=(
            drawn(0.5 + 0.36 * len(compared), lambda axes: draw_triggers(axes, compared), left=0.36)
            if compared
            else None
        ),
        places=[
            {
                "label": place.replace("_", " lip, "),
                "colour": palette.SIDE_COLOURS[side],
                "bursts": whole.by_place.get(place, 0),
                "rate": _rate_words(Tally(valid_s=whole.valid_s, bursts=whole.by_place.get(place, 0))),
            }
            for place, (_, side) in zip(PLACES, ROWS, strict=True)
        ]
        if whole.valid_s > 0
        else [],
        felt=felt if felt.felt else None,
        triggers=[_trigger_words(trigger) for trigger in trend.triggers],
        compared=len(compared),
        treatments=[_treatment_words(treatment) for treatment in trend.treatments],
        undated=[{"name": visit.name, "words": _rate_words(visit.tally)} for visit in trend.undated],
    )


def _rate_words(tally: Tally) -> str:
    if tally.per_min is None or tally.interval is None:
        return "no valid time"
    low, high = tally.interval
    return f"{tally.per_min:.2f} ({low:.2f} to {high:.2f})"


def _three(values: tuple[float, float, float]) -> str:
    return f"{values[0]:.2f} ({values[1]:.2f} to {values[2]:.2f})"


def _p_words(p: float | None) -> str:
    if p is None:
        return ""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def _day_words(day: Day) -> dict[str, Any]:
    return {
        "on": day.on.isoformat(),
        "sessions": day.sessions,
        "valid": f"{day.tally.valid_min:.1f}",
        "twitches": day.tally.twitches,
        "bursts": day.tally.bursts,
        "rate": _rate_words(day.tally),
        "felt": day.felt.felt,
    }


def _trigger_words(trigger: Trigger) -> dict[str, Any]:
    found = trigger.found
    return {
        "split": trigger.split,
        "days": f"{trigger.days_with} against {trigger.days_without}",
        "ratio": "not enough days" if found is None else _three(found.ratio),
        "p": "" if found is None else _p_words(found.p),
        "corrected": _p_words(trigger.p_corrected),
        "words": _association(found, trigger.p_corrected),
    }


def _association(found: Comparison | None, p: float | None) -> str:
    from twitchcam.trends.compare import FEWEST_DAYS

    if found is None or p is None:
        return f"not enough days: {FEWEST_DAYS} of each kind are needed"
    if p >= 0.05:
        return "no clear difference"
    return "more twitches on such days" if found.ratio[0] > 1 else "fewer twitches on such days"


def _treatment_words(treatment: Treatment) -> dict[str, Any]:
    found = treatment.found
    return {
        "name": treatment.name,
        "on": treatment.on.isoformat(),
        "days": f"{treatment.days_before} before, {treatment.days_after} after",
        "before": "" if found is None else _three(found.rate_without),
        "after": "" if found is None else _three(found.rate_with),
        "ratio": "not enough days" if found is None else _three(found.ratio),
    }
