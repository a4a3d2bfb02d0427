"""What only a live session has in its ``session.json``: gaps, dropped frames, a clock that was set, felt twitches."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from twitchcam.events.model import Twitch
from twitchcam.session.clock_file import CLOCK_NAME, read_anchors
from twitchcam.session.felt import compare_felt
from twitchcam.session.gaps_file import GAPS_NAME, GapKind, read_gaps
from twitchcam.session.notes_file import NOTES_NAME, NoteKind, read_notes


def live_part(folder: Path, twitches: Sequence[Twitch], *, felt_within_s: float) -> dict[str, Any] | None:
    """The part of the document, from the files of a session; None for a session that was not live.

    Args:
        folder: The session.
        twitches: What was found.
        felt_within_s: How long after a twitch it is reported as felt, at most.

    Raises:
        SessionError: a file cannot be read.
    """
    if not (folder / GAPS_NAME).exists():
        return None
    gaps = read_gaps(folder / GAPS_NAME)
    notes = read_notes(folder / NOTES_NAME)
    felt_s = [note.onset_s for note in notes if note.kind is NoteKind.FELT and note.onset_s is not None]
    both = compare_felt(felt_s, twitches, within_s=felt_within_s)
    return {
        "dropped_frames": sum(gap.frames for gap in gaps),
        "gaps": {
            kind.value: {
                "count": sum(gap.kind is kind for gap in gaps),
                "seconds": round(sum(gap.duration_s for gap in gaps if gap.kind is kind), 4),
            }
            for kind in GapKind
        },
        "clock_set": max(len(read_anchors(folder / CLOCK_NAME)) - 1, 0),
        "felt": {
            "felt": both.felt,
            "felt_seen": both.felt_seen,
            "felt_share": None if both.felt_share is None else round(both.felt_share, 4),
            "seen": both.seen,
            "seen_felt": both.seen_felt,
            "seen_share": None if both.seen_share is None else round(both.seen_share, 4),
        },
    }


def live_warnings(part: dict[str, Any]) -> list[str]:
    """What of it limits the result, a plain sentence each."""
    found = []
    for kind, what in (
        (GapKind.CAMERA_LOST, "the camera was away"),
        (GapKind.STALLED, "no frame came"),
        (GapKind.PAUSED, "measuring was paused"),
    ):
        gap = part["gaps"][kind.value]
        if gap["count"]:
            found.append(f"{what} {_times(gap['count'])}, {gap['seconds']:.1f} s in all")
    if part["dropped_frames"]:
        found.append(f"{part['dropped_frames']} frames were dropped: this machine was too slow for them")
    if part["clock_set"]:
        found.append(f"the computer's clock was set {_times(part['clock_set'])}; wall times follow it")
    return found


def felt_sentence(part: dict[str, Any]) -> str | None:
    """Felt beside seen, in a sentence; None where nobody reported any."""
    felt = part["felt"]
    if not felt["felt"]:
        return None
    said = f"{felt['felt_seen']} of {felt['felt']} felt twitches were seen ({felt['felt_share']:.0%})"
    if felt["seen"]:
        said += f"; {felt['seen_felt']} of {felt['seen']} seen ones were felt ({felt['seen_share']:.0%})"
    return said


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
