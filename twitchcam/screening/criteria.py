"""What the levels rest on, once. They are no settings: a level means the same in every session.

Times are seconds, shares are fractions. Where the numbers come from is in ``docs/screening.md``.
"""

from __future__ import annotations

from typing import Final

#: A twitch with less confidence than this counts for nothing: one false twitch on the other side hides a pattern. At
#: 0.8 a few more true ones would count, and several times as many false ones.
MIN_CONFIDENCE: Final = 0.9

#: Sufficiency: valid rest, bursts (where there are any), and share of the frames with a face.
MIN_VALID_S: Final = 300.0
MIN_BURSTS: Final = 8
MIN_FACE_SHARE: Final = 0.8

#: One-sided: largest p of the exact binomial test, and what the lower bound of the side's share must exceed.
MAX_P: Final = 0.01
MIN_SIDE_SHARE: Final = 0.60
#: Confidence of every interval.
CONFIDENCE: Final = 0.95
#: At this share of bursts that move both sides, no side is favoured, whatever the others do.
MAX_BOTH_SHARE: Final = 0.4
#: Left and right twitches that begin this close together are one movement of both sides.
IN_STEP_S: Final = 0.1

#: Eye and mouth: share of the side's bursts whose eye must close, and how close the two must begin.
MIN_EYE_SHARE: Final = 0.5
EYE_WINDOW_S: Final = 0.25

#: Locked to a movement: bursts with it, their share beyond what chance gives, and how close they must be.
MIN_LOCKED: Final = 4
MIN_LOCKED_EXCESS: Final = 0.3
LOCK_WINDOW_S: Final = 0.6

#: Circular shifts: how many, and the shortest.
SHIFTS: Final = 999
MIN_SHIFT_S: Final = 2.0

#: A rhythmic burst: twitches at least, its length, and the largest coefficient of variation of its intervals, in which
#: a single twitch may have been missed in up to a third.
RHYTHM_TWITCHES: Final = 6
RHYTHM_S: Final = 2.0
RHYTHM_CV: Final = 0.17
MAX_FOLDED: Final = 1 / 3
#: A burst this close to a stretch of even movement belongs to it: its ends are known no better.
RHYTHM_EDGE_S: Final = 0.5
#: Bands of rhythms, Hz: jerks as of a focal motor seizure, and tremor.
JERK_HZ: Final = (1.0, 3.0)
TREMOR_HZ: Final = (3.0, 9.0)
#: Rhythmic bursts of one side, and their share, from which they are a warning of their own; and the twitches with which
#: a single one is.
JERK_BURSTS: Final = 2
JERK_SHARE: Final = 0.1
JERK_TWITCHES: Final = 12
#: The same of time in which one side moves evenly, and the time of both sides that looks like tremor.
JERKING_S: Final = 10.0
#: With this share of the valid time in such movement as well, the pattern is not irregular: the bursts are parts of it.
JERKING_SHARE: Final = 0.02
#: From that on no side is favoured either: of a tremor only some waves are told as twitches, by chance of one side.
TREMBLING_S: Final = 5.0
#: From this share of rhythmic bursts, or below this variation between bursts, the pattern is not irregular.
MAX_RHYTHMIC_SHARE: Final = 0.3
MIN_BURST_CV: Final = 0.3

#: Change of the corners' asymmetry at rest that is told, % IOD, and in deviations of the earlier sessions.
ASYMMETRY_PCT_IOD: Final = 2.0
ASYMMETRY_DEVIATIONS: Final = 3.0
