"""Counts of events by lip and side, and their rates over valid time."""

from __future__ import annotations

from collections import Counter
from typing import Any

from twitchcam.events.model import Context, EventType, Lip, Side, Twitch

#: An event in one of these counts for a rate; None is a context that was not told.
_VALID = (Context.REST, None)


class Tally:
    """Counts events as they come.

    Rates are those of events in valid time over valid time: a twitch found while talking is counted, but enters no
    rate.
    """

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._valid: Counter[str] = Counter()
        self._bursts: set[int] = set()
        self._valid_bursts: set[int] = set()

    def add(self, twitch: Twitch) -> None:
        """Counts one event."""
        keys = (
            twitch.trial_type.value,
            f"lip {twitch.lip}",
            f"side {twitch.side}",
            f"{twitch.lip}_{twitch.side}",
            "all",
        )
        self._counts.update(keys)
        self._bursts.add(twitch.burst)
        if twitch.context in _VALID:
            self._valid.update(keys)
            self._valid_bursts.add(twitch.burst)

    @property
    def total(self) -> int:
        """Count of all events."""
        return self._counts["all"]

    def counts(self) -> dict[str, Any]:
        """Counts as they stand in ``session.json``; ``by_lip_and_side`` has keys such as ``upper_left``."""
        return {
            **{kind.value: self._counts[kind.value] for kind in EventType},
            "bursts": len(self._bursts - {0}),
            "by_lip": {lip.value: self._counts[f"lip {lip}"] for lip in Lip},
            "by_side": {side.value: self._counts[f"side {side}"] for side in Side},
            "by_lip_and_side": {f"{lip}_{side}": self._counts[f"{lip}_{side}"] for lip in Lip for side in Side},
        }

    def rates_per_min(self, valid_s: float) -> dict[str, Any]:
        """Events per minute of valid time as they stand in ``session.json``; None where no time was valid."""

        def rate(count: int) -> float | None:
            return round(60 * count / valid_s, 4) if valid_s > 0 else None

        return {
            **{kind.value: rate(self._valid[kind.value]) for kind in EventType},
            "bursts": rate(len(self._valid_bursts - {0})),
            "by_lip": {lip.value: rate(self._valid[f"lip {lip}"]) for lip in Lip},
            "by_side": {side.value: rate(self._valid[f"side {side}"]) for side in Side},
        }
