from __future__ import annotations

import pytest
from click.testing import CliRunner

from tests.benchmarks import accuracy, calibration, false_alarms, speed
from tests.benchmarks.cli import benchmarks
from tests.benchmarks.scenes import CONDITIONS


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


def test_all_runs_everything_with_what_was_given(monkeypatch):
    ran: list[tuple[str, object]] = []
    for module in (accuracy, false_alarms, calibration, speed):
        name = module.__name__.rpartition(".")[2]
        monkeypatch.setattr(module, "measure", lambda options: options)
        monkeypatch.setattr(module, "write", lambda options, *_, name=name: ran.append((name, options)))
    monkeypatch.setattr(false_alarms, "measure_warped", lambda options: {})
    monkeypatch.setattr(accuracy, "anchor_threshold", lambda people, plan, jobs: 0.5)
    result = CliRunner().invoke(benchmarks, ["all", "--quick", "--jobs", "3"], catch_exceptions=False)
    assert result.exit_code == 0
    assert [name for name, _ in ran] == ["accuracy", "accuracy", "false_alarms", "calibration", "speed"]
    sizes, conditions, alarms, _, _ = (options for _, options in ran)
    assert (sizes.amplitudes, sizes.qualities, sizes.numbers, sizes.jobs) == ((2.0, 1.0), ("web",), 1, 3)
    assert conditions.conditions == ("fps60", "noise6")
    assert (alarms.rest_minutes, alarms.threshold) == (2.0, 0.5)


def test_conditions_are_measured_at_one_per_cent_and_webcam_quality(monkeypatch):
    ran = []
    monkeypatch.setattr(accuracy, "measure", lambda options: None)
    monkeypatch.setattr(accuracy, "write", lambda options, *_: ran.append(options))
    CliRunner().invoke(benchmarks, ["accuracy", "--conditions", "all", "--methods", "fused"], catch_exceptions=False)
    (options,) = ran
    assert (options.amplitudes, options.qualities, options.numbers) == ((1.0,), ("web",), 3)
    assert set(options.conditions) == set(CONDITIONS)
    assert options.plan.methods == ("fused",)
    assert {cell[1] for cell in accuracy.cells_of(options)} == set(CONDITIONS)
