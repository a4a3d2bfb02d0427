from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from twitchcam import config
from twitchcam.config import Config, from_dict, load, merged, to_dict, to_toml
from twitchcam.errors import ConfigError

SECTIONS = {field.name: type(getattr(Config(), field.name)) for field in dataclasses.fields(Config)}
KEYS = [(section, key.name) for section, kind in SECTIONS.items() for key in dataclasses.fields(kind)]
DEFAULTS = to_dict(Config())


def another(section: str, key: str) -> Any:
    """A valid value that is not the default."""
    default = DEFAULTS[section][key]
    special = {
        "choice": "leftmost",
        "end_s": 7.5,
        "tracker": "facemesh",
        "start_s": 2.25,
        "pulse_durations_s": (0.1, 0.2),
    }
    if key in special:
        return special[key]
    if isinstance(default, bool):
        return not default
    return default + 1 if isinstance(default, int) else default * 0.9


@pytest.mark.parametrize(("section", "key"), KEYS)
def test_every_key_goes_through_toml_and_changes_nothing_else(section: str, key: str, tmp_path: Path) -> None:
    value = another(section, key)
    changed = merged(Config(), {section: {key: value}})
    wanted = {**DEFAULTS, section: {**DEFAULTS[section], key: value}}
    assert to_dict(changed) == wanted != DEFAULTS
    path = tmp_path / "settings.toml"
    path.write_text(to_toml(changed), encoding="utf-8")
    assert load(path) == changed
    assert from_dict(to_dict(changed)) == changed


@pytest.mark.parametrize(("section", "kind"), SECTIONS.items())
def test_every_key_is_described(section: str, kind: type) -> None:
    attributes = (kind.__doc__ or "").partition("Attributes:")[2]
    described = re.findall(r"^ {8}(\w+): \S", attributes, flags=re.MULTILINE)
    assert described == [field.name for field in dataclasses.fields(kind)]


def test_the_defaults_are_the_configuration_of_nothing() -> None:
    assert from_dict({}) == Config() == from_dict({section: {} for section in SECTIONS})


def test_toml_holds_every_key_that_is_set() -> None:
    written = {(section, key) for section, values in tomllib.loads(to_toml(Config())).items() for key in values}
    assert written == {(section, key) for section, key in KEYS if DEFAULTS[section][key] is not None}


def test_a_file_changes_what_it_names_over_its_base(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("[detection]\nmin_snr = 6.5\n[face]\ntracker = 'facemesh'\n", encoding="utf-8")
    base = merged(Config(), {"capture": {"start_s": 3.0}, "detection": {"min_snr": 5.0, "separation_s": 0.4}})
    made = load(path, base)
    assert (made.detection.min_snr, made.detection.separation_s) == (6.5, 0.4)
    assert (made.face.tracker, made.capture.start_s) == ("facemesh", 3.0)
    assert load(path).capture.start_s == 0.0


def test_merging_leaves_the_base_as_it_was() -> None:
    base = Config()
    merged(base, {"dsp": {"low_hz": 1.0}})
    assert base == Config()
    assert merged(base, {}) == base


def test_an_end_can_be_taken_back() -> None:
    cut = merged(Config(), {"capture": {"end_s": 9.0}})
    assert merged(cut, {"capture": {"end_s": None}}) == Config()
    assert "end_s = 9.0" in to_toml(cut)
    assert "end_s" not in to_toml(Config())


def test_text_survives_toml() -> None:
    text = 'a "b" \\ c'
    assert tomllib.loads(f"x = {config._toml_value(text)}") == {"x": text}


@pytest.mark.parametrize(
    ("data", "named"),
    [
        ({"detecton": {}}, "unknown key detecton; the nearest one is detection"),
        ({"detection": {"min_snt": 3}}, "unknown key detection.min_snt; the nearest one is detection.min_snr"),
        ({"capture": {"mirored": True}}, "unknown key capture.mirored; the nearest one is capture.mirrored"),
        ({"capture": {"": 1}}, r"unknown key capture\.; the nearest one is capture\."),
        ({"capture": 3}, "capture must be a table of keys"),
        ({"capture": {"start_s": -1}}, r"capture.start_s = -1: .*greater than or equal to 0"),
        ({"detection": {"min_snr": 0}}, r"detection.min_snr = 0: .*greater than 0"),
        ({"detection": {"min_shape": 1.5}}, r"detection.min_shape = 1.5: .*less than or equal to 1"),
        ({"dsp": {"order": 2.5}}, r"dsp.order = 2.5: .*integer"),
        ({"dsp": {"order": 99}}, r"dsp.order = 99: .*less than or equal to 8"),
        ({"face": {"tracker": "dlib"}}, r"face.tracker = 'dlib': .*fused.*facemesh"),
        ({"capture": {"start_s": "soon"}}, r"capture.start_s = 'soon': .*number"),
        ({"capture": {"start_s": None}}, r"capture.start_s = None: .*number"),
        ({"capture": {"mirrored": "perhaps"}}, r"capture.mirrored = 'perhaps': .*boolean"),
        ({"dsp": {"low_hz": float("nan")}}, r"dsp.low_hz = nan: "),
        ({"dsp": {"noise_window_s": float("inf")}}, r"dsp.noise_window_s = inf: .*finite"),
        ({"dsp": {"pulse_durations_s": []}}, r"dsp.pulse_durations_s = \[\]: .*at least 1"),
        ({"dsp": {"pulse_durations_s": [0.1, -0.1]}}, r"dsp.pulse_durations_s.1 = -0.1: "),
        ({"dsp": {"low_hz": 13.0}}, r"dsp.low_hz = 13 must be below"),
        ({"dsp": {"low_hz": 10.0}}, r"dsp.low_hz = 10 must be below 8.6: dsp.high_hz, and 0.43 of capture.min_rate_hz"),
        ({"capture": {"min_rate_hz": 4.0}}, r"dsp.low_hz = 2 must be below 1.72"),
    ],
)
def test_what_cannot_be_is_one_line_that_names_it(data: dict[str, Any], named: str) -> None:
    for attempt in (lambda: from_dict(data, source="here"), lambda: merged(Config(), data, source="here")):
        with pytest.raises(ConfigError, match=f"^here: {named}") as caught:
            attempt()
        assert "\n" not in str(caught.value)
        assert caught.value.exit_code == 2
        assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"[capture\n", "not a TOML file"),
        (b"\xff\xfe\x00", "not a TOML file"),
        (b"[capture]\nstart_s = -2\n", "capture.start_s = -2"),
        (b"start_s = 1\n", "unknown key start_s"),
        (None, "cannot read the configuration"),
    ],
)
def test_a_file_is_named_in_what_is_said_about_it(content: bytes | None, said: str, tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigError, match=f"^{re.escape(str(path))}: .*{re.escape(said)}"):
        load(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read the configuration"):
        load(tmp_path)


def test_a_configuration_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Config().capture.start_s = 1.0  # type: ignore[misc]
