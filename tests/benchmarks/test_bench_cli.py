from __future__ import annotations

import pytest
from click.testing import CliRunner

from tests.benchmarks.cli import benchmarks


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["accuracy", "--conditions", "fps61"], "'fps61' is none of base, fps24"),
        (["accuracy", "--quality", "4k"], "'4k' is none of web, low"),
        (["accuracy", "--amplitudes", "4,large"], "--amplitudes"),
        (["speed", "--size", "640"], "--size"),
    ],
)
def test_a_wrong_word_is_named(arguments, said):
    result = CliRunner().invoke(benchmarks, arguments)
    assert result.exit_code == 2
    assert said in result.output


def test_every_command_explains_itself():
    for name in benchmarks.commands:
        assert CliRunner().invoke(benchmarks, [name, "--help"]).exit_code == 0
