from __future__ import annotations

from pathlib import Path

import pytest

from twitchcam.errors import ConfigError
from twitchcam.live.gaps import GapJoiner
from twitchcam.live.protocol import Guide, load_protocol
from twitchcam.session.gaps_file import Gap, GapKind


def test_the_protocol_of_the_package() -> None:
    guide = Guide(load_protocol())
    names = [step.name for step in guide.steps]
    counts = {name: names.count(name) for name in names}
    assert counts == {
        "rest": 2,
        "lips_pursed": 3,
        "eyes_shut": 3,
        "smile": 3,
        "look_left_and_right": 3,
        "reading_aloud": 1,
        "pause": 12,
    }
    assert (guide.steps[0].name, guide.steps[0].duration_s) == ("rest", 300)
    assert (guide.steps[-1].name, guide.steps[-1].duration_s) == ("rest", 120)
    assert next(step.duration_s for step in guide.steps if step.name == "reading_aloud") == 60
    assert 570 <= guide.duration_s < 660


def test_steps_follow_one_another_and_end() -> None:
    guide = Guide(load_protocol())
    for before, after in zip(guide.steps, guide.steps[1:], strict=False):
        assert after.onset_s == pytest.approx(before.end_s)
        step = guide.at(after.onset_s)
        assert step is not None
        assert step.name == after.name
        assert step.left_s == pytest.approx(after.duration_s)
    assert guide.at(guide.duration_s) is None


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("name = 1", "name"),
        ('name = "a"\npart = []', "part"),
        ('name = "a"\n[[part]]\nname = "b"\ninstruction = "c"\nduration_s = -1', "part.0.duration_s"),
        ('name = "a"\n[[part]]\nname = "b"\ninstruction = "c"\nduration_s = 1\ntime = 3', "part.0.time"),
        ("name", "not a TOML file"),
    ],
)
def test_what_is_no_protocol_is_told_with_its_place(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "p.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=says):
        load_protocol(path)


class TestJoinedGaps:
    def drop(self, onset_s: float, frames: int = 1) -> Gap:
        return Gap(onset_s=onset_s, duration_s=0.1, kind=GapKind.FRAMES_DROPPED, frames=frames)

    def test_drops_that_follow_closely_are_one_gap(self) -> None:
        joiner = GapJoiner()
        assert joiner.add(self.drop(1.0)) == joiner.add(self.drop(1.3, 2)) == joiner.until(1.5) == []
        (gap,) = joiner.until(3.0)
        assert (gap.onset_s, gap.duration_s, gap.frames) == (1.0, pytest.approx(0.4), 3)
        assert joiner.close() == []

    def test_a_long_stretch_of_them_is_told_of_on_the_way(self) -> None:
        joiner, told = GapJoiner(), []
        for i in range(100):
            told += [*joiner.add(self.drop(i / 5)), *joiner.until(i / 5 + 0.1)]
        assert sum(gap.frames for gap in [*told, *joiner.close()]) == 100
        assert max(gap.duration_s for gap in told) < 1.5

    def test_other_gaps_are_not_joined(self) -> None:
        joiner = GapJoiner()
        lost = Gap(onset_s=1.2, duration_s=1.0, kind=GapKind.CAMERA_LOST)
        joiner.add(self.drop(1.0))
        assert joiner.add(lost) == [self.drop(1.0), lost]
