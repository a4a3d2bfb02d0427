"""What keeps something else of a session than its log."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from twitchcam.live.feed import LiveUpdate


class Keeper(Protocol):
    """Works beside the loop; called from the loop's thread."""

    def begin(self, folder: Path) -> None:
        """A session begins, in this folder."""

    def take(self, update: LiveUpdate) -> None:
        """Takes what a frame brought; must not block."""

    def end(self) -> None:
        """The session ends; nothing is written into the folder when this returns."""
