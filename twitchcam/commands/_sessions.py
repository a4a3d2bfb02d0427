"""What commands that read sessions share."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twitchcam.session.reader import Session


def load_sessions(paths: Iterable[Path], *, reviewed: bool = False) -> list[Session]:
    """Reads session folders.

    Args:
        paths: The folders.
        reviewed: Take the logs as a person reviewed them.

    Raises:
        SessionError: one is not a session, or cannot be read.
    """
    from twitchcam.session.reader import Session
    from twitchcam.session.reviewed import as_reviewed

    sessions = [Session.load(path) for path in paths]
    return [as_reviewed(session) for session in sessions] if reviewed else sessions


def folder_for(output: Path) -> Path:
    """A folder to write into, made if it is missing.

    Raises:
        OutputError: it cannot be made.
    """
    from twitchcam.errors import OutputError

    try:
        output.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{output}: cannot write: {error.strerror}") from None
    return output
