"""twitchcam finds lip twitches in webcam and recorded video. It is a monitor, not a diagnosis."""

from __future__ import annotations

__version__ = "0.1.0"
