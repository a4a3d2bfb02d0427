"""Findings as pandas frames, one dtype a column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from twitchcam.errors import SessionError
from twitchcam.events.model import Context, EventType, Lip, Segment, Side, Twitch
from twitchcam.session.events_file import EVENT_COLUMNS
from twitchcam.session.notes_file import NOTE_COLUMNS, Note, NoteKind
from twitchcam.session.segments_file import SEGMENT_COLUMNS
from twitchcam.session.signals_file import SIGNAL_COLUMNS
from twitchcam.session.tsv import MISSING

if TYPE_CHECKING:
    import pandas as pd


def events_frame(events: Sequence[Twitch], started_at: datetime | None) -> pd.DataFrame:
    """The columns of ``events.tsv``; the index is the number of the event, from 1. Missing is NaN, NaT or NA."""
    import pandas as pd

    def known(values: Sequence[float | None]) -> pd.Series:
        return pd.Series(values, dtype="float64")

    frame = pd.DataFrame(
        {
            "onset": known([t.onset_s for t in events]),
            "duration": known([t.duration_s for t in events]),
            "trial_type": _levels([t.trial_type.value for t in events], [kind.value for kind in EventType]),
            "time": _times([None if started_at is None else started_at + _seconds(t.onset_s) for t in events]),
            "peak": known([t.peak_s for t in events]),
            "lip": _levels([t.lip.value for t in events], [lip.value for lip in Lip]),
            "side": _levels([t.side.value for t in events], [side.value for side in Side]),
            "amplitude_pct_iod": known([t.amplitude_pct_iod for t in events]),
            "amplitude_mm": known([t.amplitude_mm for t in events]),
            "snr": known([t.snr for t in events]),
            "confidence": known([t.confidence for t in events]),
            "context": _levels([t.context and t.context.value for t in events], [kind.value for kind in Context]),
            "spread": pd.Series([";".join(map(str, t.spread)) or None for t in events], dtype="string"),
            "burst": pd.Series([t.burst or None for t in events], dtype="Int64"),
        },
        columns=list(EVENT_COLUMNS),
    )
    frame.index = pd.RangeIndex(1, len(frame) + 1, name="event")
    return frame


def segments_frame(segments: Sequence[Segment]) -> pd.DataFrame:
    """The columns of ``segments.tsv``."""
    import pandas as pd

    return pd.DataFrame(
        {
            "onset": pd.Series([s.onset_s for s in segments], dtype="float64"),
            "duration": pd.Series([s.duration_s for s in segments], dtype="float64"),
            "trial_type": _levels([s.kind.value for s in segments], [kind.value for kind in Context]),
            "side": _levels([s.side and s.side.value for s in segments], [side.value for side in Side]),
        },
        columns=list(SEGMENT_COLUMNS),
    )


def notes_frame(notes: Sequence[Note]) -> pd.DataFrame:
    """The columns of ``notes.tsv``; an onset is told where it follows from the wall time."""
    import pandas as pd

    return pd.DataFrame(
        {
            "onset": pd.Series([n.onset_s for n in notes], dtype="float64"),
            "time": _times([n.time for n in notes]),
            "kind": _levels([n.kind.value for n in notes], [kind.value for kind in NoteKind]),
            **{
                key: pd.Series([getattr(n, key) or None for n in notes], dtype="string")
                for key in ("name", "value", "text")
            },
        },
        columns=list(NOTE_COLUMNS),
    )


def signals_frame(path: Path) -> pd.DataFrame:
    """The columns of ``signals.csv``: ``face`` and ``restart`` are true or false, all others numbers.

    Raises:
        SessionError: the file cannot be read, or is not one of this version.
    """
    import pandas as pd

    try:
        # A last row that a crash cut short has fewer cells: it is left out below.
        frame = pd.read_csv(path, na_values=[MISSING], keep_default_na=False)
    except OSError as error:
        raise SessionError(f"{path}: cannot read: {error.strerror}") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise SessionError(f"{path}: is not a table of signals: {error}") from None
    if tuple(frame.columns) != SIGNAL_COLUMNS:
        raise SessionError(f"{path}: the columns are not those of this version")
    if not _ends_whole(path):
        frame = frame.iloc[:-1]
    try:
        typed = frame.astype(dict.fromkeys(SIGNAL_COLUMNS, "float64"))
    except ValueError as error:
        raise SessionError(f"{path}: {error}") from None
    return typed.astype({"face": "bool", "restart": "bool"})


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, 2)
        return file.read(1) == b"\n"


def _seconds(seconds: float) -> timedelta:
    return timedelta(milliseconds=round(1000 * seconds))


def _levels(values: Sequence[str | None], levels: Sequence[str]) -> pd.Series:
    import pandas as pd

    return pd.Series(list(values), dtype=pd.CategoricalDtype(list(levels)))


def _times(times: Sequence[datetime | None]) -> pd.Series:
    """Times with the offset that they were told with; where offsets differ, all in UTC."""
    import pandas as pd

    offsets = {time.utcoffset() for time in times if time is not None}
    zone = next((time.tzinfo for time in times if time is not None), None) if len(offsets) == 1 else None
    made = pd.to_datetime(pd.Series(list(times), dtype="object"), utc=True)
    return made if zone is None else made.dt.tz_convert(zone)
