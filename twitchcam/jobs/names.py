"""How the sessions of many videos are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from twitchcam.analysis import session_name


def session_names(videos: Sequence[Path]) -> list[str]:
    """A name for each: the file's without suffix, or as much more as tells it apart from the others.

    That is the suffix first (``clip.mp4``, ``clip.mov``), then the folders it lies in (``monday_clip``,
    ``tuesday_clip``). Names do not depend on the order. Upper and lower case alone tell nothing apart: some disks
    do not know the difference.
    """
    choices = [_choices(video) for video in videos]
    levels = [0] * len(videos)
    while True:
        names = [choice[level] for choice, level in zip(choices, levels, strict=True)]
        count = Counter(name.casefold() for name in names)
        again = [
            index
            for index, name in enumerate(names)
            if count[name.casefold()] > 1 and levels[index] + 1 < len(choices[index])
        ]
        if not again:
            return _numbered(names, videos)
        for index in again:
            levels[index] += 1


def _choices(video: Path) -> list[str]:
    """Names from the shortest to the one with all folders."""
    short, whole = session_name(video), session_name(video.with_name(video.name + ".x"))
    folders = [part for part in video.absolute().parts[:-1] if part not in (video.absolute().anchor, "..")]
    choices = [short, whole]
    for count in range(1, len(folders) + 1):
        start = "_".join(folders[-count:])
        choices += [f"{start}_{short}", f"{start}_{whole}"]
    return choices


def _numbered(names: list[str], videos: Sequence[Path]) -> list[str]:
    """What nothing tells apart gets a number, in the order of the paths."""
    taken: Counter[str] = Counter()
    made = dict(zip(videos, names, strict=True))
    used = {name.casefold() for name in names}
    for video in sorted(made, key=str):
        name = made[video].casefold()
        taken[name] += 1
        if taken[name] > 1:
            number = taken[name]
            while f"{name}_{number}" in used:
                number += 1
            made[video] = f"{made[video]}_{number}"
            used.add(made[video].casefold())
    return [made[video] for video in videos]
