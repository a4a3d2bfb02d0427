"""Whether days with a trigger differ from days without, or with less of it: an association, not a cause."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from statistics import median

from twitchcam.trends.compare import Comparison, compare, enough, holm, usable
from twitchcam.trends.days import Day, Told

_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?")
#: Words that people use for how much there was.
_WORDS = {
    **dict.fromkeys(("no", "none", "never", "off", "false", "n"), 0.0),
    **dict.fromkeys(("low", "little", "few", "mild", "bit"), 1.0),
    **dict.fromkeys(("yes", "some", "medium", "moderate", "normal", "on", "true", "y"), 2.0),
    **dict.fromkeys(("high", "much", "many", "lot", "severe", "strong", "bad"), 3.0),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """What was found of one trigger.

    Attributes:
        name: As it was told.
        split: What the two groups of days are, in words: ``caffeine above 1 against 1 or less``.
        days_with: Days in the first group.
        days_without: Days in the second group.
        found: The comparison; None while there are not enough days.
        p_corrected: Its p after Holm's correction for the number of triggers compared; None likewise.
    """

    name: str
    split: str
    days_with: int
    days_without: int
    found: Comparison | None
    p_corrected: float | None


def triggers_of(days: Sequence[Day], told: Sequence[Told]) -> list[Trigger]:
    """Every trigger that was told, the clearest association first, those without enough days last."""
    looked = usable(days)
    made = [_trigger(looked, name, values) for name, values in _by_name(told).items()]
    compared = [one for one in made if one.found is not None]
    corrected = holm([one.found.p for one in compared if one.found is not None])
    result = [replace(one, p_corrected=p) for one, p in zip(compared, corrected, strict=True)]
    result.sort(key=lambda one: (one.p_corrected or 0.0, one.found.p if one.found else 0.0, one.name))
    return result + sorted((one for one in made if one.found is None), key=lambda one: one.name)


def amount_of(text: str) -> float | None:
    """How much a value says: its number, or the number that stands for its word; None for anything else.

    >>> [amount_of(text) for text in ("2", "5h", "1,5 cups", "high", "blue")]
    [2.0, 5.0, 1.5, 3.0, None]
    """
    if match := _NUMBER.match(text.strip()):
        return float(match[0].replace(",", "."))
    words = re.findall(r"[a-z]+", text.lower())
    return next((_WORDS[word] for word in words if word in _WORDS), None)


def _by_name(told: Sequence[Told]) -> dict[str, dict[date, list[str]]]:
    names: dict[str, dict[date, list[str]]] = {}
    for one in told:
        names.setdefault(one.name.strip().lower(), {}).setdefault(one.on, []).append(one.value)
    return names


def _trigger(days: Sequence[Day], name: str, values: dict[date, list[str]]) -> Trigger:
    amounts = {on: [amount_of(text) for text in texts] for on, texts in values.items()}
    numbers = {
        on: max(number for number in found if number is not None)
        for on, found in amounts.items()
        if any(number is not None for number in found)
    }
    known = {day.on: numbers[day.on] for day in days if day.on in numbers}
    measured = len(known) == len({day.on for day in days} & set(values))
    if measured and len(set(known.values())) > 1:
        # Told in different amounts: days on which nothing was told of it are not days without.
        limit = median(known.values())
        above = {on for on, number in known.items() if number > limit}
        split = f"{name} above {limit:g} against {limit:g} or less"
        if not above:
            above = {on for on, number in known.items() if number >= limit}
            split = f"{name} of {limit:g} or more against less"
        first = [day for day in days if day.on in above]
        second = [day for day in days if day.on in known and day.on not in above]
    else:
        first = [day for day in days if day.on in values]
        second = [day for day in days if day.on not in values]
        split = f"{name} told against not told"
    found = compare(first, second) if enough(first, second) else None
    return Trigger(
        name=name, split=split, days_with=len(first), days_without=len(second), found=found, p_corrected=None
    )
