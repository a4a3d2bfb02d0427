"""Resting asymmetry of the corners of the mouth against the same person's earlier sessions: a droop shows there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from twitchcam.screening.criteria import ASYMMETRY_DEVIATIONS, ASYMMETRY_PCT_IOD

#: Makes the median absolute deviation of normal numbers their standard deviation.
_MAD_TO_SD = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class AsymmetryChange:
    """The latest session against the earlier ones.

    Attributes:
        now_pct_iod: How much the left corner is higher than the right one, % IOD.
        before_pct_iod: Median of the earlier sessions.
        sessions: Earlier sessions that tell.
        limit_pct_iod: Change that would be told.
    """

    now_pct_iod: float
    before_pct_iod: float
    sessions: int
    limit_pct_iod: float

    @property
    def change_pct_iod(self) -> float:
        """What is new."""
        return self.now_pct_iod - self.before_pct_iod

    @property
    def notable(self) -> bool:
        """Whether the change is more than the sessions differ anyway."""
        return abs(self.change_pct_iod) > self.limit_pct_iod


def asymmetry_change(values_pct_iod: Sequence[float | None]) -> AsymmetryChange | None:
    """Compares the last of several sessions in order of time with those before; None where either tells nothing."""
    if not values_pct_iod or values_pct_iod[-1] is None:
        return None
    earlier = [value for value in values_pct_iod[:-1] if value is not None]
    if not earlier:
        return None
    usual = median(earlier)
    deviation = _MAD_TO_SD * median(abs(value - usual) for value in earlier)
    return AsymmetryChange(
        now_pct_iod=values_pct_iod[-1],
        before_pct_iod=usual,
        sessions=len(earlier),
        limit_pct_iod=max(ASYMMETRY_PCT_IOD, ASYMMETRY_DEVIATIONS * deviation),
    )
