"""Session folders of any length, written as an analysis writes them, without a video."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

from tests.session.findings import header, sample
from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.motion.channels import Sample
from twitchcam.session.document import write_json
from twitchcam.session.notes_file import NOTES_NAME, Note, append_notes
from twitchcam.session.writer import SessionWriter

BURST_GAP_S = 2.0


def twitches(
    onsets_s: Iterable[float], *, right: float = 0.2, lower: float = 0.3, seed: int = 0, context: Context = Context.REST
) -> list[Twitch]:
    """Events at the given onsets, mostly of the upper left lip, with their bursts."""
    rng = np.random.default_rng(seed)
    made: list[Twitch] = []
    burst, last_s = 0, -np.inf
    for onset_s in sorted(map(float, onsets_s)):
        burst += onset_s - last_s >= BURST_GAP_S
        last_s = onset_s
        made.append(
            Twitch(
                onset_s=round(onset_s, 4),
                duration_s=round(float(rng.uniform(0.06, 0.24)), 4),
                peak_s=round(onset_s + 0.05, 4),
                lip=Lip.LOWER if rng.random() < lower else Lip.UPPER,
                side=Side.RIGHT if rng.random() < right else Side.LEFT,
                amplitude_pct_iod=round(float(np.exp(rng.normal(0.3, 0.5))), 3),
                amplitude_mm=round(float(np.exp(rng.normal(0.2, 0.5))), 3),
                snr=round(float(rng.uniform(6, 30)), 2),
                confidence=round(float(rng.uniform(0.9, 1)), 3),
                context=context,
                burst=burst,
            )
        )
    return made


def poisson_onsets(per_min: float, duration_s: float, seed: int = 0) -> list[float]:
    """Onsets of a patternless process, at least 0.3 s apart."""
    rng = np.random.default_rng(seed)
    onsets_s = np.sort(rng.uniform(0, duration_s, rng.poisson(per_min * duration_s / 60)))
    return [float(t) for i, t in enumerate(onsets_s) if i == 0 or t - onsets_s[i - 1] > 0.3]


def make_session(
    folder: Path,
    name: str = "clip",
    *,
    duration_s: float = 600.0,
    events: Sequence[Twitch] = (),
    segments: Sequence[Segment] = (),
    notes: Sequence[Note] = (),
    samples: Sequence[Sample] | None = None,
    valid_s: float | None = None,
    recorded_at: datetime | None = None,
    subject: str | None = None,
    warnings: Sequence[str] = (),
    screening: dict[str, Any] | None = None,
    finished: bool = True,
) -> Path:
    """Writes a session; without ``samples`` its ``signals.csv`` has two rows only, at its beginning and its end."""
    whole = [sample(0.0), sample(round(duration_s - 1 / 30, 5))] if samples is None else samples
    hidden_s = sum(s.duration_s for s in segments if s.kind is not Context.REST)
    with SessionWriter(folder, name, header(recorded_at, subject=subject)) as writer:
        writer.write(whole, events, segments)
        if notes:
            append_notes(writer.folder / NOTES_NAME, notes)
        if not finished:
            return writer.folder
        writer.finish(
            valid_s=duration_s - hidden_s if valid_s is None else valid_s, warnings=warnings, screening=screening
        )
    path = folder / name
    if samples is None:
        document = json.loads((path / "session.json").read_text())
        document |= {"duration_s": duration_s, "end_s": duration_s, "frames": round(30 * duration_s), "rate_hz": 30.0}
        document["valid_share"] = round(60 * document["valid_min"] / duration_s, 4)
        write_json(path / "session.json", document)
    return path


def unburst(events: Iterable[Twitch]) -> list[Twitch]:
    """The same, without the numbers of their bursts."""
    return [replace(event, burst=0) for event in events]
