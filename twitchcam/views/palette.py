"""Colours and markers of every picture: one meaning each, told apart by colour-blind eyes and on a grey print.

Colours are those of Okabe and Ito, "Color Universal Design" (2008). Left is dark and right is light, so that a grey
print still tells the sides apart; the lips differ by marker.
"""

from __future__ import annotations

from twitchcam.events.model import Context, Lip, Side

BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
SKY = "#56B4E9"
YELLOW = "#F0E442"
VERMILION = "#D55E00"
PURPLE = "#CC79A7"
INK = "#222222"
GREY = "#6E6E6E"
PALE = "#D9D9D9"
PAPER = "#FFFFFF"

SIDE_COLOURS: dict[Side, str] = {Side.LEFT: BLUE, Side.RIGHT: ORANGE, Side.BOTH: GREEN}
#: Matplotlib markers; each points to its lip's edge of the face.
LIP_MARKERS: dict[Lip, str] = {Lip.UPPER: "^", Lip.LOWER: "v", Lip.BOTH: "D"}

CONTEXT_COLOURS: dict[Context, str] = {
    Context.TALKING: SKY,
    Context.SMILING: YELLOW,
    Context.CHEWING: GREEN,
    Context.MOUTH_MOVEMENT: PURPLE,
    Context.HEAD_MOTION: VERMILION,
    Context.OCCLUDED: "#949494",
    Context.NO_FACE: "#4D4D4D",
    Context.LOW_RATE: PALE,
}


def rgb(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of a ``#RRGGBB`` colour, 0-255, as pictures in memory hold them."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
