from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.sessions import make_session, twitches
from tests.synthetic import even_times, stream, twitch
from twitchcam.events.model import Context, Segment
from twitchcam.motion.channels import Sample
from twitchcam.session.notes_file import Note, NoteKind

ONSETS_S = (3.0, 3.6, 9.0, 21.0, 30.0, 41.0, 52.0, 58.0)


def samples(duration_s: float) -> list[Sample]:
    """What was measured while the lip twitched, as a file keeps it."""
    motions = [
        twitch(t.onset_s, t.lip, t.side, amplitude_pct_iod=t.amplitude_pct_iod, duration_s=t.duration_s)
        for t in twitches(ONSETS_S)
    ]
    return [
        Sample(t_s=round(s.t_s, 5), face=s.face, quality=s.quality, values=np.round(s.values, 2), restart=s.restart)
        for s in stream(even_times(duration_s), motions)
    ]


@pytest.fixture(scope="session")
def reported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session of a minute with eight twitches, notes, and a screening."""
    return make_session(
        tmp_path_factory.mktemp("report"),
        "kitchen <b>",
        duration_s=60.0,
        events=twitches(ONSETS_S),
        segments=[Segment(onset_s=12, duration_s=6, kind=Context.TALKING)],
        notes=[
            Note(onset_s=4.0, kind=NoteKind.FELT),
            Note(onset_s=30.0, kind=NoteKind.TRIGGER, name="coffee", value="</script><script>alert(1)</script>"),
            Note(kind=NoteKind.TRIGGER, name="sleep", value="5h"),
        ],
        samples=samples(60.0),
        recorded_at=datetime(2026, 5, 1, 9, 30, tzinfo=UTC),
        subject="P1",
        warnings=["the picture was dark for 12 s"],
        screening={
            "level": 1,
            "side": "left",
            "sufficient": True,
            "for": ["24 of 26 bursts are on the left"],
            "against": ["the eye of the same side closed with 2 of 26 bursts only"],
        },
    )
