"""Gaps of a live session, joined where frames are dropped again and again."""

from __future__ import annotations

from dataclasses import replace

from twitchcam.session.gaps_file import Gap, GapKind

#: Drops closer than this are one gap; a gap of drops is told of after so long, that a crash cannot lose it.
_JOIN_S = 1.0
_TELL_AFTER_S = 1.0


class GapJoiner:
    """Takes gaps in order of time and gives them out joined."""

    def __init__(self) -> None:
        self._open: Gap | None = None

    def add(self, gap: Gap) -> list[Gap]:
        """Takes the next gap; returns those that are complete."""
        known = self._open
        if gap.kind is not GapKind.FRAMES_DROPPED:
            self._open = None
            return [*([] if known is None else [known]), gap]
        if known is None or gap.onset_s - known.end_s > _JOIN_S:
            self._open = gap
            return [] if known is None else [known]
        self._open = replace(known, duration_s=gap.end_s - known.onset_s, frames=known.frames + gap.frames)
        return []

    def until(self, t_s: float) -> list[Gap]:
        """The gap that is complete, or long enough to be told of, at a moment."""
        known = self._open
        if known is None or (t_s - known.end_s <= _JOIN_S and known.duration_s < _TELL_AFTER_S):
            return []
        self._open = None
        return [known]

    def close(self) -> list[Gap]:
        """The rest."""
        known, self._open = self._open, None
        return [] if known is None else [known]
