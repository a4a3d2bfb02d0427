from __future__ import annotations

from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result

from twitchcam.capture.frame import Image
from twitchcam.commands.simulate import command
from twitchcam.errors import InputError, OutputError, SessionError, TwitchcamError, UsageError
from twitchcam.events.model import Context, Lip, Side
from twitchcam.session.events_file import read_events
from twitchcam.simulate.sample import portrait

OFTEN = ("--first-s", "0.1", "--min-interval-s", "0.3", "--mean-interval-s", "0.4")
FAST = ("--size", "320x240", "--iod-px", "60", "--preset", "ultrafast", *OFTEN)


@pytest.fixture(scope="module")
def picture(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("portrait") / "face.png"
    rgb: Image = portrait()
    cv2.imwrite(str(path), cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    return path


@pytest.fixture(scope="module")
def recording(picture: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("recording") / "recording.mp4"
    assert run(picture, path, *FAST, "--duration-s", "0.3", "--no-twitches").exit_code == 0
    return path


def run(source: Path, output: Path, *options: str) -> Result:
    return CliRunner().invoke(command, [str(source), "-o", str(output), *options])


def times_of(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(f.pts * f.time_base) for f in container.decode(video=0)]


class TestOnAPortrait:
    def test_writes_video_and_truth_and_says_so(self, picture: Path, tmp_path: Path):
        result = run(
            picture, tmp_path / "out.mp4", *FAST, "--duration-s", "2", "--amplitude-pct-iod", "3", "--seed", "5"
        )
        assert result.exit_code == 0, result.exception
        truth = read_events(tmp_path / "out.truth.tsv")
        assert truth
        assert all(t.amplitude_pct_iod == 3.0 for t in truth)
        assert f"{tmp_path / 'out.mp4'}: {len(truth)} twitch" in result.output
        assert str(tmp_path / "out.truth.tsv") in result.output
        assert len(times_of(tmp_path / "out.mp4")) == 60
        assert sorted(p.name for p in tmp_path.iterdir()) == ["out.mp4", "out.truth.tsv"]

    def test_options_reach_the_rendering(self, picture: Path, tmp_path: Path):
        result = run(
            *(picture, tmp_path / "out.mkv", *FAST, "--duration-s", "0.5", "--no-twitches", "--fps", "60"),
            *("--codec", "mjpeg", "--jitter-ms", "3", "--dropped-pct", "10", "--exposure-gain", "0.5"),
        )
        assert result.exit_code == 0, result.exception
        assert "no twitches" in result.output
        with av.open(str(tmp_path / "out.mkv")) as container:
            assert container.streams.video[0].codec_context.name == "mjpeg"
            frames = list(container.decode(video=0))
        assert 20 <= len(frames) < 30
        assert frames[0].to_ndarray(format="gray").mean() < 0.8 * np.mean(portrait())

    def test_a_table_of_twitches_is_rendered_as_it_stands(self, picture: Path, tmp_path: Path):
        run(picture, tmp_path / "a.mp4", *FAST, "--duration-s", "2", "--seed", "1")
        table = tmp_path / "a.truth.tsv"
        result = run(picture, tmp_path / "b.mp4", *FAST, "--duration-s", "2", "--seed", "2", "--twitches", str(table))
        assert result.exit_code == 0, result.exception
        assert (tmp_path / "b.truth.tsv").read_bytes() == table.read_bytes()

    def test_movements_are_no_twitches_but_give_the_context(self, picture: Path, tmp_path: Path):
        result = run(
            *(picture, tmp_path / "out.mp4", *FAST, "--duration-s", "2", "--movement", "speech:0:2:4"),
            *("--movement", "pull:1:0.5:4:left"),
        )
        assert result.exit_code == 0, result.exception
        truth = read_events(tmp_path / "out.truth.tsv")
        assert {t.context for t in truth} == {Context.TALKING}
        assert all(t.lip in (Lip.UPPER, Lip.LOWER) and t.side in (Side.LEFT, Side.RIGHT) for t in truth)


class TestOnAVideo:
    def test_a_stretch_is_looped(self, recording: Path, tmp_path: Path):
        result = run(
            *(recording, tmp_path / "out.mp4", "--loop", "--end-s", "0.2", "--duration-s", "2", *OFTEN),
            *("--preset", "ultrafast", "--seed", "3"),
        )
        assert result.exit_code == 0, result.exception
        assert len(times_of(tmp_path / "out.mp4")) == 60
        assert read_events(tmp_path / "out.truth.tsv")

    def test_what_is_left_out_is_said(self, recording: Path, tmp_path: Path):
        run(recording, tmp_path / "a.mp4", "--loop", "--duration-s", "2", *OFTEN, "--seed", "3")
        table = str(tmp_path / "a.truth.tsv")
        result = run(recording, tmp_path / "b.mp4", "--twitches", table)
        assert result.exit_code == 0, result.exception
        assert "left out: no face, or no video, then" in result.stderr

    def test_what_only_a_portrait_takes_is_refused(self, recording: Path, tmp_path: Path):
        result = run(recording, tmp_path / "out.mp4", "--yaw-deg", "10")
        assert "--yaw-deg has no meaning here: only an image takes it" in str(result.exception)

    def test_it_does_not_replace_what_it_is_made_from(self, recording: Path):
        before = recording.read_bytes()
        assert isinstance(run(recording, recording).exception, UsageError)
        assert recording.read_bytes() == before


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--size", "640"), "--size 640"),
        (("--size", "641x480"), "even"),
        (("--fps", "fast"), "--fps fast"),
        (("--fps", "30/0"), "--fps 30/0"),
        (("--movement", "smile:5:2"), "--movement smile:5:2"),
        (("--movement", "grin:5:2:3"), "--movement grin"),
        (("--movement", "pull:5:2:3"), "needs one side"),
        (("--movement", "pull:5:2:3:left:x"), "--movement pull"),
        (("--amplitude-pct-iod", "0"), "amplitude"),
        (("--mean-interval-s", "1"), "mean interval"),
        (("--yaw-deg", "60"), "35 degrees"),
        (("--loop",), "--loop has no meaning here: only a video takes it"),
    ],
)
def test_wrong_use_is_one_line_that_names_it(picture: Path, tmp_path: Path, options: tuple[str, ...], message: str):
    error = run(picture, tmp_path / "out.mp4", *options).exception
    assert isinstance(error, UsageError)
    assert message in str(error)
    assert "\n" not in str(error)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [("--preset", "fst"), ("--codec", "vp7"), ("--gop", "0"), ("--noise-sigma", "-1")])
def test_values_that_click_knows_are_refused_by_it(picture: Path, tmp_path: Path, option: tuple[str, str]):
    result = run(picture, tmp_path / "out.mp4", *option)
    assert result.exit_code == 2
    assert option[0] in result.output


class TestBadInput:
    @pytest.mark.parametrize(
        ("name", "content", "message"),
        [
            ("nowhere.png", None, "there is no such file"),
            ("empty.mp4", b"", "empty.mp4"),
            ("text.mp4", b"not a video at all", "text.mp4"),
            ("cut.png", b"\x89PNG\r\n\x1a\n\0\0", "cut.png: this is not a picture"),
        ],
    )
    def test_what_cannot_be_read_is_named(self, tmp_path: Path, name: str, content: bytes | None, message: str):
        source = tmp_path / name
        if content is not None:
            source.write_bytes(content)
        error = run(source, tmp_path / "out.mp4").exception
        assert isinstance(error, InputError)
        assert message in str(error)
        assert not list(tmp_path.glob("out*"))

    def test_a_folder_is_not_an_input(self, tmp_path: Path):
        assert "this is a folder" in str(run(tmp_path, tmp_path / "out.mp4").exception)

    def test_a_portrait_without_a_face_is_named(self, tmp_path: Path):
        cv2.imwrite(str(tmp_path / "wall.png"), np.full((200, 200, 3), 128, dtype=np.uint8))
        error = run(tmp_path / "wall.png", tmp_path / "out.mp4").exception
        assert isinstance(error, InputError)
        assert "wall.png: no face" in str(error)

    def test_a_missing_table_is_named(self, picture: Path, tmp_path: Path):
        error = run(picture, tmp_path / "out.mp4", "--twitches", "nowhere.tsv").exception
        assert isinstance(error, SessionError)
        assert "nowhere.tsv" in str(error)

    @pytest.mark.parametrize(("output", "kind"), [("out.avi", UsageError), ("nowhere/out.mp4", OutputError)])
    def test_an_output_that_cannot_be_is_told_at_once(
        self, picture: Path, tmp_path: Path, output: str, kind: type[TwitchcamError]
    ):
        error = run(picture, tmp_path / output).exception
        assert isinstance(error, kind)
        assert output.rsplit("/", maxsplit=1)[-1] in str(error)
