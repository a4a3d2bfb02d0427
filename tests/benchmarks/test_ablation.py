from __future__ import annotations

import numpy as np
import pytest

from tests.benchmarks.ablation import VARIANTS, Options, Row, Variant, _silenced, write
from tests.benchmarks.outcomes import Outcome, summary
from tests.benchmarks.tasks import Plan
from tests.session.findings import sample
from twitchcam.config import Config, from_dict
from twitchcam.motion.channels import CHANNEL_NAMES


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.words)
def test_a_variant_differs_in_what_it_says_and_can_be_run(variant: Variant) -> None:
    changed = from_dict(variant.settings) != Config() or bool(variant.silent)
    assert changed == (variant is not VARIANTS[0])
    assert set(variant.silent) <= set(CHANNEL_NAMES)


def test_silent_channels_are_zero_and_the_others_as_they_were() -> None:
    one = sample(1.0)
    quiet = _silenced(one, ("below_up",))
    at = CHANNEL_NAMES.index("below_up")
    assert quiet.values[at] == 0
    assert one.values[at] != 0
    assert np.array_equal(np.delete(quiet.values, at), np.delete(one.values, at))


def test_the_table_has_a_row_for_each_variant(tmp_path) -> None:
    outcome = Outcome(
        truths=2, events=1, f1=0.667, pairs=(), confidences=(0.9,), right=(True,), duration_s=20.0, rate_hz=30.0
    )
    rows = [Row(variant=v, cells=(summary([outcome]),) * 2, false=3, minutes=6.0) for v in VARIANTS]
    options = Options(
        people=[], clips=[], numbers=1, seconds=20.0, plan=Plan(cache=tmp_path), jobs=1, made={"date": "today"}
    )
    text = write(options, rows, tmp_path).read_text()
    assert all(f"| {variant.words} | **0.667** |" in text for variant in VARIANTS)
    assert text.count("| 0.50 |") == len(VARIANTS)
