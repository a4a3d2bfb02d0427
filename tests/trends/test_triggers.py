from __future__ import annotations

import doctest
from datetime import date, timedelta

import numpy as np
import pytest

from twitchcam.trends import felt, triggers
from twitchcam.trends.days import Day, Tally, Told
from twitchcam.trends.treatments import treatments_of
from twitchcam.trends.triggers import triggers_of

START = date(2026, 1, 1)


def on(number: int) -> date:
    return START + timedelta(days=number)


def days(bursts: list[int], minutes: float = 10.0) -> list[Day]:
    return [
        Day(on=on(n), sessions=1, tally=Tally(valid_s=60 * minutes, bursts=count)) for n, count in enumerate(bursts)
    ]


def test_more_of_a_trigger_is_compared_with_less() -> None:
    amounts = [0, 0, 1, 1, 1, 0, 2, 3, 2, 3, 2, 2]
    told = [Told(on=on(n), name="Caffeine", value=f"{amount} cups") for n, amount in enumerate(amounts)]
    (one,) = triggers_of([*days([5 + 10 * amount for amount in amounts])], told)
    assert one.split == "caffeine above 1.5 against 1.5 or less"
    assert (one.days_with, one.days_without) == (6, 6)
    assert one.found is not None
    assert one.found.ratio[1] > 1
    assert one.p_corrected == one.found.p < 0.01


def test_days_on_which_nothing_was_told_of_an_amount_are_not_days_without_it() -> None:
    told = [Told(on=on(n), name="sleep", value=f"{4 + n % 5}h") for n in range(10)]
    (one,) = triggers_of(days([3] * 40), told)
    assert one.days_with + one.days_without == 10


def test_what_was_only_ever_told_as_present_is_compared_with_the_other_days() -> None:
    told = [Told(on=on(n), name="alcohol") for n in range(6)]
    (one,) = triggers_of(days([20] * 6 + [5] * 8), told)
    assert one.split == "alcohol told against not told"
    assert (one.days_with, one.days_without) == (6, 8)


def test_words_are_amounts() -> None:
    told = [Told(on=on(n), name="stress", value=["low", "high", "medium"][n % 3]) for n in range(15)]
    (one,) = triggers_of(days([3] * 15), told)
    assert one.split == "stress above 2 against 2 or less"
    assert (one.days_with, one.days_without) == (5, 10)


def test_too_few_days_say_nothing() -> None:
    told = [Told(on=on(n), name="flight", value="yes") for n in range(4)]
    (one,) = triggers_of(days([50] * 4 + [0] * 30), told)
    assert (one.days_with, one.found, one.p_corrected) == (4, None, None)


def test_a_day_with_hardly_any_valid_time_does_not_count() -> None:
    told = [Told(on=on(n), name="x") for n in range(6)]
    few = [Day(on=d.on, sessions=1, tally=Tally(valid_s=20, bursts=9)) for d in days([0] * 3)]
    (one,) = triggers_of([*few, *days([5] * 20)[3:]], told)
    assert one.days_with == 3


def test_each_trigger_pays_for_the_number_of_them() -> None:
    rng = np.random.default_rng(4)
    made = days([int(n) for n in rng.poisson(10, 30)])
    told = [Told(on=on(n), name=name) for name in "abcd" for n in rng.choice(30, 12, replace=False).tolist()]
    found = triggers_of(made, told)
    smallest = min(one.found.p for one in found if one.found is not None)
    assert found[0].p_corrected == pytest.approx(min(4 * smallest, 1))
    assert all(one.p_corrected >= one.found.p for one in found if one.found and one.p_corrected is not None)


def test_a_treatment_splits_into_before_and_after_up_to_the_next() -> None:
    made = days([20] * 10 + [99] + [5] * 10 + [99] + [20] * 2)
    told = [Told(on=on(10), name="botulinum toxin"), Told(on=on(21), name="tablets")]
    first, second = treatments_of(made, told)
    assert (first.days_before, first.days_after) == (10, 10)
    assert first.found is not None
    assert first.found.rate_without[0] == pytest.approx(2.0)
    assert first.found.rate_with[0] == pytest.approx(0.5)
    assert first.found.ratio[2] < 0.5
    assert (second.days_before, second.days_after, second.found) == (10, 2, None)


def test_examples() -> None:
    for module in (triggers, felt):
        assert doctest.testmod(module).failed == 0
