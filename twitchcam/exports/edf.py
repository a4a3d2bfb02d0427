"""EDF+: every channel, and events and segments as annotations.

EDF cannot leave a value out: where nothing was measured a channel is 0 and the channel ``face`` is 0 as well.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twitchcam.annotations.labels import segment_words, words_of
from twitchcam.errors import SessionError
from twitchcam.exports.grid import even_grid
from twitchcam.exports.library import library
from twitchcam.exports.material import Material
from twitchcam.motion.channels import CHANNELS

#: What the header has room for.
_LABEL_CHARACTERS = 16
_UNIT_CHARACTERS = 8
_LARGEST = 9_999_999


def write(material: Material, path: Path) -> None:
    """Writes the file.

    Raises:
        SessionError: the session has no signals, or a value that the header has no room for.
    """
    edfio = library("edfio")
    grid = even_grid(material.session)
    if len(grid.face) == 0:
        raise SessionError(f"{material.session.path}: has no signals, so there is nothing for EDF")
    signals = [_signal(edfio, grid.face.astype(float), grid.rate_hz, "face", "1")]
    for label, channel, values in zip(_labels(), CHANNELS, grid.values.T, strict=True):
        if (largest := float(np.nanmax(np.abs(values), initial=0.0))) > _LARGEST:
            raise SessionError(f"{material.session.path}: {channel.name} reaches {largest:g}, which EDF cannot hold")
        signals.append(_signal(edfio, np.nan_to_num(values, nan=0.0), grid.rate_hz, label, channel.unit))
    started_at = material.session.started_at
    subject = "X" if material.subject is None else _ascii(material.subject)
    edf = edfio.Edf(
        signals,
        patient=edfio.Patient(code=subject),
        recording=edfio.Recording(
            startdate=None if started_at is None else started_at.date(), equipment_code=_ascii(material.software)
        ),
        starttime=None if started_at is None else started_at.replace(tzinfo=None).time(),
        data_record_duration=1,
        annotations=[edfio.EdfAnnotation(*annotation) for annotation in _annotations(material)],
    )
    edf.write(path)


def _signal(edfio: Any, values: NDArray[np.float64], rate_hz: int, label: str, unit: str) -> Any:  # noqa: ANN401
    low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
    low, high = math.floor(low), math.ceil(high)
    return edfio.EdfSignal(
        values,
        rate_hz,
        label=label,
        physical_dimension=unit[:_UNIT_CHARACTERS],
        physical_range=(low, high if high > low else low + 1),
    )


def _labels() -> Iterator[str]:
    """The channels' names, cut to what fits; of two that would become the same the later one gets a number."""
    taken: Counter[str] = Counter()
    for channel in CHANNELS:
        label = channel.name[:_LABEL_CHARACTERS]
        taken[label] += 1
        number = f"~{taken[label]}"
        yield label if taken[label] == 1 else label[: _LABEL_CHARACTERS - len(number)] + number


def _annotations(material: Material) -> Iterator[tuple[float, float, str]]:
    """Onset and duration in seconds, and text."""
    for event in material.events:
        yield max(round(event.onset_s, 4), 0.0), round(event.duration_s, 4), words_of(event)
    for segment in material.session.segments:
        yield round(segment.onset_s, 4), round(segment.duration_s, 4), segment_words(segment)


def _ascii(text: str) -> str:
    """As the header's fields are: ASCII, without blanks."""
    return "_".join(text.encode("ascii", "replace").decode().split())[:40] or "X"
