from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.jobs.names import session_names


@pytest.mark.parametrize(
    ("videos", "names"),
    [
        (["x/a.mp4", "b.mov"], ["a", "b"]),
        (["a.mp4", "a.mov", "b.mp4"], ["a.mp4", "a.mov", "b"]),
        (["/d/x/a.mp4", "/d/y/a.mp4"], ["x_a", "y_a"]),
        (["/d/x/a.mp4", "/d/y/a.mp4", "/d/x/a.mov"], ["x_a", "y_a", "a.mov"]),
        (["/1/x/a.mp4", "/2/x/a.mp4", "/2/y/a.mp4"], ["1_x_a", "2_x_a", "y_a"]),
        (["/d/a.mp4", "/d/A.mp4"], ["d_a.mp4_2", "d_A.mp4"]),
        (["/d/a.partial.mp4", "/d/b.mp4"], ["a_partial", "b"]),
    ],
)
def test_as_short_as_tells_them_apart(videos: list[str], names: list[str]) -> None:
    assert session_names([Path(video) for video in videos]) == names


PARTS = st.sampled_from(["a", "b", "A", "a_b", "x.partial", "ä"])
VIDEOS = st.lists(
    st.builds(lambda folders, name, suffix: Path("/", *folders, name + suffix), st.lists(PARTS, max_size=3), PARTS,
              st.sampled_from([".mp4", ".mov", ""])),
    min_size=1, max_size=12, unique=True,
)  # fmt: skip


@given(videos=VIDEOS, seed=st.integers(0, 1000))
def test_no_two_share_a_name_and_the_order_does_not_matter(videos: list[Path], seed: int) -> None:
    names = session_names(videos)
    assert len({name.casefold() for name in names}) == len(videos)
    assert not any(name.endswith(".partial") or "/" in name for name in names)
    shuffled = random.Random(seed).sample(videos, len(videos))
    assert dict(zip(videos, names, strict=True)) == dict(zip(shuffled, session_names(shuffled), strict=True))
