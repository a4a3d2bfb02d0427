from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from twitchcam.motion.channels import (
    CHANNEL_NAMES,
    CHANNELS,
    INDEX,
    LIP_SITES,
    SITES,
    Sample,
    missing,
    quantised,
)

STEPS = np.array([10.0**-channel.decimals for channel in CHANNELS])


def test_the_columns_of_the_signals_are_the_published_ones() -> None:
    """Recordings are read back by these names, in this order."""
    sites = ["upper_left", "upper_right", "lower_left", "lower_right", "corner_left", "corner_right"]
    assert [*SITES] == sites
    assert [*LIP_SITES] == sites[:4]
    assert [*CHANNEL_NAMES] == [
        *(f"{site}_{way}" for site in sites for way in ("out", "up")),
        *(f"{place}_{way}" for place in ("beside_left", "beside_right", "below") for way in ("out", "up")),
        *("head_x", "head_y", "head_roll", "head_yaw", "head_pitch", "iod", "iod_mm", "misfit", "mouth_open"),
        *("smile_left", "smile_right", "lid_left", "lid_right", "gaze_x", "frozen", "familiar", "key_frame"),
        *("brow_left_up", "brow_right_up", "nose_left_up", "nose_right_up", "cheek_left_up", "cheek_right_up"),
        *("chin_up", "mouth_tilt"),
        *("odds_upper", "odds_lower"),
    ]
    assert [INDEX[name] for name in CHANNEL_NAMES] == list(range(len(CHANNELS)))


def test_every_channel_says_what_it_is_and_in_which_unit() -> None:
    assert all(channel.unit and channel.meaning and channel.decimals >= 0 for channel in CHANNELS)


@given(values=arrays(np.float64, len(CHANNELS), elements=st.floats(-1e4, 1e4)))
def test_rounding_is_to_the_channels_decimals_and_done_once(values: np.ndarray) -> None:
    before = values.copy()
    rounded = quantised(values)
    assert np.array_equal(values, before)
    assert (np.abs(rounded - values) <= 0.5001 * STEPS).all()
    assert np.array_equal(quantised(rounded), rounded)
    assert not np.signbit(rounded[rounded == 0]).any()
    # What a file with so many decimals holds is exactly the number.
    written = [float(f"{value:.{channel.decimals}f}") for value, channel in zip(rounded, CHANNELS, strict=True)]
    assert written == rounded.tolist()


def test_missing_stays_missing() -> None:
    assert np.isnan(missing()).all()
    assert np.isnan(quantised(missing())).all()
    assert missing().shape == (len(CHANNELS),)


def test_a_sample_is_asked_by_name() -> None:
    sample = Sample(t_s=1.0, face=True, quality=1.0, values=np.arange(len(CHANNELS), dtype=float))
    assert sample["upper_left_out"] == 0.0
    assert sample["odds_lower"] == len(CHANNELS) - 1
    with pytest.raises(KeyError):
        sample["nose"]
