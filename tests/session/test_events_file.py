from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twitchcam.errors import OutputError, SessionError
from twitchcam.events.model import Context, EventType, Lip, Side, Spread, Twitch
from twitchcam.session.events_file import EVENT_COLUMNS, EventsWriter, read_events, write_sidecar

FULL = Twitch(
    onset_s=12.3456,
    duration_s=0.125,
    peak_s=12.4,
    lip=Lip.UPPER,
    side=Side.RIGHT,
    amplitude_pct_iod=1.234,
    amplitude_mm=1.1,
    snr=9.87,
    confidence=0.95,
    context=Context.REST,
    spread=(Spread(place="eye_right", lag_s=0.03), Spread(place="cheek_right", lag_s=0.0)),
    burst=2,
    trial_type=EventType.TWITCH,
)
BARE = Twitch(onset_s=3.0, duration_s=1.5, peak_s=3.1, lip=Lip.BOTH, side=Side.BOTH, amplitude_pct_iod=0.0)


def write(path: Path, *events: Twitch, started_at: datetime | None = None) -> None:
    with EventsWriter(path, started_at) as writer:
        for event in events:
            writer.write(event)


def test_the_exact_rows(tmp_path: Path) -> None:
    path = tmp_path / "events.tsv"
    write(path, FULL, BARE, started_at=datetime(2024, 5, 1, 23, 59, 50, tzinfo=timezone(timedelta(hours=2))))
    assert path.read_bytes().decode().split("\n") == [
        "onset\tduration\ttrial_type\ttime\tpeak\tlip\tside\tamplitude_pct_iod\tamplitude_mm\tsnr\tconfidence"
        "\tcontext\tspread\tburst",
        "12.3456\t0.1250\ttwitch\t2024-05-02T00:00:02.346+02:00\t12.4000\tupper\tright\t1.234\t1.100\t9.87\t0.950"
        "\trest\teye_right+0.03;cheek_right+0.00\t2",
        "3.0000\t1.5000\ttwitch\t2024-05-01T23:59:53.000+02:00\t3.1000\tboth\tboth\t0.000\tn/a\tn/a\tn/a\tn/a\tn/a\tn/a",
        "",
    ]


def test_without_a_wall_time_the_column_is_missing(tmp_path: Path) -> None:
    write(tmp_path / "e", FULL)
    assert (tmp_path / "e").read_text().splitlines()[1].split("\t")[EVENT_COLUMNS.index("time")] == "n/a"


def test_a_wall_time_needs_an_offset(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="offset"):
        EventsWriter(tmp_path / "e", datetime(2024, 1, 1))


def test_read_gives_what_was_written(tmp_path: Path) -> None:
    write(tmp_path / "e", FULL, BARE, started_at=datetime(2024, 1, 1, tzinfo=UTC))
    assert read_events(tmp_path / "e") == [FULL, BARE]


def number(least: float, most: float) -> st.SearchStrategy[float]:
    return st.floats(least, most, allow_nan=False)


def optional(values: st.SearchStrategy[float]) -> st.SearchStrategy[float | None]:
    return st.none() | values


places = st.from_regex(r"[a-z]+_(left|right)", fullmatch=True)
twitches = st.builds(
    Twitch,
    onset_s=number(0, 1e5),
    duration_s=number(1e-9, 100),
    peak_s=number(0, 1e5),
    lip=st.sampled_from(Lip),
    side=st.sampled_from(Side),
    amplitude_pct_iod=number(0, 50),
    amplitude_mm=optional(number(0, 50)),
    snr=optional(number(0, 1e4)),
    confidence=optional(number(0, 1)),
    context=st.none() | st.sampled_from(Context),
    spread=st.lists(st.builds(Spread, place=places, lag_s=number(-1, 1)), max_size=3).map(tuple),
    burst=st.integers(0, 1000),
    trial_type=st.sampled_from(EventType),
)


@given(events=st.lists(twitches, max_size=5))
def test_read_inverts_write_up_to_rounding(tmp_path_factory: pytest.TempPathFactory, events: list[Twitch]) -> None:
    folder = tmp_path_factory.mktemp("events")
    write(folder / "first", *events)
    once = read_events(folder / "first")
    write(folder / "second", *once)
    assert (folder / "second").read_bytes() == (folder / "first").read_bytes()
    assert read_events(folder / "second") == once
    assert len(once) == len(events)
    for got, event in zip(once, events, strict=True):
        assert got.onset_s == pytest.approx(event.onset_s, abs=0.51e-4)
        assert got.duration_s == pytest.approx(event.duration_s, abs=1e-4)
        assert got.peak_s == pytest.approx(event.peak_s, abs=0.51e-4)
        assert got.amplitude_pct_iod == pytest.approx(event.amplitude_pct_iod, abs=0.51e-3)
        assert (got.amplitude_mm is None) == (event.amplitude_mm is None)
        assert got.snr == (None if event.snr is None else pytest.approx(event.snr, abs=0.51e-2))
        assert got.confidence == (None if event.confidence is None else pytest.approx(event.confidence, abs=0.51e-3))
        assert (got.lip, got.side, got.trial_type) == (event.lip, event.side, event.trial_type)
        assert (got.context, got.burst) == (event.context, event.burst)
        assert [s.place for s in got.spread] == [s.place for s in event.spread]


def test_each_event_is_in_the_file_before_the_next(tmp_path: Path) -> None:
    with EventsWriter(tmp_path / "e", None) as writer:
        writer.write(FULL)
        assert read_events(tmp_path / "e") == [FULL]


def test_a_row_cut_short_by_a_crash_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "e", FULL, BARE)
    whole = (tmp_path / "e").read_bytes()
    (tmp_path / "e").write_bytes(whole[:-40])
    assert read_events(tmp_path / "e") == [FULL]


def test_a_table_from_a_spreadsheet_is_read(tmp_path: Path) -> None:
    write(tmp_path / "e", FULL)
    text = "\n".join(line + "\tseen" for line in (tmp_path / "e").read_text().splitlines()) + "\n"
    (tmp_path / "e").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_events(tmp_path / "e") == [FULL]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("\tupper\t", "\tmiddle\t", "line 2: .*middle"),
        ("12.3456", "soon", "line 2: .*soon"),
        ("12.3456", "n/a", "line 2: onset is missing"),
        ("0.1250", "0.0000", "line 2: .*positive duration"),
        ("eye_right+0.03", "eye_right", "line 2: .*spread"),
        ("9.87", "nan", "line 2: .*nan"),
        ("\tupper\t", "\tupper\tupper\t", "line 2: expected 14 cells, got 15"),
        ("onset", "start", "no column onset"),
    ],
)
def test_a_damaged_table_is_named_with_its_line(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "e"
    write(path, FULL, BARE)
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(SessionError, match=f"{path}: .*{message}"):
        read_events(path)


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(SessionError, match="absent"):
        read_events(tmp_path / "absent")
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(SessionError, match="UTF-8"):
        read_events(tmp_path / "binary")
    with pytest.raises(OutputError, match="absent"):
        EventsWriter(tmp_path / "absent" / "e", None)
    with pytest.raises(OutputError, match="absent"):
        write_sidecar(tmp_path / "absent" / "e.json")


def test_the_sidecar_describes_every_column(tmp_path: Path) -> None:
    write_sidecar(tmp_path / "events.json")
    described = json.loads((tmp_path / "events.json").read_text())
    assert tuple(described) == EVENT_COLUMNS
    assert described["onset"]["Units"] == "s"
    assert described["amplitude_mm"]["Units"] == "mm"
    assert set(described["side"]["Levels"]) == set(Side)
    assert set(described["lip"]["Levels"]) == set(Lip)
    assert set(described["trial_type"]["Levels"]) == set(EventType)
    assert set(described["context"]["Levels"]) == set(Context)
