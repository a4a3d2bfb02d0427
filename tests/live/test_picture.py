"""What the window shows, drawn without a window."""

from __future__ import annotations

import queue
from datetime import UTC, datetime

import numpy as np
import pytest

from tests.capture.recordings import quarters
from tests.session.findings import recording, twitch
from twitchcam.capture.frame import from_rgb
from twitchcam.engine import Update
from twitchcam.events.model import Lip, Mark, Side
from twitchcam.live.feed import AddNote, Control, Limit, LiveUpdate, ProtocolStep, Status
from twitchcam.live.picture import LivePicture
from twitchcam.live.window import Keys, note_of
from twitchcam.motion.channels import LIP_SITES
from twitchcam.session.notes_file import NoteKind
from twitchcam.views import palette

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BLUE, ORANGE, YELLOW = (palette.rgb(colour) for colour in (palette.BLUE, palette.ORANGE, palette.YELLOW))
PICTURE = np.kron(quarters(), np.ones((5, 5, 1), np.uint8)).astype(np.uint8)


def update(t_s: float, *, samples=(), twitches=(), marks=(), frame: bool = True, **status: object) -> LiveUpdate:
    return LiveUpdate(
        frame=from_rgb(t_s, PICTURE) if frame else None,
        update=Update(samples=tuple(samples), twitches=tuple(twitches)),
        marks=tuple(marks),
        noise_pct_iod=dict.fromkeys(LIP_SITES, 0.1),
        status=Status(t_s=t_s, time=NOW, **status),
    )


def pixels(drawn: np.ndarray, colour: tuple[int, int, int], rows: slice = slice(None)) -> int:
    return int((drawn[rows] == colour).all(axis=-1).sum())


def drawn(*updates: LiveUpdate, typed: str | None = None) -> np.ndarray:
    picture = LivePicture(4.0)
    for one in updates:
        picture.follow(one)
    return picture.draw(typed)


def row(number: int) -> slice:
    """The rows of pixels of a trace."""
    return slice(480 + 44 * number, 480 + 44 * (number + 1))


def test_the_picture_is_mirrored() -> None:
    shown = drawn(update(1.0))
    left, right = shown[100, 100], shown[100, 540]
    # Red is at the upper left of the camera's picture, green at its upper right.
    assert left[1] > 200 > left[0]
    assert right[0] > 200 > right[1]


def test_the_last_picture_stays_dimmed_where_none_comes() -> None:
    picture = LivePicture(4.0)
    picture.follow(update(1.0))
    picture.draw()
    picture.follow(update(2.0, frame=False, limits=(Limit.NO_CAMERA,)))
    shown = picture.draw()
    assert 60 < shown[100, 100, 1] < 100


def test_a_movement_is_a_trace_and_a_twitch_a_block_in_the_row_of_its_place() -> None:
    samples = [sample for sample in recording(3.0, seconds=5.0) if sample.t_s < 5]
    quiet = drawn(*(update(s.t_s, samples=[s]) for s in samples))
    assert pixels(quiet, BLUE) < 200
    shown = drawn(
        *(update(s.t_s, samples=[s]) for s in samples), update(5.0, twitches=[twitch(3.0, Lip.UPPER, Side.LEFT)])
    )
    own = LIP_SITES.index("upper_left")
    counts = [pixels(shown, BLUE, row(number)) for number in range(4)]
    assert counts[own] > 100
    assert sum(counts) == counts[own]


def test_a_mark_is_shown_until_it_is_decided() -> None:
    mark = Mark(peak_s=9.8, lip=Lip.LOWER, side=Side.RIGHT)
    place = LIP_SITES.index("lower_right")
    marked = drawn(update(10.0, marks=[mark]))
    assert pixels(marked, YELLOW, row(place)) > 20
    assert pixels(marked, YELLOW, slice(0, 100)) > 50
    decided = drawn(update(10.0, marks=[mark]), update(10.6, twitches=[twitch(9.75, Lip.LOWER, Side.RIGHT)]))
    assert pixels(decided[:, :640], YELLOW, slice(0, 100)) == 0
    assert pixels(decided[:, :640], ORANGE, slice(0, 100)) > 50


def test_what_is_said_changes_the_panel() -> None:
    step = ProtocolStep(name="rest", instruction="Sit at rest.", left_s=12.0, number=1, total=3)
    plain = drawn(update(5.0))
    for status in (
        {"counts": {(Lip.UPPER, Side.LEFT): 3}},
        {"limits": (Limit.TOO_DARK,)},
        {"paused": True},
        {"protocol": step},
        {"per_min": 1.5},
        {"keeps_images": "clips of twitches"},
    ):
        other = drawn(update(5.0, **status))
        assert (other[:480, 640:] != plain[:480, 640:]).any(), status
    assert pixels(drawn(update(5.0, keeps_images="everything")), (230, 60, 50)) > 50


def test_what_is_typed_is_shown() -> None:
    assert (drawn(update(1.0), typed="note: coffee") != drawn(update(1.0))).any()


def test_before_the_first_frame_there_is_a_picture_too() -> None:
    assert LivePicture(4.0).draw().ndim == 3


class TestKeys:
    @pytest.mark.parametrize(
        ("key", "paused", "command"),
        [
            ("f", False, AddNote(kind=NoteKind.FELT)),
            ("p", False, Control.PAUSE),
            ("p", True, Control.RESUME),
            ("q", False, Control.QUIT),
        ],
    )
    def test_one_key_one_command(self, key: str, paused: bool, command: object) -> None:
        commands: queue.SimpleQueue = queue.SimpleQueue()
        Keys(commands).press(ord(key), paused=paused)
        assert commands.get_nowait() == command
        assert commands.empty()

    def test_a_note_is_typed_and_its_letters_are_no_commands(self) -> None:
        commands: queue.SimpleQueue = queue.SimpleQueue()
        keys = Keys(commands)
        for key in [*map(ord, "nfew xq"), 8, 13]:
            keys.press(key, paused=False)
        assert commands.get_nowait() == AddNote(kind=NoteKind.NOTE, text="few x")
        assert commands.empty()
        assert keys.typed is None

    def test_escape_keeps_nothing(self) -> None:
        commands: queue.SimpleQueue = queue.SimpleQueue()
        keys = Keys(commands)
        for key in [*map(ord, "ncoffee"), 27]:
            keys.press(key, paused=False)
        assert commands.empty()
        keys.press(-1, paused=False)
        assert commands.empty()

    def test_a_trigger_is_a_name_and_what_is_told_of_it(self) -> None:
        assert note_of(NoteKind.TRIGGER, "Caffeine 2 cups") == AddNote(
            kind=NoteKind.TRIGGER, name="caffeine", value="2 cups"
        )
