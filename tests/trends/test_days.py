from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from twitchcam.trends.days import Tally, Visit, by_day, by_hour, total
from twitchcam.trends.felt import FeltAndSeen


def tally(bursts: int, valid_s: float = 600.0, **places: int) -> Tally:
    return Tally(valid_s=valid_s, twitches=2 * bursts, bursts=bursts, by_place=places)


FELT = FeltAndSeen(felt=2, felt_and_seen=1, seen=5, seen_and_felt=1)
NIGHT = Visit(
    name="night",
    started_at=datetime(2026, 5, 1, 23, 50, tzinfo=UTC),
    cells={(date(2026, 5, 1), 23): tally(3, upper_left=3), (date(2026, 5, 2), 0): tally(5, upper_left=1, lower_left=4)},
    felt=FELT,
)
DAY = Visit(name="day", started_at=datetime(2026, 5, 2, 12, tzinfo=UTC), cells={(date(2026, 5, 2), 12): tally(1)})
UNDATED = Visit(name="?", started_at=None, cells={None: tally(100)})


def test_a_session_over_midnight_is_split_there() -> None:
    first, second = by_day([DAY, UNDATED, NIGHT])
    assert (first.on, first.sessions, first.tally.bursts, first.felt) == (date(2026, 5, 1), 1, 3, FELT)
    assert (second.on, second.sessions, second.tally.bursts, second.felt.felt) == (date(2026, 5, 2), 2, 6, 0)
    assert second.tally.by_place == {"upper_left": 1, "lower_left": 4}


def test_hours_are_those_of_the_clock_over_all_days() -> None:
    assert {hour: t.bursts for hour, t in by_hour([DAY, UNDATED, NIGHT]).items()} == {0: 5, 12: 1, 23: 3}


def test_a_rate_needs_valid_time() -> None:
    assert (Tally().per_min, Tally().interval) == (None, None)
    assert total([tally(3), tally(5)]).per_min == pytest.approx(0.4)
    low, high = tally(0).interval or (None, None)
    assert (low, high) == (0, pytest.approx(0.3689, abs=1e-4))
