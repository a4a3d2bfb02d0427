from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.session.findings import recording
from twitchcam.errors import SessionError
from twitchcam.session.signals_file import SIGNAL_COLUMNS, SignalsWriter, read_signals
from twitchcam.session.signals_index import SignalsIndex

SAMPLES = recording(2.0, seconds=6.0, nobody=(3.0, 4.5))


@pytest.fixture(scope="module")
def signals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("session") / "signals.csv"
    with SignalsWriter(path) as writer:
        for sample in SAMPLES:
            writer.write(sample)
    return path


@given(start_s=st.floats(-2, 8), length_s=st.floats(0, 8))
def test_a_stretch_is_what_reading_everything_gives(signals: Path, start_s: float, length_s: float) -> None:
    found = SignalsIndex(signals).between(start_s, start_s + length_s)
    expected = [s for s in read_signals(signals) if start_s <= s.t_s <= start_s + length_s]
    assert [s.t_s for s in found] == [s.t_s for s in expected]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_array_equal(a.values, b.values)


def test_a_last_row_that_was_cut_short_is_left_out(signals: Path, tmp_path: Path) -> None:
    cut = tmp_path / "signals.csv"
    cut.write_bytes(signals.read_bytes()[:-30])
    assert SignalsIndex(cut).between(0, 100)[-1].t_s == SAMPLES[-2].t_s


def test_a_file_of_a_header_alone_has_no_samples(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    path.write_text(",".join(SIGNAL_COLUMNS) + "\n", encoding="utf-8")
    assert SignalsIndex(path).between(0, 100) == []


@pytest.mark.parametrize("damage", [b"t,other\n", b"", None])
def test_what_is_no_file_of_signals_is_told(signals: Path, tmp_path: Path, damage: bytes | None) -> None:
    path = tmp_path / "signals.csv"
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(SessionError, match=r"signals\.csv"):
        SignalsIndex(path)


def test_a_damaged_value_is_told_where_it_is_read(signals: Path, tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    lines = signals.read_bytes().split(b"\n")
    lines[10] = lines[10].replace(b"1", b"one", 2)
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(SessionError):
        SignalsIndex(path).between(0, 6)
