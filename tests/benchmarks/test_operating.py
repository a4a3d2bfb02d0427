from __future__ import annotations

import json

import numpy as np
import pytest

from tests.benchmarks import operating, seen
from tests.benchmarks.operating import Measured, Options
from tests.benchmarks.patterns import KINDS, Move, Script, script
from tests.benchmarks.people import ASTRONAUT
from tests.benchmarks.rendered_sessions import Rendered, scenes
from tests.benchmarks.screened import Piece, at_channels, at_events
from tests.benchmarks.signals import recording_of, samples
from tests.benchmarks.tasks import Plan
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.truth import truth_of


@pytest.fixture
def plan(tmp_path):
    return Plan(cache=tmp_path)


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_is_the_same_person(kind):
    one, again, other = (script(kind, seed, length_s=120.0) for seed in (1, 1, 2))
    assert one == again
    assert one != other
    assert all(0 <= move.onset_s < 120 for move in one.moves)


def test_a_twitch_in_channels_is_found_where_it_was_put():
    acted = Script(kind="benign", length_s=20.0)
    acted.moves = [
        Move(onset_s=onset_s, duration_s=0.12, lip=lip, side=side, amplitude_pct_iod=4.0)
        for onset_s, lip, side in ((8.0, Lip.UPPER, Side.LEFT), (14.0, Lip.LOWER, Side.RIGHT))
    ]
    found = [(round(t.onset_s), t.lip, t.side) for t in recording_of(acted, 3).twitches]
    assert found == [(8, Lip.UPPER, Side.LEFT), (14, Lip.LOWER, Side.RIGHT)]


def test_channels_hold_no_gap_in_what_they_need():
    for sample in samples(script("healthy", 0, length_s=5.0), 0):
        assert np.isfinite(sample.values).all()


def test_pieces_say_what_was_said(plan):
    (one,) = at_events(Piece("hfs_severe", 0, 1, 600.0), plan)
    assert (one.kind, one.level, one.right_side, one.sufficient) == ("hfs_severe", 2, True, True)
    (short,) = at_channels(Piece("healthy", 0, 1, 10.0), plan)
    assert (short.level, short.sufficient, short.right_side) == (0, False, None)


def test_a_piece_is_done_once(plan, monkeypatch):
    piece = Piece("benign", 0, 2, 330.0)
    first = at_events(piece, plan)
    monkeypatch.setattr(seen, "recording_of", None)
    assert at_events(piece, plan) == first
    with pytest.raises(TypeError):
        at_events(Piece("benign", 2, 2, 330.0), plan)


def test_every_kind_can_be_rendered():
    made = scenes([ASTRONAUT], 12, 30.0)
    assert len({acted.kind for acted, _ in made}) == 8
    assert sum(acted.kind.startswith("hfs") for acted, _ in made) == 6
    for acted, scene in made:
        held = sum(move.duration_s >= 1 for move in acted.moves)
        assert len(truth_of(scene.scenario)) == len(acted.moves) - held


def test_the_tables(plan, tmp_path):
    outcomes = [one for kind in KINDS for one in at_events(Piece(kind, 0, 1, 330.0), plan)]
    video = Rendered(
        kind="tics", person="a", side=None, moves=3, twitches=2, bursts=2, level=0, said_side=None, sufficient=False
    )
    measured = Measured(
        events=outcomes, eyes=at_events(Piece("hfs_moderate", 0, 1, 330.0, 0.9), plan), channels=[], videos=[video],
        day_s=0.5, day_twitches=1000, took_s=180.0, found_again=True,
    )  # fmt: skip
    options = Options(plan=plan, jobs=1, made={"date": "today"})
    path = operating.write(options, measured, tmp_path)
    text = path.read_text(encoding="utf-8")
    for words in (
        "What was asked for",
        "| events: side wrong at level 1 or 2 | 0 | 0 of ",
        "Rendered videos",
        "0.50 s of",
        "All of the above took 3 min with 1 processes, a part of it found again",
    ):
        assert words in text
    assert len(json.loads(path.with_suffix(".json").read_text())["events"]) <= len(KINDS)
