from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from twitchcam.annotations import read_annotations
from twitchcam.errors import SessionError
from twitchcam.events.model import EventType, Lip, Side, Twitch

BEHAVIOURS = {"twitch": "State event", "spasm": "State event", "twitch left": "Point event", "yawn": "Point event"}


def project(path: Path, events: list[list[object]], *, count: int = 1, **changes: object) -> Path:
    """A project as BORIS 7 to 9 writes it, as far as it concerns events."""
    document = {
        "time_format": "seconds",
        "project_format_version": "7.0",
        "subjects_conf": {},
        "behaviors_conf": {
            str(index): {"code": code, "type": kind, "modifiers": {}}
            for index, (code, kind) in enumerate(BEHAVIOURS.items())
        },
        "observations": {
            f"clip {number}": {"type": "MEDIA", "file": {"1": ["clip.mp4"]}, "events": events}
            for number in range(count)
        },
        **changes,
    }
    text = json.dumps(document).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path


def places(events: list[Twitch]) -> list[tuple[float, float, EventType, Lip, Side]]:
    return [(e.onset_s, round(e.end_s, 3), e.trial_type, e.lip, e.side) for e in events]


EVENTS: list[list[object]] = [
    [1.2, "", "twitch", "upper|left", "", 36],
    [1.0, "", "twitch", "upper|left", "2.5 %", 30],
    [1.1, "", "twitch", "lower|None", "", 33],
    [1.3, "", "twitch", "lower|None", "", 39],
    [2.0, "", "yawn", "", "a twitch afterwards", 60],
    [4.0, "", "spasm", "None|right", "", 120],
    [6.5, "", "spasm", "None|right", "", 195],
    [8.0, "", "twitch left", "", "", 240],
]


@pytest.mark.parametrize("name", ["p.boris", "p.boris.gz"])
def test_a_project(tmp_path: Path, name: str) -> None:
    events = read_annotations(project(tmp_path / name, EVENTS))
    assert places(events) == [
        (1.0, 1.2, EventType.TWITCH, Lip.UPPER, Side.LEFT),
        (1.1, 1.3, EventType.TWITCH, Lip.LOWER, Side.BOTH),
        (4.0, 6.5, EventType.SPASM, Lip.BOTH, Side.RIGHT),
        (7.95, 8.05, EventType.TWITCH, Lip.BOTH, Side.LEFT),
    ]
    assert [event.amplitude_pct_iod for event in events] == [2.5, 0.0, 0.0, 0.0]


def test_an_observation_in_which_nothing_happened(tmp_path: Path) -> None:
    assert read_annotations(project(tmp_path / "p.boris", [])) == []


class TestProjectsThatCannotBeUsed:
    @pytest.mark.parametrize(
        ("events", "changes", "words"),
        [
            (EVENTS, {"observations": {}}, "one observation, got 0"),
            (EVENTS, {"behaviors_conf": {"0": {"code": "yawn", "type": "Point event"}}}, "no behaviour of the project"),
            (EVENTS[1:2], {}, "twitch upper|left begins at 1 s and does not end"),
            ([["soon", "", "twitch", "", ""]], {}, "could not convert"),
            ([["nan", "", "twitch left", "", ""]], {}, "finite"),
            ([[10**400, "", "twitch left", "", ""]], {}, "is not a project"),
            ([[1.0]], {}, "is not a project"),
            (EVENTS, {"behaviors_conf": None}, "is not a project"),
        ],
    )
    def test_what_is_said(
        self, tmp_path: Path, events: list[list[object]], changes: dict[str, object], words: str
    ) -> None:
        with pytest.raises(SessionError) as caught:
            read_annotations(project(tmp_path / "p.boris", events, **changes))
        assert str(caught.value).startswith(f"{tmp_path / 'p.boris'}: ")
        assert words in str(caught.value)

    def test_several_observations_are_named(self, tmp_path: Path) -> None:
        with pytest.raises(SessionError, match=r"got 2 \(clip 0, clip 1\)"):
            read_annotations(project(tmp_path / "p.boris", EVENTS, count=2))

    @pytest.mark.parametrize(
        ("name", "content", "words"),
        [
            ("p.boris", b"not json", "no JSON"),
            ("p.boris", b"[1]", "no JSON object"),
            ("p.boris", b"\xff\xfe\x00", "no JSON"),
            ("p.boris", b"[" * 100_000, "no JSON"),
            ("p.boris.gz", b"{}", "gzip"),
            ("p.boris.gz", gzip.compress(b"{}" * 1000, mtime=0)[:-12], "cut short"),
        ],
        ids=["text", "a list", "not UTF-8", "nested deeply", "not packed", "packed, cut short"],
    )
    def test_other_files(self, tmp_path: Path, name: str, content: bytes, words: str) -> None:
        (tmp_path / name).write_bytes(content)
        with pytest.raises(SessionError, match=words):
            read_annotations(tmp_path / name)

    def test_one_that_unpacks_without_end(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("twitchcam.annotations.boris.MAX_BYTES", 1000)
        (tmp_path / "p.boris.gz").write_bytes(gzip.compress(b" " * 5000))
        with pytest.raises(SessionError, match="too large"):
            read_annotations(tmp_path / "p.boris.gz")


HEAD = "Observation id\tclip\t\t\n\t\t\t\nMedia file(s)\t\t\t\n\t\t\t\n"
TABULAR = (
    HEAD + "Time\tMedia file path\tTotal length\tFPS\tSubject\tBehavior\tBehavioral category\t"
    "Modifiers\tComment\tStatus\n"
    "1.000\tclip.mp4\t9.0\t30.0\t\ttwitch\t\tupper|left\t2.5 %\tSTART\n"
    "1.200\tclip.mp4\t9.0\t30.0\t\ttwitch\t\tupper|left\t\tSTOP\n"
    "2.000\tclip.mp4\t9.0\t30.0\t\tyawn\t\t\t\tPOINT\n"
    "00:00:08.000\tclip.mp4\t9.0\t30.0\t\ttwitch left\t\t\t\tPOINT\n"
)
AGGREGATED = (
    "Observation id,Observation date,Subject,Behavior,Behavioral category,Modifier #1,Modifier #2,Behavior type,"
    "Start (s),Stop (s),Duration (s),Comment start,Comment stop\n"
    'clip,2024-01-01,No focal subject,twitch,,upper,left,STATE,1.000,1.200,0.200,"2.5 %, clear",\n'
    "clip,2024-01-01,No focal subject,yawn,,,,POINT,2.000,2.000,NA,,\n"
    "clip,2024-01-01,No focal subject,twitch left,,,,POINT,8.000,8.000,NA,,\n"
)


@pytest.mark.parametrize(("name", "text"), [("events.tsv", TABULAR), ("events.csv", AGGREGATED)])
def test_exported_tables(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    left_out: list[str] = []
    events = read_annotations(tmp_path / name, left_out)
    assert left_out == ["yawn"]
    assert places(events) == [
        (1.0, 1.2, EventType.TWITCH, Lip.UPPER, Side.LEFT),
        (7.95, 8.05, EventType.TWITCH, Lip.BOTH, Side.LEFT),
    ]
    assert events[0].amplitude_pct_iod == 2.5


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (TABULAR.replace("START", "STOP"), "ends at 1 s but does not begin"),
        (TABULAR.replace("STOP", "START"), "before it ended"),
        (TABULAR.replace("STOP", "POINT"), "does not end"),
        (TABULAR.replace("1.200", "later"), "could not convert"),
        (TABULAR.replace("\tPOINT\n", "\n"), "line 8: expected 10 cells, got 9"),
        (AGGREGATED.replace("clip,2024-01-01,No focal subject,yawn", "other,2024-01-01,,twitch"), "one observation"),
    ],
)
def test_tables_that_cannot_be_used(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "t.tsv").write_text(text, encoding="utf-8")
    with pytest.raises(SessionError, match=words):
        read_annotations(tmp_path / "t.tsv")
