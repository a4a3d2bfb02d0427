"""The live window: OpenCV's, with keys."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from twitchcam.live.feed import AddNote, Control, LiveUpdate
from twitchcam.live.picture import LivePicture
from twitchcam.session.notes_file import NoteKind

if TYPE_CHECKING:
    from twitchcam.live.loop import Commands

_TITLE = "twitchcam"
#: Pictures a second that are drawn; more would only cost time.
_DRAW_HZ = 25.0
_ENTER, _ESCAPE, _BACKSPACE = (10, 13), 27, (8, 127)
_LONGEST_NOTE = 200


class Keys:
    """Turns keys into commands; a note or a trigger is typed letter by letter.

    Args:
        commands: Where commands go.
    """

    def __init__(self, commands: Commands) -> None:
        self._commands = commands
        self._kind: NoteKind | None = None
        self._text = ""

    @property
    def typed(self) -> str | None:
        """What is being typed, with what it is; None where nothing is."""
        return None if self._kind is None else f"{self._kind}: {self._text}"

    def press(self, key: int, *, paused: bool) -> None:
        """Takes a key as ``cv2.pollKey`` gives it; negative is none."""
        if key < 0:
            return
        key &= 0xFF
        if self._kind is not None:
            self._type(key)
        elif key == ord("f"):
            self._commands.put(AddNote(kind=NoteKind.FELT))
        elif key == ord("n"):
            self._kind, self._text = NoteKind.NOTE, ""
        elif key == ord("t"):
            self._kind, self._text = NoteKind.TRIGGER, ""
        elif key in (ord("p"), ord(" ")):
            self._commands.put(Control.RESUME if paused else Control.PAUSE)
        elif key in (ord("q"), _ESCAPE):
            self._commands.put(Control.QUIT)

    def _type(self, key: int) -> None:
        if key in _ENTER:
            if self._kind is not None and self._text.strip():
                self._commands.put(note_of(self._kind, self._text.strip()))
            self._kind = None
        elif key == _ESCAPE:
            self._kind = None
        elif key in _BACKSPACE:
            self._text = self._text[:-1]
        elif ord(" ") <= key < 127 and len(self._text) < _LONGEST_NOTE:
            self._text += chr(key)


def note_of(kind: NoteKind, text: str) -> AddNote:
    """A note; of a trigger the first word is its name and the rest what is told of it."""
    if kind is not NoteKind.TRIGGER:
        return AddNote(kind=kind, text=text)
    name, _, value = text.partition(" ")
    return AddNote(kind=kind, name=name.rstrip(":").casefold(), value=value.strip())


class Window:
    """Shows the session in a window. Look for a display first: without one OpenCV ends the process.

    Args:
        commands: Where commands go.
        min_snr: How many noise levels a movement must reach.
    """

    def __init__(self, commands: Commands, *, min_snr: float) -> None:
        import cv2

        self._commands = commands
        self._keys = Keys(commands)
        self._picture = LivePicture(min_snr)
        self._drawn_at_s = 0.0
        self._shown = False
        cv2.namedWindow(_TITLE, cv2.WINDOW_AUTOSIZE | cv2.WINDOW_GUI_NORMAL)

    def show(self, update: LiveUpdate) -> None:
        """Takes what a frame brought, draws where it is time, and looks at the keys."""
        import cv2

        self._picture.follow(update)
        now_s = time.monotonic()
        if now_s - self._drawn_at_s < 1 / _DRAW_HZ and not update.status.ended:
            return
        self._drawn_at_s = now_s
        if self._shown and cv2.getWindowProperty(_TITLE, cv2.WND_PROP_VISIBLE) < 1:
            self._commands.put(Control.QUIT)
            return
        cv2.imshow(_TITLE, cv2.cvtColor(self._picture.draw(self._keys.typed), cv2.COLOR_RGB2BGR))
        self._shown = True
        key = cv2.pollKey()
        if key >= 0 and key & 0xFF == ord("f") and self._keys.typed is None:
            self._picture.felt(update.status.t_s)
        self._keys.press(key, paused=update.status.paused)

    def close(self) -> None:
        """Closes the window."""
        import cv2

        cv2.destroyAllWindows()
