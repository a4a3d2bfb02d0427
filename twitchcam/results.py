"""The Python interface: a session as an object whose events, rates and pictures are a call away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, overload

from twitchcam.errors import UsageError
from twitchcam.session.reader import Session as Record

if TYPE_CHECKING:
    import os

    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from twitchcam.config import Config
    from twitchcam.events.model import Twitch
    from twitchcam.views.rates import Span

    PathLike: TypeAlias = str | os.PathLike[str]

Panel: TypeAlias = Literal["rates", "raster", "contexts", "amplitudes", "intervals", "notes"]
Grouping: TypeAlias = Literal["side", "lip", "place"]


def analyze(
    video: PathLike,
    out: PathLike = "twitchcam-out",
    *,
    config: Config | PathLike | None = None,
    subject: str | None = None,
    recorded_at: datetime | None = None,
    annotate: bool = False,
    overwrite: bool = False,
    progress: Callable[[str, float, float | None], None] | None = None,
) -> Session:
    """Finds the twitches of a recording, as ``twitchcam analyze`` does, and writes its session folder.

    Args:
        video: The recording.
        out: Folder in which the session's folder shall stand; made if it is missing.
        config: Settings, or a TOML file with those that differ from the defaults.
        subject: Who is seen, in free text.
        recorded_at: Wall time of the first frame, with offset; None takes that of the file, if it has one.
        annotate: Also write ``annotated.mp4``.
        overwrite: Replace a session of the same name.
        progress: Told what is done, the seconds of the recording that are done, and those in all.

    Returns:
        What was found.

    Raises:
        TwitchcamError: the recording cannot be analysed, or the session cannot be written; the message says what to do.

    >>> session = analyze("sample.mp4", "results")
    >>> session
    <Session sample: 8 twitches in 0.3 valid of 0.3 min>
    >>> session.events[["lip", "side"]].value_counts().max()
    np.int64(2)
    """
    from twitchcam.analysis import AnalysisOptions, analyze_video
    from twitchcam.config import Config
    from twitchcam.config import load as load_config

    if config is None:
        chosen = Config()
    elif isinstance(config, Config):
        chosen = config
    else:
        chosen = load_config(Path(config))
    options = AnalysisOptions(
        config=chosen, subject=subject, recorded_at=recorded_at, annotate=annotate, overwrite=overwrite
    )
    return load(analyze_video(Path(video), Path(out), options, progress=progress).folder)


def load(path: PathLike) -> Session:
    """Reads a session folder, finished or not; ``NAME`` also finds ``NAME.partial``.

    Raises:
        SessionError: it is not one, or cannot be read.

    >>> load("results/clip").name
    'clip'
    """
    return Session(Record.load(Path(path)))


class Session:
    """What was found in one recording. Make one with :func:`analyze` or :func:`load`.

    Times are seconds from the first frame of the recording; left and right are the subject's own. Rates count valid
    time only. It is a monitor's log, not a diagnosis.

    Args:
        record: The session as the program reads it.

    >>> session = load("results/clip")
    >>> session.valid_min
    10.0
    >>> session.events.groupby("side", observed=True).size()
    side
    left     23
    right     1
    dtype: int64
    """

    def __init__(self, record: Record) -> None:
        self._record = record

    def __repr__(self) -> str:
        count = len(self._record.events)
        found = f"{count} {'event' if count == 1 else 'events'}"
        if all(event.trial_type.value == "twitch" for event in self._record.events):
            found = f"{count} {'twitch' if count == 1 else 'twitches'}"
        time = f"{self.valid_min:.1f} valid of {self.duration_s / 60:.1f} min"
        return f"<Session {self.name}: {found} in {time}{'' if self.complete else ', not complete'}>"

    @property
    def record(self) -> Record:
        """The session as the program reads it: events and segments as objects."""
        return self._record

    @property
    def path(self) -> Path:
        """The folder."""
        return self._record.path

    @property
    def name(self) -> str:
        """What the recording is called."""
        return self._record.name

    @property
    def subject(self) -> str | None:
        """Who is seen, as it was told."""
        return self._record.subject

    @property
    def started_at(self) -> datetime | None:
        """Wall time of the first frame, with offset, or None."""
        return self._record.started_at

    @property
    def complete(self) -> bool:
        """False while it is written, or after that was interrupted."""
        return self._record.complete

    @property
    def duration_s(self) -> float:
        """Length of what was analysed."""
        return self._record.duration_s

    @property
    def valid_min(self) -> float:
        """Minutes in which a twitch would have been counted."""
        from twitchcam.views.frequency import whole_span
        from twitchcam.views.rates import valid_in

        if self.complete:
            return self._record.valid_s / 60
        return valid_in(self._record.segments, whole_span(self._record)) / 60

    @property
    def document(self) -> dict[str, Any]:
        """``session.json``: source, versions, the whole configuration, counts, warnings."""
        return self._record.document

    @property
    def warnings(self) -> list[str]:
        """What limits the result, a sentence each."""
        return list(self.document.get("warnings", []))

    @cached_property
    def events(self) -> pd.DataFrame:
        """A row per event with the typed columns of ``events.tsv``, numbered from 1.

        >>> load("results/clip").events.loc[1, ["onset", "lip", "side"]].to_dict()
        {'onset': 1.0, 'lip': 'upper', 'side': 'left'}
        """
        from twitchcam.frames import events_frame

        return events_frame(self._record.events, self._record.started_at)

    @cached_property
    def segments(self) -> pd.DataFrame:
        """What the face was doing when, with the columns of ``segments.tsv``."""
        from twitchcam.frames import segments_frame

        return segments_frame(self._record.segments)

    @property
    def notes(self) -> pd.DataFrame:
        """What was told, with the columns of ``notes.tsv``; read anew each time, since notes are added.

        >>> load("results/clip").notes[["kind", "name", "value"]].to_dict("records")
        [{'kind': 'trigger', 'name': 'caffeine', 'value': '2'}]
        """
        from twitchcam.frames import notes_frame
        from twitchcam.session.notes_file import NOTES_NAME, read_notes
        from twitchcam.views.notes_panel import placed

        return notes_frame(placed(read_notes(self.path / NOTES_NAME), self.started_at))

    def signals(self) -> pd.DataFrame:
        """Every measured channel of every frame, with the columns of ``signals.csv``.

        Raises:
            SessionError: the file is missing or cannot be read.
        """
        from twitchcam.frames import signals_frame
        from twitchcam.session.writer import SIGNALS_NAME

        return signals_frame(self.path / SIGNALS_NAME)

    def rate(self, per: str | float | None = None, by: Grouping | None = None) -> pd.DataFrame:
        """Twitches and bursts per minute of valid time, with exact 95 % Poisson intervals of the bursts.

        Bursts are the unit: the twitches of one are not independent. A bin of which less than a quarter is valid has
        no rate.

        Args:
            per: Length of a bin, such as ``"1min"`` or 60 (seconds); None takes the whole session as one.
            by: Also by ``side``, by ``lip``, or by ``place`` (where a twitch of both lips or sides is in each).

        Returns:
            A row per bin, and per group, with ``begin`` and ``end`` in seconds, ``valid_min``, ``twitches``,
            ``bursts``, ``twitches_per_min``, ``bursts_per_min`` and its interval ``low``, ``high``.

        Raises:
            UsageError: ``per`` is no length, or too short for this session.

        >>> session = load("results/clip")
        >>> session.rate()[["twitches", "bursts", "bursts_per_min"]].round(2).to_dict("records")
        [{'twitches': 24, 'bursts': 23, 'bursts_per_min': 2.3}]
        >>> session.rate(per="5min", by="side")[["begin", "side", "bursts"]].head(2).to_dict("records")
        [{'begin': 0.0, 'side': 'left', 'bursts': 11}, {'begin': 0.0, 'side': 'right', 'bursts': 1}]
        """
        import pandas as pd

        from twitchcam.durations import length_s

        per_s = None if per is None else length_s(per)
        groups = _groups(self._record.events, by)
        frames = []
        for name, events in groups:
            frame = self._rates(events, per_s)
            if by is not None:
                levels = pd.Categorical([name] * len(frame), categories=[group for group, _ in groups])
                frame.insert(2, by, pd.Series(levels))
            frames.append(frame)
        whole = pd.concat(frames)
        return whole.sort_values("begin", kind="stable").reset_index(drop=True)

    def _rates(self, events: list[Twitch], per_s: float | None) -> pd.DataFrame:
        import numpy as np
        import pandas as pd

        from twitchcam.trends.poisson import count_interval
        from twitchcam.views.frequency import whole_span
        from twitchcam.views.rates import MIN_VALID_SHARE, binned_rates

        span_s = whole_span(self._record)
        length = max(span_s[1] - span_s[0], 1e-3)
        binned = binned_rates(events, self._record.segments, span_s, length if per_s is None else per_s)
        valid_min = binned.valid_s / 60
        # What session.json says of the whole is exact.
        valid_min = np.array([self.valid_min]) if per_s is None else valid_min
        enough = valid_min > 0 if per_s is None else binned.valid_s >= MIN_VALID_SHARE * np.diff(binned.edges_s)
        minutes = np.where(enough, valid_min, np.nan)
        low, high = count_interval(binned.bursts)
        return pd.DataFrame(
            {
                "begin": binned.edges_s[:-1],
                "end": binned.edges_s[1:],
                "valid_min": valid_min,
                "twitches": binned.twitches,
                "bursts": binned.bursts,
                "twitches_per_min": binned.twitches / minutes,
                "bursts_per_min": binned.bursts / minutes,
                "low": low / minutes,
                "high": high / minutes,
            }
        )

    @overload
    def plot(self, panel: None = None, ax: None = None, *, per: str | float | None = None) -> Figure: ...

    @overload
    def plot(self, panel: Panel, ax: Axes | None = None, *, per: str | float | None = None) -> Axes: ...

    def plot(
        self, panel: Panel | None = None, ax: Axes | None = None, *, per: str | float | None = None
    ) -> Figure | Axes:
        """Draws the session, or one panel of its picture.

        Args:
            panel: ``rates``, ``raster``, ``contexts``, ``amplitudes``, ``intervals`` or ``notes``; None draws all.
            ax: Where to draw a panel; None makes a new figure.
            per: Length of a bin, as in :meth:`rate`; None chooses one.

        Returns:
            The figure of all panels, or the axes of one.

        Raises:
            UsageError: there is no such panel, or ``per`` does not fit.

        >>> axes = load("results/clip").plot("rates", per="1min")
        >>> axes.get_ylabel()
        'per minute of valid time,\\nin bins of 1 min'
        """
        from twitchcam.durations import length_s
        from twitchcam.views import frequency

        per_s = None if per is None else length_s(per)
        if panel is None:
            if ax is not None:
                raise UsageError("name the panel that shall be drawn there, such as 'rates'")
            return frequency.session_figure(self._record, per_s=per_s)
        draw = self._panels(frequency.whole_span(self._record), per_s).get(panel)
        if draw is None:
            raise UsageError(
                f"there is no panel {panel!r}; there are rates, raster, contexts, amplitudes, intervals, notes"
            )
        return draw(_new_axes() if ax is None else ax)

    def _panels(self, span_s: Span, per_s: float | None) -> dict[str, Callable[[Axes], Axes]]:
        from twitchcam.session.notes_file import NOTES_NAME, read_notes
        from twitchcam.views.amplitude_panel import draw_amplitudes
        from twitchcam.views.context_panel import draw_contexts
        from twitchcam.views.interval_panel import draw_intervals
        from twitchcam.views.notes_panel import draw_notes, placed
        from twitchcam.views.raster_panel import draw_raster
        from twitchcam.views.rate_panel import draw_rates
        from twitchcam.views.rates import not_valid_spans

        events, segments = self._record.events, self._record.segments

        def timed(draw: Callable[[Axes], Axes]) -> Callable[[Axes], Axes]:
            from twitchcam.views.axes_style import label_time

            def drawn(axes: Axes) -> Axes:
                draw(axes)
                axes.set_xlim(span_s)
                label_time(axes, span_s)
                return axes

            return drawn

        return {
            "rates": timed(lambda axes: draw_rates(axes, events, segments, span_s, per_s)),
            "raster": timed(lambda axes: draw_raster(axes, events, span_s)),
            "contexts": timed(lambda axes: draw_contexts(axes, segments)),
            "amplitudes": timed(lambda axes: draw_amplitudes(axes, events, span_s)),
            "notes": timed(
                lambda axes: draw_notes(axes, placed(read_notes(self.path / NOTES_NAME), self.started_at), span_s)
            ),
            "intervals": lambda axes: draw_intervals(axes, events, not_valid_spans(segments, span_s)),
        }

    def screen(self) -> dict[str, Any]:
        """Whether the log favours one side, and why.

        As in ``session.json``: ``level``, ``side``, ``sufficient``, sentences ``for`` and ``against``, and more. It
        counts movements in a picture and cannot say what causes them; it is never a diagnosis.

        >>> found = load("results/clip").screen()
        >>> found["level"], found["side"]
        (1, 'left')
        """
        from twitchcam.screening.result import document
        from twitchcam.session.screened import screen_sessions

        return document(screen_sessions([self._record]))

    def reviewed(self) -> Session:
        """The session as a person left its events in ``review.tsv``; the one at hand stays as it is.

        Raises:
            SessionError: nobody reviewed it, or the verdicts cannot be read.
        """
        from twitchcam.session.reviewed import as_reviewed

        return Session(as_reviewed(self._record))

    def between(self, begin_s: float, end_s: float) -> Session:
        """The session with only the events whose onset lies between two times; valid time stays that of the whole."""
        kept = tuple(t for t in self._record.events if begin_s <= t.onset_s < end_s)
        return Session(replace(self._record, events=kept))

    def summary(self) -> pd.Series:
        """The session as one row: counts, rates, and how well it was seen; rows of several make a frame.

        >>> load("results/clip").summary()[["twitches", "bursts", "left", "right"]].to_dict()
        {'twitches': 24, 'bursts': 23, 'left': 23, 'right': 1}
        """
        import pandas as pd

        from twitchcam.events.model import EventType, Side

        events = self._record.events
        rate = self.rate().iloc[0]
        return pd.Series(
            {
                "session": self.name,
                "subject": self.subject,
                "started_at": self.started_at,
                "duration_s": self.duration_s,
                "valid_min": self.valid_min,
                "twitches": sum(t.trial_type is EventType.TWITCH for t in events),
                "spasms": sum(t.trial_type is EventType.SPASM for t in events),
                "bursts": int(rate["bursts"]),
                **{side.value: sum(t.side is side for t in events) for side in Side},
                "bursts_per_min": rate["bursts_per_min"],
                "low": rate["low"],
                "high": rate["high"],
            },
            dtype="object",
        )


def _groups(events: tuple[Twitch, ...], by: Grouping | None) -> list[tuple[str, list[Twitch]]]:
    from twitchcam.events.model import Lip, Side
    from twitchcam.views.raster_panel import ROWS, rows_of

    if by is None:
        return [("", list(events))]
    if by == "side":
        return [(side.value, [t for t in events if t.side is side]) for side in Side]
    if by == "lip":
        return [(lip.value, [t for t in events if t.lip is lip]) for lip in Lip]
    if by == "place":
        return [(f"{lip}_{side}", [t for t in events if row in rows_of(t)]) for row, (lip, side) in enumerate(ROWS)]
    raise UsageError(f"rates can be told by side, lip or place, not by {by!r}")


def _new_axes() -> Axes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    FigureCanvasAgg(figure)
    return figure.add_subplot()
