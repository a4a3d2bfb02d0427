"""Small magnified clips of events, put into the page as far as its size allows."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from pathlib import Path

from twitchcam.events.model import Twitch
from twitchcam.session.events_file import read_events
from twitchcam.session.findings import EVENTS_NAME
from twitchcam.session.reader import Session

FOLDER_NAME = "magnified"


def clip_path(session: Session, number: int) -> Path:
    """Where the clip of an event would stand; numbers count from 1 in the order of ``events.tsv``."""
    return session.path / FOLDER_NAME / f"{number:03d}.mp4"


def numbers_of(session: Session) -> list[int | None]:
    """The number that each event has in ``events.tsv``, where a reviewed log may have others; None for an added one.

    Raises:
        SessionError: the table cannot be read.
    """
    found = enumerate(read_events(session.path / EVENTS_NAME), start=1)
    known = {(twitch.onset_s, twitch.trial_type): number for number, twitch in found}
    return [known.get((twitch.onset_s, twitch.trial_type)) for twitch in session.events]


def embedded(clips: Sequence[tuple[Twitch, Path]], budget_bytes: int) -> dict[Path, str]:
    """Clips as ``data:`` addresses, the clearest twitches first, until the budget is spent.

    Args:
        clips: Events with the files of their clips; files that are not there are passed over.
        budget_bytes: How many bytes of page they may take.
    """
    made: dict[Path, str] = {}
    for _, path in sorted(clips, key=lambda clip: -(clip[0].snr or 0.0)):
        try:
            size = 4 * (path.stat().st_size + 2) // 3
            if size > budget_bytes:
                continue
            made[path] = "data:video/mp4;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
        except OSError:
            # A clip is a help; without it the report is still whole.
            continue
        budget_bytes -= size
    return made
