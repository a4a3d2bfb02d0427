"""twitchcam finds lip twitches in webcam and recorded video. It is a monitor, not a diagnosis.

:func:`analyze` finds the twitches of a recording and :func:`load` reads what was found before; both return a
:class:`Session`, whose events, rates and pictures are a call away. Underneath, an :class:`Engine` takes frames and
tells what became certain. Nothing here is loaded before it is used, so that the import is cheap.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from twitchcam.capture.files import open_video as open_video
    from twitchcam.capture.frame import Frame as Frame
    from twitchcam.config import Config as Config
    from twitchcam.engine import Engine as Engine
    from twitchcam.engine import Update as Update
    from twitchcam.errors import TwitchcamError as TwitchcamError
    from twitchcam.events.model import Context as Context
    from twitchcam.events.model import EventType as EventType
    from twitchcam.events.model import Lip as Lip
    from twitchcam.events.model import Segment as Segment
    from twitchcam.events.model import Side as Side
    from twitchcam.events.model import Spread as Spread
    from twitchcam.events.model import Twitch as Twitch
    from twitchcam.results import Session as Session
    from twitchcam.results import analyze as analyze
    from twitchcam.results import load as load

__version__ = "0.1.0"

#: Where each public name is.
_HOMES = {
    "analyze": "results",
    "load": "results",
    "Session": "results",
    "Config": "config",
    "Engine": "engine",
    "Update": "engine",
    "Frame": "capture.frame",
    "open_video": "capture.files",
    "Twitch": "events.model",
    "Segment": "events.model",
    "Spread": "events.model",
    "EventType": "events.model",
    "Context": "events.model",
    "Lip": "events.model",
    "Side": "events.model",
    "TwitchcamError": "errors",
}

__all__ = [
    "Config",
    "Context",
    "Engine",
    "EventType",
    "Frame",
    "Lip",
    "Segment",
    "Session",
    "Side",
    "Spread",
    "Twitch",
    "TwitchcamError",
    "Update",
    "__version__",
    "analyze",
    "load",
    "open_video",
]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module 'twitchcam' has no attribute {name!r}")
    found: object = getattr(import_module(f"twitchcam.{_HOMES[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
