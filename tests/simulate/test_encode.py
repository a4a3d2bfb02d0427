from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.errors import OutputError, UsageError
from twitchcam.simulate.clock import frame_times_s
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.scenario import Codec, VideoSettings

SMALL = {"width": 96, "height": 64}

OTHERS = [Codec.HEVC, Codec.VP8, Codec.VP9]


def pictures(times: list[float]) -> Iterator[tuple[float, Image]]:
    for number, t_s in enumerate(times):
        picture = np.zeros((64, 96, 3), dtype=np.uint8)
        picture[...] = np.arange(96)[None, :, None]
        picture[20:40, 20:40] = (250, 10 + 5 * (number % 40), 10)
        yield t_s, picture


def read(path: Path) -> tuple[list[float], list[av.VideoFrame], str]:
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return [float(f.pts * f.time_base) for f in frames], frames, container.streams.video[0].codec_context.name


@pytest.mark.parametrize("suffix", [".mp4", ".mov"])
@pytest.mark.parametrize("codec", [Codec.H264, Codec.MJPEG])
def test_variable_frame_times_are_kept(tmp_path: Path, codec: Codec, suffix: str):
    video = VideoSettings(codec=codec, jitter_s=0.006, dropped=0.1, **SMALL)
    times = frame_times_s(video, duration_s=2.0, seed=1)
    path = tmp_path / f"vfr{suffix}"
    assert write_video(pictures(times), path, video) == len(times)
    found, _, name = read(path)
    assert name == codec.value
    assert found == pytest.approx(times, abs=2e-5)
    assert np.std(np.diff(found)) > 0.004


@pytest.mark.parametrize("codec", OTHERS)
def test_other_codecs_are_what_they_are_called(tmp_path: Path, codec: Codec):
    write_video(pictures([n / 30 for n in range(20)]), tmp_path / "other.mkv", VideoSettings(codec=codec, **SMALL))
    times, frames, name = read(tmp_path / "other.mkv")
    assert name == codec.value
    assert times == pytest.approx([n / 30 for n in range(20)], abs=6e-4)
    assert abs(int(frames[-1].to_ndarray(format="rgb24")[30, 30, 0]) - 250) < 25


def test_a_codec_that_the_container_does_not_hold_is_refused_in_words(tmp_path: Path):
    with pytest.raises(UsageError, match=r"vp8 .*mp4.*\.mkv"):
        write_video(pictures([0.0]), tmp_path / "out.mp4", VideoSettings(codec=Codec.VP8, **SMALL))
    assert list(tmp_path.iterdir()) == []


def test_matroska_keeps_times_to_its_millisecond(tmp_path: Path):
    video = VideoSettings(jitter_s=0.006, **SMALL)
    times = frame_times_s(video, duration_s=1.0, seed=1)
    write_video(pictures(times), tmp_path / "vfr.mkv", video)
    assert read(tmp_path / "vfr.mkv")[0] == pytest.approx(times, abs=6e-4)


@pytest.mark.parametrize("fps", [24, 25, 29.97, 30, 50, 59.94, 60, 120])
def test_even_frame_times_are_exact(tmp_path: Path, fps: float):
    video = VideoSettings(fps=fps, **SMALL)
    times = frame_times_s(video, duration_s=1.0, seed=1)
    write_video(pictures(times), tmp_path / "cfr.mp4", video)
    assert read(tmp_path / "cfr.mp4")[0] == pytest.approx(times, abs=1e-9)


def test_times_may_lie_anywhere_when_told_so(tmp_path: Path):
    times = [0.0, 0.05, 0.061, 0.2]
    write_video(pictures(times), tmp_path / "odd.mp4", VideoSettings(**SMALL), variable=True)
    assert read(tmp_path / "odd.mp4")[0] == pytest.approx(times, abs=2e-5)


def test_key_frames_come_as_often_as_asked(tmp_path: Path):
    video = VideoSettings(gop=5, **SMALL)
    write_video(pictures([n / 30 for n in range(20)]), tmp_path / "gop.mp4", video)
    keys = [n for n, frame in enumerate(read(tmp_path / "gop.mp4")[1]) if frame.key_frame]
    assert np.diff([*keys, 20]).max() <= 5


def test_quality_is_what_was_asked_for(tmp_path: Path):
    noise = np.random.default_rng(1)
    frames = [(n / 30, noise.integers(0, 255, (64, 96, 3), dtype=np.uint8)) for n in range(10)]
    sizes = {}
    for name, video in {
        "fine": VideoSettings(crf=12, **SMALL),
        "coarse": VideoSettings(crf=40, **SMALL),
        "fine jpeg": VideoSettings(codec=Codec.MJPEG, mjpeg_q=2, **SMALL),
        "coarse jpeg": VideoSettings(codec=Codec.MJPEG, mjpeg_q=20, **SMALL),
        **{f"fine {c.value}": VideoSettings(codec=c, crf=12, **SMALL) for c in OTHERS},
        **{f"coarse {c.value}": VideoSettings(codec=c, crf=45, **SMALL) for c in OTHERS},
    }.items():
        write_video(iter(frames), tmp_path / "q.mkv", video)
        sizes[name] = (tmp_path / "q.mkv").stat().st_size
    assert sizes["fine"] > 2 * sizes["coarse"]
    assert sizes["fine jpeg"] > 2 * sizes["coarse jpeg"]
    for codec in OTHERS:
        assert sizes[f"fine {codec.value}"] > 2 * sizes[f"coarse {codec.value}"], codec


def test_another_ending_is_refused_before_anything_is_written(tmp_path: Path):
    with pytest.raises(UsageError, match=r"out\.avi.*\.mp4"):
        write_video(pictures([0.0]), tmp_path / "out.avi", VideoSettings(**SMALL))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path):
    with pytest.raises(OutputError, match=r"nowhere.*No such file"):
        write_video(pictures([0.0]), tmp_path / "nowhere" / "out.mp4", VideoSettings(**SMALL))


def test_what_is_interrupted_leaves_nothing_behind(tmp_path: Path):
    def interrupted() -> Iterator[tuple[float, Image]]:
        yield from pictures([0.0, 0.1])
        assert [p.name for p in tmp_path.iterdir()] == ["out.partial.mp4"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_video(interrupted(), tmp_path / "out.mp4", VideoSettings(codec=Codec.MJPEG, **SMALL))
    assert list(tmp_path.iterdir()) == []
