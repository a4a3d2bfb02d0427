from __future__ import annotations

import io
from pathlib import Path

import av
import pytest
from rich.console import Console

from twitchcam import bundled, cli
from twitchcam.commands import demo
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.score import score


def twitch(onset_s: float, lip: Lip = Lip.UPPER, side: Side = Side.LEFT, amplitude: float = 2.0) -> Twitch:
    return Twitch(
        onset_s=onset_s, duration_s=0.1, peak_s=onset_s + 0.05, lip=lip, side=side, amplitude_pct_iod=amplitude
    )


TRUTH = [twitch(3), twitch(5, Lip.LOWER), twitch(7), twitch(9)]
FOUND = [twitch(3.01), twitch(5, Lip.UPPER, Side.RIGHT), twitch(8), twitch(9.03, amplitude=3.0)]


def rows(truth: list[Twitch], found: list[Twitch]) -> list[str]:
    stream = io.StringIO()
    Console(file=stream, width=120).print(demo.comparison(truth, found, score(truth, found)))
    return [" ".join(line.split()) for line in stream.getvalue().splitlines()]


def test_the_table_sets_what_was_found_beside_the_truth() -> None:
    printed = rows(TRUTH, FOUND)
    expected = [
        "3.00 upper, left 2.0 % 3.01 upper, left 2.0 % right",
        "5.00 lower, left 2.0 % 5.00 upper, right 2.0 % wrong lip and side",
        "7.00 upper, left 2.0 % - missed",
        "- 8.00 upper, left 2.0 % extra",
        "9.00 upper, left 2.0 % 9.03 upper, left 3.0 % right",
    ]
    assert [line for line in printed if line in expected] == expected


def test_the_summary_counts_what_is_right_and_wrong() -> None:
    assert demo.summary(TRUTH, FOUND, score(TRUTH, FOUND)) == (
        "3 of 4 found, 1 missed, 1 extra; side right in 2, lip right in 2; onset off by 10 ms, size by 0% (medians)."
    )
    assert demo.summary(TRUTH, [], score(TRUTH, [])) == "0 of 4 found, 4 missed, 0 extra."


def test_a_missing_sample_is_named_with_its_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bundled, "places", lambda kind: (tmp_path, tmp_path))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["demo"]) == 1
    assert "sample.mp4 is missing" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.heavy
def test_the_demo_finds_the_twitches_of_the_sample_and_can_be_run_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        assert cli.main(["demo", "-o", str(tmp_path)]) == 0
        printed, complaints = capsys.readouterr()
        assert complaints == ""
        assert printed.count("right ") >= 8
        assert "8 of 8 found, 0 missed, 0 extra; side right in 8, lip right in 8" in printed
        assert "A monitor, not a diagnosis." in printed
        for name in ("events.tsv", "frequency.png", "annotated.mp4"):
            assert str(tmp_path / "sample" / name) in printed
    with av.open(str(tmp_path / "sample" / "annotated.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 600
