from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_array_equal

from tests.session.findings import sample
from twitchcam.errors import OutputError, SessionError
from twitchcam.motion.channels import CHANNEL_NAMES, CHANNELS, Sample, missing, quantised
from twitchcam.session.signals_file import SIGNAL_COLUMNS, SignalsWriter, last_time_s, read_signal_windows, read_signals


def write(path: Path, *samples: Sample) -> None:
    with SignalsWriter(path) as writer:
        for one in samples:
            writer.write(one)


def same(one: Sample, other: Sample) -> bool:
    return (one.t_s, one.face, one.quality, one.restart) == (
        other.t_s,
        other.face,
        other.quality,
        other.restart,
    ) and np.array_equal(one.values, other.values, equal_nan=True)


def test_the_columns_and_a_row(tmp_path: Path) -> None:
    values = missing()
    values[0], values[1] = -0.25, 1.0
    write(
        tmp_path / "s",
        Sample(t_s=0.03333, face=True, quality=0.5, values=values, restart=True),
        Sample(t_s=60.0, face=False, quality=0.0, values=missing()),
    )
    lines = (tmp_path / "s").read_text().splitlines()
    assert lines[0] == "t,face,quality,restart," + ",".join(CHANNEL_NAMES)
    assert lines[1] == ".03333,1,.5,1,-.25,1" + ",n/a" * (len(CHANNELS) - 2)
    assert lines[2] == "60,0,0,0" + ",n/a" * len(CHANNELS)
    assert len(lines) == 3


samples = st.builds(
    lambda t, face, quality, restart, values: Sample(
        t_s=round(t, 5), face=face, quality=round(quality, 2), restart=restart, values=quantised(np.array(values))
    ),
    st.floats(0, 1e5),
    st.booleans(),
    st.floats(0, 1),
    st.booleans(),
    st.lists(st.floats(-1e4, 1e4) | st.just(np.nan), min_size=len(CHANNELS), max_size=len(CHANNELS)),
)


@given(rows=st.lists(samples, max_size=4))
def test_reading_gives_exactly_what_was_written(tmp_path_factory: pytest.TempPathFactory, rows: list[Sample]) -> None:
    path = tmp_path_factory.mktemp("signals") / "s"
    write(path, *rows)
    read = list(read_signals(path))
    assert len(read) == len(rows)
    for got, expected in zip(read, rows, strict=True):
        assert same(got, expected)
        # Detection works on the bits: minus zero or a last digit would be another signal.
        assert_array_equal(
            got.values.view(np.uint64)[~np.isnan(got.values)],
            expected.values.view(np.uint64)[~np.isnan(expected.values)],
        )


def test_a_restless_face_takes_less_than_200_bytes_a_frame(tmp_path: Path) -> None:
    count = 300
    write(tmp_path / "s", *(sample(round(3600 + index / 30, 5)) for index in range(count)))
    header = len(",".join(SIGNAL_COLUMNS)) + 1
    assert (tmp_path / "s").stat().st_size - header < 200 * count


def test_rows_reach_the_disk_about_once_a_second(tmp_path: Path) -> None:
    with SignalsWriter(tmp_path / "s") as writer:
        for index in range(301):
            writer.write(sample(round(index / 30, 5)))
            read = list(read_signals(tmp_path / "s"))
            assert read
            assert index / 30 - read[-1].t_s <= 1.0


def test_a_row_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "s", sample(0.0), sample(0.1))
    whole = (tmp_path / "s").read_bytes()
    for lost in (1, 20, 100):
        (tmp_path / "s").write_bytes(whole[:-lost])
        assert [one.t_s for one in read_signals(tmp_path / "s")] == [0.0]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\n.1,", "\nsoon,", "line 3: .*soon"),
        ("\n.1,1,", "\n.1,yes,", "line 3: expected 0 or 1, got yes"),
        ("\n.1,", "\n.1,.1,", "line 3: expected .* cells"),
        ("restart", "again", "restart missing; again unknown"),
        ("t,face", "face,t", "another order"),
    ],
)
def test_a_damaged_file_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "s"
    write(path, sample(0.0), sample(0.1))
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(SessionError, match=f"{path}: .*{message}"):
        list(read_signals(path))


def test_infinite_values_and_binary_files(tmp_path: Path) -> None:
    row = "0,1,1,0,inf" + ",0" * (len(CHANNELS) - 1)
    (tmp_path / "s").write_text(",".join(SIGNAL_COLUMNS) + f"\n{row}\n")
    with pytest.raises(SessionError, match="infinite"):
        list(read_signals(tmp_path / "s"))
    (tmp_path / "s").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SessionError, match="UTF-8"):
        list(read_signals(tmp_path / "s"))


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="absent"):
        list(read_signals(tmp_path / "absent"))
    with pytest.raises(OutputError, match="absent"):
        SignalsWriter(tmp_path / "absent" / "s")


def test_a_full_disk_is_an_error_with_the_files_name() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("needs /dev/full (Linux)")
    writer = SignalsWriter(full)
    with pytest.raises(OutputError, match="/dev/full: cannot write: No space left"):
        writer.write(sample(0.0))
    with pytest.raises(OutputError):
        writer.close()


def test_the_time_of_the_last_whole_row_is_read_from_the_end(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    assert last_time_s(path) is None
    with SignalsWriter(path) as writer:
        assert last_time_s(path) is None
        for index in range(300):
            writer.write(sample(round(index / 30, 5)))
    assert last_time_s(path) == pytest.approx(299 / 30, abs=1e-5)
    path.write_bytes(path.read_bytes()[:-20])
    assert last_time_s(path) == pytest.approx(298 / 30, abs=1e-5)


def test_windows_hold_the_rows_of_their_spans(tmp_path: Path) -> None:
    path = tmp_path / "signals.csv"
    with SignalsWriter(path) as writer:
        for index in range(90):
            writer.write(sample(round(index / 30, 5)))
    whole = list(read_signals(path))
    spans = [(2.0, 2.5), (-1.0, 0.1), (0.05, 0.2), (9.0, 10.0), (2.2, 2.3)]
    for (begin_s, end_s), window in zip(spans, read_signal_windows(path, spans), strict=True):
        assert [s.t_s for s in window] == [s.t_s for s in whole if begin_s <= s.t_s <= end_s]
    assert_array_equal(read_signal_windows(path, spans)[1][0].values, whole[0].values)
