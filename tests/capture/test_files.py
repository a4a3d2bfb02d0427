from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.capture.recordings import corners, cut, damage, moving, quarters, record, record_sound
from twitchcam.capture.files import VideoSource, open_video
from twitchcam.capture.frame import Frame
from twitchcam.config import CaptureConfig
from twitchcam.errors import InputError, UsageError


def read(path: Path, **capture: float | bool | None) -> tuple[list[Frame], VideoSource]:
    with open_video(path, CaptureConfig(**capture)) as source:
        return list(source), source


def times(frames: Iterable[Frame]) -> list[float]:
    return [frame.t_s for frame in frames]


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return record(tmp_path / "clip.mp4", moving(30), options={"g": "10", "bf": "2", "sc_threshold": "0"})


class TestTime:
    def test_times_come_from_the_container(self, clip: Path) -> None:
        frames, source = read(clip)
        assert times(frames) == pytest.approx([index / 30 for index in range(30)])
        assert source.warnings == []

    def test_rates_that_are_no_whole_number(self, tmp_path: Path) -> None:
        path = record(tmp_path / "ntsc.mp4", moving(60), rate=Fraction(30000, 1001))
        assert times(read(path)[0])[-1] == pytest.approx(59 * 1001 / 30000, abs=1e-6)

    def test_variable_frame_rate(self, tmp_path: Path) -> None:
        stamps = [0, 33, 60, 160, 165, 400, 1000]
        path = record(tmp_path / "vfr.mkv", moving(7), times_ms=stamps)
        frames, source = read(path)
        assert times(frames) == pytest.approx([stamp / 1000 for stamp in stamps], abs=1e-3)
        assert source.warnings == []

    @pytest.mark.parametrize("suffix", ["ts", "mkv", "mp4"])
    def test_a_start_time_that_is_not_zero(self, tmp_path: Path, suffix: str) -> None:
        path = record(tmp_path / f"late.{suffix}", moving(4), times_ms=[5000, 5040, 5080, 5120])
        assert times(read(path)[0]) == pytest.approx([0, 0.04, 0.08, 0.12], abs=1e-3)

    def test_the_first_frame_is_whole(self, clip: Path) -> None:
        keys = [index for index, frame in enumerate(read(clip)[0]) if frame.key]
        assert keys == [0, 10, 20]

    def test_a_stream_without_time_stamps_follows_its_rate(self, tmp_path: Path) -> None:
        path = record(tmp_path / "raw.h264", moving(10))
        frames, source = read(path)
        assert len(frames) == 10
        assert np.all(np.diff(times(frames)) > 0)
        rate = source.info.rate_hz
        assert rate is not None
        assert times(frames) == pytest.approx([index / rate for index in range(10)])

    def test_two_recordings_stuck_together(self, tmp_path: Path) -> None:
        one = record(tmp_path / "one.ts", moving(60), times_ms=[20_000 + 40 * index for index in range(60)])
        two = record(tmp_path / "two.ts", moving(60), times_ms=[40 * index for index in range(60)])
        path = tmp_path / "both.ts"
        path.write_bytes(one.read_bytes() + two.read_bytes())
        frames, source = read(path)
        assert len(frames) > 110
        assert np.all(np.diff(times(frames)) > 0)
        assert times(frames)[-1] < 6
        assert any("begin anew" in warning for warning in source.warnings)


class TestWindow:
    def test_start_and_end_keep_the_time_of_the_file(self, clip: Path) -> None:
        frames, source = read(clip, start_s=0.3, end_s=0.6)
        assert times(frames) == pytest.approx([index / 30 for index in range(9, 18)])
        assert source.warnings == []

    @pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi"])
    def test_far_into_the_file_gives_the_same_pictures(self, tmp_path: Path, suffix: str) -> None:
        path = record(tmp_path / f"long.{suffix}", moving(240), options={"g": "25", "bf": "2"})
        whole = {round(frame.t_s, 3): frame.luma for frame in read(path)[0]}
        frames, source = read(path, start_s=6.0, end_s=7.0)
        assert times(frames) == pytest.approx([time for time in whole if 6 <= time < 7], abs=1e-3)
        assert len(whole) == 240
        assert len(frames) == 30
        assert all(np.array_equal(frame.luma, whole[round(frame.t_s, 3)]) for frame in frames)
        assert source.warnings == []

    def test_a_jump_that_lands_too_late_is_taken_back(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        path = record(tmp_path / "long.mp4", moving(240), options={"g": "25"})
        expected = read(path, start_s=6.0)[0]
        monkeypatch.setattr("twitchcam.capture.files._JUMP_MARGIN_S", -1.5)
        frames, source = read(path, start_s=6.0)
        assert times(frames) == pytest.approx(times(expected))
        assert np.array_equal(frames[0].luma, expected[0].luma)
        assert source.warnings == []

    def test_a_window_beyond_the_end_names_the_file(self, clip: Path) -> None:
        with pytest.raises(InputError, match=r"clip\.mp4: the recording has no picture from 60 s on"):
            read(clip, start_s=60)
        with pytest.raises(InputError, match="between 2 s and 3 s"):
            read(clip, start_s=2, end_s=3)

    def test_an_end_before_the_start_is_wrong_use(self, clip: Path) -> None:
        with pytest.raises(UsageError, match="must come after the start"):
            read(clip, start_s=2, end_s=1)


class TestPictures:
    @pytest.mark.parametrize("flipped", [False, True])
    @pytest.mark.parametrize("rotation", [0, 90, 180, -90])
    def test_the_recorders_orientation_is_honoured(self, tmp_path: Path, rotation: int, flipped: bool) -> None:
        path = record(
            tmp_path / "turned.mp4", [quarters()] * 2, pixel_format="yuv444p", rotation=rotation, flipped=flipped
        )
        expected = {
            (0, False): "rgbk",
            (90, False): "gkrb",
            (180, False): "kbgr",
            (-90, False): "brkg",
            (0, True): "grkb",
            (90, True): "kgbr",
            (180, True): "bkrg",
            (-90, True): "rbgk",
        }[rotation, flipped]
        frames, source = read(path)
        size = (48, 64) if abs(rotation) == 90 else (64, 48)
        assert corners(frames[0].to_rgb()) == expected
        assert frames[0].size == size == (source.info.width_px, source.info.height_px)
        rgb = frames[0].to_rgb().astype(float)
        assert np.corrcoef(frames[0].luma.ravel(), (rgb @ [0.299, 0.587, 0.114]).ravel())[0, 1] > 0.99

    def test_a_mirrored_recording_is_flipped_after_it_was_turned(self, tmp_path: Path) -> None:
        path = record(tmp_path / "turned.mp4", [quarters()] * 2, pixel_format="yuv444p", rotation=-90)
        frames = read(path, mirrored=True)[0]
        assert corners(frames[0].to_rgb()) == "rbgk"
        assert np.array_equal(frames[0].luma, read(path)[0][0].luma[:, ::-1])

    @pytest.mark.parametrize(
        ("name", "codec", "pixel_format", "size"),
        [
            ("odd.mkv", "ffv1", "yuv420p", (51, 37)),
            ("grey.mkv", "ffv1", "gray", (64, 48)),
            ("ten.mkv", "ffv1", "yuv420p10le", (64, 48)),
            ("motion.avi", "mjpeg", "yuvj420p", (64, 48)),
            ("four.avi", "mpeg4", "yuv420p", (64, 48)),
            ("screen.mov", "png", "rgb24", (64, 48)),
            ("hevc.mp4", "libx265", "yuv420p", (64, 64)),
            ("vp9.webm", "libvpx-vp9", "yuv420p", (64, 48)),
        ],
    )
    def test_other_codecs(
        self, tmp_path: Path, name: str, codec: str, pixel_format: str, size: tuple[int, int]
    ) -> None:
        options = {"x265-params": "log-level=none"} if codec == "libx265" else {}
        pictures = list(moving(8, *size))
        path = record(tmp_path / name, pictures, codec=codec, pixel_format=pixel_format, options=options)
        frames, source = read(path)
        assert len(frames) == 8
        assert frames[0].size == size
        assert source.info.pixel_format == pixel_format
        assert np.corrcoef(frames[3].luma.ravel(), pictures[3][..., 1].ravel())[0, 1] > 0.9
        assert source.warnings == []

    def test_pictures_stay_usable_after_the_file_is_closed(self, clip: Path) -> None:
        frames, _ = read(clip)
        again, _ = read(clip)
        for frame, other in zip(frames, again, strict=True):
            assert np.array_equal(frame.luma, other.luma)
            assert np.array_equal(frame.to_rgb(), other.to_rgb())

    def test_pixels_that_are_not_square(self, tmp_path: Path) -> None:
        path = record(tmp_path / "dv.mp4", moving(3), aspect=Fraction(4, 3))
        assert read(path)[0][0].size == (85, 48)


class TestInfo:
    def test_what_the_container_says(self, tmp_path: Path) -> None:
        path = record(tmp_path / "clip.mp4", moving(30), metadata={"creation_time": "2024-05-01T10:00:00Z"}, sound=True)
        info = read(path)[1].info
        assert (info.name, info.path, info.size_bytes) == ("clip.mp4", path, path.stat().st_size)
        assert (info.codec, info.pixel_format) == ("h264", "yuv420p")
        assert (info.width_px, info.height_px, info.frame_count) == (64, 48, 30)
        assert (info.rate_hz, info.duration_s) == pytest.approx((30, 1))
        assert info.created_at is not None
        assert info.created_at.isoformat() == "2024-05-01T10:00:00+00:00"


class TestDamage:
    def test_one_and_two_frames(self, tmp_path: Path) -> None:
        for count in (1, 2):
            frames, source = read(record(tmp_path / f"{count}.mp4", moving(count)))
            assert len(frames) == count
            assert source.warnings == []

    @pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
    def test_damage_in_the_middle_is_left_out_counted_and_survived(self, tmp_path: Path, suffix: str) -> None:
        path = record(tmp_path / f"hurt.{suffix}", moving(150), options={"g": "15", "crf": "20"})
        whole = {round(frame.t_s, 3): frame.luma for frame in read(path)[0]}
        frames, source = read(damage(path, 0.4, 0.5))
        assert 60 < len(frames) < 148
        assert times(frames)[-1] == pytest.approx(149 / 30, abs=1e-3)
        # What is handed out is right, not merely decodable; a flipped bit that no decoder notices is rare.
        wrong = [frame.t_s for frame in frames if not np.array_equal(frame.luma, whole[round(frame.t_s, 3)])]
        assert len(wrong) <= 2
        assert len(source.warnings) == 1
        assert "damaged" in source.warnings[0]

    def test_without_a_whole_picture_to_come_doubt_ends(self, tmp_path: Path) -> None:
        path = record(tmp_path / "hurt.mp4", moving(150), options={"g": "1000", "crf": "20", "sc_threshold": "0"})
        content = path.read_bytes()
        for doubt_s, left in ((0.5, 2.0), (1.5, 1.0)):
            path.write_bytes(content)
            frames, _ = read(damage(path, 0.4, 0.41), max_doubt_s=doubt_s)
            after = [time for time in times(frames) if time > 2.5]
            assert len(after) / 30 > left
            assert max(np.diff(times(frames))) == pytest.approx(doubt_s, abs=0.3)

    def test_a_whole_picture_ends_doubt(self, tmp_path: Path) -> None:
        path = damage(record(tmp_path / "hurt.mp4", moving(150), options={"g": "15"}), 0.4, 0.41)
        frames, _ = read(path, max_doubt_s=1000)
        assert max(np.diff(times(frames))) < 1.1
        assert times(frames)[-1] == pytest.approx(149 / 30)

    @pytest.mark.parametrize(
        ("name", "options"),
        [("cut.mp4", {"movflags": "faststart"}), ("cut.mkv", {}), ("cut.avi", {}), ("cut.ts", {})],
    )
    def test_a_recording_cut_short_says_so(self, tmp_path: Path, name: str, options: dict[str, str]) -> None:
        path = record(
            tmp_path / name,
            moving(150),
            options={"g": "15"},
            container_options=options,
            sound=name != "cut.avi",
        )
        assert read(path)[1].warnings == []
        frames, source = read(cut(path, 0.503))
        assert 50 < len(frames) < 100
        assert "cut short" in source.warnings[0]

    def test_a_recording_that_was_not_read_to_its_end_is_not_called_cut_short(self, clip: Path) -> None:
        assert read(clip, end_s=0.2)[1].warnings == []

    def test_a_size_that_changes_on_the_way(self, tmp_path: Path) -> None:
        one = record(tmp_path / "one.h264", moving(5))
        two = record(tmp_path / "two.h264", moving(5, 128, 96))
        path = tmp_path / "both.h264"
        path.write_bytes(one.read_bytes() + two.read_bytes())
        frames, source = read(path)
        assert [frame.size for frame in frames] == [(64, 48)] * 10
        assert any("size of the picture changes" in warning for warning in source.warnings)


class TestNothingToAnalyse:
    def message(self, path: Path) -> str:
        with pytest.raises(InputError) as caught:
            read(path)
        message = str(caught.value)
        assert message.startswith(f"{path}: ")
        assert "\n" not in message
        return message

    def test_missing(self, tmp_path: Path) -> None:
        assert "No such file" in self.message(tmp_path / "absent.mp4")

    def test_a_folder(self, tmp_path: Path) -> None:
        assert "is a folder" in self.message(tmp_path)

    def test_empty(self, tmp_path: Path) -> None:
        (tmp_path / "empty.mp4").touch()
        assert "empty" in self.message(tmp_path / "empty.mp4")

    @pytest.mark.parametrize("name", ["notes.txt", "notes.mp4", "notes.nfo", "notes.csv"])
    def test_text(self, tmp_path: Path, name: str) -> None:
        (tmp_path / name).write_text("onset\tduration\n" + "1.0\t0.2\n" * 200)
        assert "not a video" in self.message(tmp_path / name)

    def test_noise(self, tmp_path: Path) -> None:
        (tmp_path / "noise.mp4").write_bytes(np.random.default_rng(0).bytes(50_000))
        assert self.message(tmp_path / "noise.mp4")

    def test_a_still_picture(self, tmp_path: Path) -> None:
        with av.open(str(tmp_path / "still.png"), "w", format="image2") as container:
            stream = container.add_stream("png")
            stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb24"
            container.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), format="rgb24")))
        assert "is not a video" in self.message(tmp_path / "still.png")

    def test_sound_only(self, tmp_path: Path) -> None:
        assert "only sound" in self.message(record_sound(tmp_path / "voice.m4a"))

    def test_an_index_that_is_missing(self, clip: Path) -> None:
        assert "cut off" in self.message(cut(clip, 0.6))

    def test_no_picture_that_can_be_decoded(self, tmp_path: Path) -> None:
        path = record(tmp_path / "hurt.mkv", moving(30), codec="mjpeg", pixel_format="yuvj420p")
        content = bytearray(path.read_bytes())
        start = content.index(b"\xff\xd8\xff")
        content[start : len(content) - 200] = bytes(len(content) - 200 - start)
        path.write_bytes(content)
        assert self.message(path)

    def test_no_permission(self, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path, *args: object, **options: object) -> None:
            raise PermissionError(13, "Permission denied", str(path))

        monkeypatch.setattr(Path, "open", refuse)
        assert "Permission denied" in self.message(clip)

    def test_a_pipe(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe.mp4")
        assert "not a regular file" in self.message(tmp_path / "pipe.mp4")

    @pytest.mark.parametrize(
        ("name", "text"),
        [
            ("list.m3u8", "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}\n#EXT-X-ENDLIST\n"),
            ("list.ffconcat", "ffconcat version 1.0\nfile '{}'\n"),
        ],
    )
    def test_nothing_is_fetched(self, tmp_path: Path, name: str, text: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            address = f"http://127.0.0.1:{server.getsockname()[1]}/clip.ts"
            (tmp_path / name).write_text(text.format(address))
            self.message(tmp_path / name)
            with pytest.raises(BlockingIOError):
                server.accept()


def test_ffmpegs_chatter_stays_quiet(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = record(tmp_path / "hurt.ts", moving(60))
    capfd.readouterr()
    read(damage(path, 0.3, 0.6))
    assert capfd.readouterr() == ("", "")


def test_names_that_look_like_addresses_and_patterns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = record(tmp_path / "clip.mp4", moving(3))
    monkeypatch.chdir(tmp_path)
    for name in ("a:b.mp4", "clip%03d.mp4", "zoë 1.mp4"):
        shutil.copy(clip, name)
        assert len(read(Path(name))[0]) == 3
