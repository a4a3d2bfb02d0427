from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from twitchcam.errors import OutputError
from twitchcam.motion.channels import SITES
from twitchcam.views.overlay import OverlayWriter, read_overlay

LIPS = np.arange(80, dtype=np.float32).reshape(40, 2)
PLACES = {site: (index + 0.5, 100.25) for index, site in enumerate(SITES)}


def test_reading_gives_what_was_written(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "o") as writer:
        for index in range(1030):
            writer.write(index / 30, LIPS + index, PLACES)
        writer.write(99.0, None, None)
    outlines = list(read_overlay(tmp_path / "o"))
    assert len(outlines) == 1031
    for index in (0, 1023, 1024, 1029):
        assert outlines[index].t_s == index / 30
        assert np.array_equal(outlines[index].lips_px, LIPS + index)
        assert outlines[index].sites_px == PLACES
    assert (outlines[-1].t_s, outlines[-1].lips_px, outlines[-1].sites_px) == (99.0, None, None)


def test_a_frame_takes_376_bytes(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "o") as writer:
        writer.write(0.0, LIPS, PLACES)
    assert (tmp_path / "o").stat().st_size == 376


def test_an_outline_of_another_size_is_a_fault(tmp_path: Path) -> None:
    with OverlayWriter(tmp_path / "o") as writer, pytest.raises(ValueError, match="broadcast"):
        writer.write(0.0, LIPS[:39], PLACES)


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="absent"):
        OverlayWriter(tmp_path / "absent" / "o")
