"""Which lip a twitch is of, where the encoder moves both together.

A low bit rate keeps a lip that is thinner than a block (16 pixels) and the one beside it in one piece: what twitched is
then lost in place, and only the direction tells. The levators lift the upper lip, the depressors pull the lower one
down. A twitch of the ring muscle may go the other way; under strong compression it gets the wrong lip, and never the
wrong side.
"""

from __future__ import annotations

from twitchcam.events.model import Lip
from twitchcam.events.places import PLACES, Place
from twitchcam.events.run import Peak, Run

#: From this compression on (1 is strong) the place is not to be relied on, if the other lip comes out at least so
#: large over its noise, as a share. A lip that moves alone makes up to 0.62 of it at the place of the other.
_COMPRESSED, _ALIKE = 0.5, 0.65


def place_told_by_direction(peak: Peak, run: Run, compressed: float) -> int:
    """Index into :data:`twitchcam.events.places.PLACES`: that of the peak, or of the other lip on the same side.

    Args:
        peak: Where the matched output is largest.
        run: The stretch it is in.
        compressed: As in :class:`twitchcam.events.confidence.Evidence`.
    """
    here = PLACES[peak.place]
    _, upwards = peak.detector.displacement(peak.filter_index, peak.place, peak.output[None])[0]
    told = Lip.UPPER if upwards > 0 else Lip.LOWER
    if compressed < _COMPRESSED or told is here.lip:
        return peak.place
    other = PLACES.index(Place(told, here.side))
    sizes = run.sizes(peak.index)
    return other if sizes[:, other].max() >= _ALIKE * sizes[:, peak.place].max() else peak.place
