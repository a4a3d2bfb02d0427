"""The tables of a session as plain values: numbers as they stand in its files, None where something is missing."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TypeAlias

from twitchcam.events.model import Segment, Twitch
from twitchcam.exports.material import Material, Table
from twitchcam.motion.channels import CHANNEL_NAMES
from twitchcam.session import events_file
from twitchcam.session.clock_file import anchor_at
from twitchcam.session.events_file import EVENT_COLUMNS, wall_time
from twitchcam.session.segments_file import FREQUENCY_COLUMN, SEGMENT_COLUMNS
from twitchcam.session.signals_file import SIGNAL_COLUMNS
from twitchcam.session.tsv import MISSING, format_number, parse_number

Value: TypeAlias = str | float | int | None
Record: TypeAlias = tuple[Value, ...]

#: Columns of each table that hold text; ``_WHOLE`` ones hold whole numbers, all others numbers.
TEXT_COLUMNS = frozenset({"trial_type", "time", "lip", "side", "context", "spread"})
WHOLE_COLUMNS = frozenset({"burst", "face", "restart"})

_FREQUENCY_DECIMALS = 2


def columns(table: Table) -> tuple[str, ...]:
    """The names of a table's columns."""
    return {
        Table.EVENTS: EVENT_COLUMNS,
        Table.SEGMENTS: (*SEGMENT_COLUMNS, FREQUENCY_COLUMN),
        Table.SIGNALS: SIGNAL_COLUMNS,
    }[table]


def records(material: Material) -> Iterator[Record]:
    """The rows of the wanted table.

    Raises:
        SessionError: the signals cannot be read.
    """
    if material.table is Table.EVENTS:
        yield from event_records(material)
    elif material.table is Table.SEGMENTS:
        yield from segment_records(material)
    else:
        assert SIGNAL_COLUMNS[4:] == CHANNEL_NAMES
        for sample in material.session.samples():
            values = (None if math.isnan(value) else value for value in sample.values.tolist())
            yield (sample.t_s, int(sample.face), sample.quality, int(sample.restart), *values)


def event_records(material: Material) -> Iterator[Record]:
    """A row for each event, as in ``events.tsv``."""
    anchors = material.session.anchors
    for event in material.events:
        yield _event(event, wall_time(anchor_at(anchors, event.onset_s), event.onset_s))


def segment_records(material: Material) -> Iterator[Record]:
    """A row for each segment, as in ``segments.tsv``."""
    for segment in material.session.segments:
        yield _segment(segment)


def _event(event: Twitch, time: str) -> Record:
    return (
        _rounded(event.onset_s, events_file.TIME_DECIMALS),
        _rounded(max(event.duration_s, 10**-events_file.TIME_DECIMALS), events_file.TIME_DECIMALS),
        event.trial_type.value,
        None if time == MISSING else time,
        _rounded(event.peak_s, events_file.TIME_DECIMALS),
        event.lip.value,
        event.side.value,
        _rounded(event.amplitude_pct_iod, events_file.AMPLITUDE_DECIMALS),
        _rounded(event.amplitude_mm, events_file.AMPLITUDE_DECIMALS),
        _rounded(event.snr, events_file.SNR_DECIMALS),
        _rounded(event.confidence, events_file.CONFIDENCE_DECIMALS),
        None if event.context is None else event.context.value,
        ";".join(str(spread) for spread in event.spread) or None,
        event.burst or None,
    )


def _segment(segment: Segment) -> Record:
    return (
        _rounded(segment.onset_s, events_file.TIME_DECIMALS),
        _rounded(segment.duration_s, events_file.TIME_DECIMALS),
        segment.kind.value,
        None if segment.side is None else segment.side.value,
        _rounded(segment.frequency_hz, _FREQUENCY_DECIMALS),
    )


def _rounded(value: float | None, decimals: int) -> float | None:
    """As it stands in the file."""
    return parse_number(format_number(value, decimals))
