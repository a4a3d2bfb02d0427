from __future__ import annotations

import pytest

from tests.synthetic import Motion, detect, even_times, place_pattern, stream
from twitchcam.dsp.pulses import pulse
from twitchcam.events.model import Lip, Side

TIMES_S = even_times(9)
OTHER = {Lip.UPPER: Lip.LOWER, Lip.LOWER: Lip.UPPER}


def told(most: Lip, side: Side, angle_deg: float, *, share: float, frozen: float) -> tuple[Lip, Side]:
    """Lip and side of a twitch of which the other lip makes a share, as an encoder drags it along."""
    pattern = place_pattern(most, side, 3.0, angle_deg) + place_pattern(OTHER[most], side, share * 3.0, angle_deg)
    (event,) = detect(stream(TIMES_S, [Motion(lambda t: pulse(t, 6.0, 0.15, 0.4), pattern)], frozen=frozen)).twitches
    return event.lip, event.side


@pytest.mark.parametrize("side", [Side.LEFT, Side.RIGHT])
@pytest.mark.parametrize(("most", "angle_deg"), [(Lip.LOWER, 90.0), (Lip.UPPER, -90.0)])
class TestALipThatMovesAgainstItsMuscles:
    def test_is_the_other_one_where_compression_moves_both(self, side: Side, most: Lip, angle_deg: float) -> None:
        assert told(most, side, angle_deg, share=0.75, frozen=0.85) == (OTHER[most], side)

    def test_is_itself_where_the_picture_can_be_relied_on(self, side: Side, most: Lip, angle_deg: float) -> None:
        assert told(most, side, angle_deg, share=0.75, frozen=0.5) == (most, side)

    def test_is_itself_where_the_other_one_rests(self, side: Side, most: Lip, angle_deg: float) -> None:
        assert told(most, side, angle_deg, share=0.0, frozen=0.85) == (most, side)


@pytest.mark.parametrize(("most", "angle_deg"), [(Lip.UPPER, 90.0), (Lip.LOWER, -90.0)])
def test_a_lip_that_moves_with_its_muscles_is_itself_whatever_the_compression(most: Lip, angle_deg: float) -> None:
    assert told(most, Side.LEFT, angle_deg, share=0.75, frozen=0.9) == (most, Side.LEFT)
