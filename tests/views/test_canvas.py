from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from twitchcam.events.model import Context, Lip, Segment, Side, Twitch
from twitchcam.motion.channels import LIP_SITES
from twitchcam.views import palette
from twitchcam.views.canvas import Canvas, label_of, rows_of

NOTHING = (np.empty(0), np.empty((0, 4)))
SITES = {"upper_left": (340, 200), "upper_right": (300, 200), "lower_left": (340, 230), "lower_right": (300, 230)}


def twitch(lip: Lip = Lip.UPPER, side: Side = Side.LEFT, onset_s: float = 1.0) -> Twitch:
    return Twitch(onset_s=onset_s, duration_s=0.1, peak_s=onset_s + 0.05, lip=lip, side=side, amplitude_pct_iod=1.3)


def grey(width: int = 640, height: int = 480) -> np.ndarray:
    return np.full((height, width, 3), 128, np.uint8)


def drawn(t_s: float, twitches: list[Twitch], lips_px=None, sites_px=None, traces=NOTHING) -> np.ndarray:
    return Canvas(640, 480, twitches).draw(grey(), t_s, lips_px=lips_px, sites_px=sites_px, traces=traces)


def has(picture: np.ndarray, colour: str) -> np.ndarray:
    return (picture == palette.rgb(colour)).all(axis=2)


@pytest.mark.parametrize(
    ("lip", "side", "label"),
    [
        (Lip.UPPER, Side.LEFT, "upper lip, left  1.3 %"),
        (Lip.BOTH, Side.RIGHT, "both lips, right  1.3 %"),
        (Lip.LOWER, Side.BOTH, "lower lip, both sides  1.3 %"),
    ],
)
def test_label(lip: Lip, side: Side, label: str) -> None:
    assert label_of(twitch(lip, side)) == label


def test_rows_are_those_of_the_lip_and_side() -> None:
    assert [LIP_SITES[row] for row in rows_of(twitch(Lip.LOWER, Side.RIGHT))] == ["lower_right"]
    assert {LIP_SITES[row] for row in rows_of(twitch(Lip.BOTH, Side.LEFT))} == {"upper_left", "lower_left"}
    assert len(rows_of(twitch(Lip.BOTH, Side.BOTH))) == 4


@pytest.mark.parametrize(("width", "height"), [(640, 480), (321, 241), (63, 47), (1080, 1920)])
def test_sizes_are_even_and_small_pictures_are_enlarged(width: int, height: int) -> None:
    canvas = Canvas(width, height, [twitch()])
    assert canvas.size[0] % 2 == canvas.size[1] % 2 == 0
    assert canvas.size[0] >= 480
    picture = canvas.draw(grey(width, height), 1.0, lips_px=None, sites_px=None, traces=NOTHING)
    assert picture.shape == (canvas.size[1], canvas.size[0], 3)


@pytest.mark.parametrize(("t_s", "shown"), [(0.9, False), (1.0, True), (1.55, True), (1.65, False)])
def test_a_label_is_shown_long_enough_to_be_read(t_s: float, shown: bool) -> None:
    picture = drawn(t_s, [twitch()])[:480]
    assert has(picture, palette.SIDE_COLOURS[Side.LEFT]).any() == shown
    assert (picture != 128).any() == shown


@pytest.mark.parametrize(("t_s", "shown"), [(0.5, False), (1.5, True), (2.5, False), (3.5, False)])
def test_the_picture_says_why_time_is_not_counted(t_s: float, shown: bool) -> None:
    segments = [
        Segment(onset_s=1.0, duration_s=1.0, kind=Context.TALKING),
        Segment(onset_s=3.0, duration_s=1.0, kind=Context.BLINK),
    ]
    picture = Canvas(640, 480, [], segments).draw(grey(), t_s, lips_px=None, sites_px=None, traces=NOTHING)
    assert (picture[:480] != 128).any() == shown


@pytest.mark.parametrize("t_s", [0.0, 4.9, 5.0, 9.9, 10.3, 11.0])
def test_a_long_event_is_shown_as_long_as_it_lasts(t_s: float) -> None:
    spasm = replace(twitch(onset_s=5.0), duration_s=5.0)
    picture = drawn(t_s, [twitch(onset_s=20.0), spasm, twitch(onset_s=6.0, side=Side.RIGHT)])[:480]
    assert has(picture, palette.SIDE_COLOURS[Side.LEFT]).any() == (5.0 <= t_s < 10.0)


def test_two_labels_stand_one_below_the_other() -> None:
    picture = drawn(1.05, [twitch(), twitch(side=Side.RIGHT)])[:480]
    left, right = (np.flatnonzero(has(picture, palette.SIDE_COLOURS[s]).any(axis=1)) for s in (Side.LEFT, Side.RIGHT))
    assert left.max() < right.min()


def test_the_picture_itself_stays_visible() -> None:
    lips = np.array([[290 + 60 * a, 215 + 25 * b] for a, b in ((0, 0), (0.5, -1), (1, 0), (0.5, 1))], np.float32)
    picture = drawn(1.05, [twitch()], lips_px=lips, sites_px=SITES)[:480]
    assert (picture == 128).all(axis=2).mean() > 0.95
    inside = picture[205:226, 310:331]
    assert (inside == 128).all()


def test_the_pointer_is_beside_the_place_that_twitched() -> None:
    picture = drawn(1.05, [twitch(Lip.LOWER, Side.LEFT)], sites_px=SITES)[60:480]
    rows, columns = np.nonzero(has(picture, palette.SIDE_COLOURS[Side.LEFT]))
    # The subject's left is on the right of an unmirrored picture; below the lower lip is further down.
    assert columns.min() > 340
    assert rows.min() + 60 > 230


def test_unknown_places_are_not_drawn() -> None:
    nowhere = dict.fromkeys(LIP_SITES, (float("nan"), float("nan")))
    lips = np.full((4, 2), np.nan, np.float32)
    assert np.array_equal(drawn(1.05, [twitch()], lips, nowhere), drawn(1.05, [twitch()]))


def test_traces_mark_the_twitch_in_its_row_only() -> None:
    panel = drawn(2.0, [twitch(Lip.LOWER, Side.RIGHT)])[480:]
    marked = np.flatnonzero(has(panel, palette.SIDE_COLOURS[Side.RIGHT]).any(axis=1))
    row_height = 27
    row = LIP_SITES.index("lower_right")
    assert row * row_height <= marked.min()
    assert marked.max() < (row + 1) * row_height


def test_a_trace_rises_with_the_displacement_and_skips_what_is_missing() -> None:
    times_s = np.arange(0, 2, 0.1)
    moved = np.zeros((20, 4))
    flat = drawn(1.0, [], traces=(times_s, moved))[480:]
    moved[10, 0] = 2.5
    peaked = drawn(1.0, [], traces=(times_s, moved.copy()))[480:]
    moved[:, 0] = np.nan
    missing = drawn(1.0, [], traces=(times_s, moved))[480:]
    bright = [(picture[:27, 120:] > 180).any(axis=2) for picture in (flat, peaked, missing)]
    assert bright[1][3:12].sum() > bright[0][3:12].sum()
    assert bright[2].sum() < bright[0].sum()
