"""Makes ``models/moving_mouth.npz``: ``python -m tests.benchmarks.learn_talking --clips DIR --faces DIR``.

The networks learn from every clip and every rendered movement that is given. How well such networks do on people they
never saw is what ``python -m tests.benchmarks.talking`` measures.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import numpy as np

from tests.benchmarks.cli import common, entries, learned_from, run_command
from tests.benchmarks.people import people
from tests.benchmarks.talking_networks import networks, scenes_of
from tests.benchmarks.tasks import Plan
from twitchcam import bundled
from twitchcam.motion.weights_file import WEIGHTS_NAME


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@common
@learned_from
def learn(clips: tuple[Path, ...], faces: Path | None, warped: float, **given: Any) -> None:
    """Has the networks of the package learn and puts them into models/."""
    plan = Plan(cache=given["cache"].resolve())
    scenes = scenes_of(people(faces, half="tune") if faces else [])
    (arrays,) = networks([entries(clips, None)], scenes, warped, plan, jobs=given["jobs"])
    path = bundled.places("models")[1] / WEIGHTS_NAME
    np.savez_compressed(path, **arrays)
    click.echo(path)


if __name__ == "__main__":
    run_command(learn)
