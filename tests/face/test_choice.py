from __future__ import annotations

import pytest

from twitchcam.face.choice import Box, FaceChoice, described

LEFT, MIDDLE, RIGHT = Box(x=100, y=200, width=80), Box(x=300, y=210, width=150), Box(x=600, y=190, width=100)


@pytest.mark.parametrize(
    ("wanted", "expected"), [("largest", MIDDLE), ("leftmost", LEFT), ("1", LEFT), ("2", MIDDLE), ("3", RIGHT)]
)
def test_which_one(wanted: str, expected: Box) -> None:
    for faces in ([LEFT, MIDDLE, RIGHT], [RIGHT, LEFT, MIDDLE]):
        place = FaceChoice(wanted).pick(faces)
        assert place is not None
        assert faces[place] == expected


def test_nobody_and_too_few() -> None:
    assert FaceChoice("largest").pick([]) is None
    assert FaceChoice("3").pick([LEFT, RIGHT]) is None


def test_it_stays_with_its_face() -> None:
    choice = FaceChoice("leftmost")
    assert choice.pick([MIDDLE, RIGHT]) == 0
    # Another one comes in from the left, and the followed one moves.
    moved = Box(x=330, y=220, width=150)
    assert choice.pick([LEFT, RIGHT, moved]) == 2
    assert choice.pick([RIGHT, moved]) == 1


def test_after_a_loss_it_chooses_anew() -> None:
    choice = FaceChoice("leftmost")
    assert choice.pick([MIDDLE]) == 0
    assert choice.pick([]) is None
    assert choice.pick([RIGHT, LEFT]) == 1
    # The followed one has gone and another face is far away.
    assert choice.pick([RIGHT]) == 0


def test_in_words() -> None:
    assert described([RIGHT, LEFT], 0, 1.25).startswith("2 faces are in the picture at 1.2 s; number 2 from the left")
