from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from twitchcam.capture.source_info import creation_time, tagged_duration_s

HERE = datetime(2024, 5, 1, 12, 0, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ({}, None),
        ({"creation_time": "2024-05-01T10:00:00.000000Z"}, datetime(2024, 5, 1, 10, tzinfo=UTC)),
        ({"creation_time": "2024-05-01 10:00:00"}, datetime(2024, 5, 1, 10, tzinfo=UTC)),
        (
            {"creation_time": "2024-05-01T11:00:00Z", "com.apple.quicktime.creationdate": "2024-05-01T12:00:00+0200"},
            HERE,
        ),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "last summer"}, None),
    ],
)
def test_the_creation_time_of_a_container(metadata: dict[str, str], expected: datetime | None) -> None:
    assert creation_time(metadata) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("01:02:03.500000000", 3723.5), ("", None), ("3.5", None), ("a:b:c", None)]
)
def test_the_duration_tag_of_matroska(text: str, expected: float | None) -> None:
    assert tagged_duration_s({"DURATION": text} if text else {}) == expected
