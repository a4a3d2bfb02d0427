"""A session as a person reviewed it."""

from __future__ import annotations

from dataclasses import replace

from twitchcam.errors import SessionError
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME, read_verdicts, reviewed


def as_reviewed(session: Session) -> Session:
    """The session with its events confirmed, rejected, relabelled and added to, as ``review.tsv`` says.

    Raises:
        SessionError: nobody reviewed it, or the verdicts cannot be read.
    """
    path = session.path / REVIEW_NAME
    if not path.is_file():
        raise SessionError(f"{session.path}: was not reviewed; `twitchcam review` does that")
    events = reviewed(session.events, read_verdicts(path), burst_gap_s=session.config.detection.burst_gap_s)
    return replace(session, events=tuple(events))
