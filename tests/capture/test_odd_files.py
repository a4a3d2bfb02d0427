"""Files as cameras, phones, players and accidents make them; more of them in ``test_files.py``."""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from fractions import Fraction
from multiprocessing import get_context
from pathlib import Path

import av
import numpy as np
import pytest

from tests.capture.recordings import cut, damage, moving, record
from tests.capture.test_files import read, times
from twitchcam.errors import InputError


@pytest.mark.parametrize(
    ("name", "codec", "pixel_format", "options"),
    [
        ("av1.mp4", "libsvtav1", "yuv420p", {"preset": "12", "svtav1-params": "lp=1"}),
        ("ten.mp4", "libx265", "yuv420p10le", {"x265-params": "log-level=none", "preset": "ultrafast"}),
        ("clip.gif", "gif", "rgb8", {}),
        ("prores.mov", "prores_ks", "yuv422p10le", {}),
        ("tv.mpg", "mpeg2video", "yuv420p", {}),
        ("full.mkv", "ffv1", "yuv444p16le", {}),
        ("grey.mkv", "ffv1", "gray10le", {}),
    ],
)
def test_more_codecs(tmp_path: Path, name: str, codec: str, pixel_format: str, options: dict[str, str]) -> None:
    pictures = list(moving(8, 64, 64))
    # Where it may, the encoder of AV1 makes the thread that opens it real-time, and so all that this one starts later.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as elsewhere:
        settings = {"rate": 25, "codec": codec, "pixel_format": pixel_format, "options": options}
        path = elsewhere.submit(record, tmp_path / name, pictures, **settings).result()
    frames, source = read(path)
    assert times(frames) == pytest.approx([index / 25 for index in range(8)], abs=1e-3)
    assert frames[0].size == (64, 64)
    grey = pictures[3].astype(float) @ [0.299, 0.587, 0.114]
    assert np.corrcoef(frames[3].luma.ravel(), grey.ravel())[0, 1] > 0.85
    assert frames[3].luma.std() > 10
    assert source.warnings == []


@pytest.mark.parametrize("rate", [8, 12, Fraction(24000, 1001), 50, 120, 240])
@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
def test_rates(tmp_path: Path, rate: Fraction | int, suffix: str) -> None:
    frames, source = read(record(tmp_path / f"clip.{suffix}", moving(24), rate=rate))
    assert times(frames) == pytest.approx([index / float(rate) for index in range(24)], abs=1e-3)
    assert source.warnings == []


@pytest.mark.parametrize("size", [(3840, 2160), (16, 16), (1080, 1920), (63, 47), (2, 2000)])
def test_sizes(tmp_path: Path, size: tuple[int, int]) -> None:
    width, height = size
    ramp = np.linspace(20, 220, width)[None, :, None].repeat(height, 0).repeat(3, 2).astype(np.uint8)
    codec = "ffv1" if width % 2 or height % 2 else "libx264"
    frames, _ = read(record(tmp_path / "clip.mkv", [ramp] * 2, codec=codec))
    assert [frame.size for frame in frames] == [size] * 2
    assert np.abs(frames[1].luma.astype(int) - ramp[..., 0]).mean() < 20


def test_interlaced(tmp_path: Path) -> None:
    options = {"flags": "+ilme+ildct", "x264-params": "tff=1", "g": "10"}
    frames, source = read(record(tmp_path / "tv.ts", moving(30), rate=25, options=options))
    assert times(frames) == pytest.approx([index / 25 for index in range(30)], abs=1e-3)
    assert source.warnings == []


@pytest.mark.parametrize("factor", [0.1, 10.0])
def test_a_duration_that_is_wrong(tmp_path: Path, factor: float) -> None:
    """The head of an mp4 says how long it is; its pictures have their own times."""
    path = record(tmp_path / "clip.mp4", moving(30), container_options={"movflags": "faststart"})
    content = bytearray(path.read_bytes())
    for name, place in ((b"mvhd", 20), (b"tkhd", 24), (b"mdhd", 20)):
        start = content.index(name) + place
        (old,) = struct.unpack(">I", content[start : start + 4])
        content[start : start + 4] = struct.pack(">I", int(old * factor))
    path.write_bytes(content)
    frames, _ = read(path)
    assert times(frames) == pytest.approx([index / 30 for index in range(30)])


def test_very_dark(tmp_path: Path) -> None:
    black = [np.zeros((48, 64, 3), np.uint8)] * 10
    frames, source = read(record(tmp_path / "night.mp4", black))
    assert len(frames) == 10
    assert max(int(frame.luma.max()) for frame in frames) <= 16
    assert source.warnings == []


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "avi", "webm", "mpg"])
@pytest.mark.parametrize("hurt", [lambda path: cut(path, 0.7), lambda path: damage(path, 0.6, 0.63)])
def test_what_is_handed_out_of_a_hurt_file_is_in_order(
    tmp_path: Path, suffix: str, hurt: Callable[[Path], Path]
) -> None:
    codec = {"webm": "libvpx-vp9", "mpg": "mpeg2video", "avi": "mpeg4"}.get(suffix, "libx264")
    path = record(tmp_path / f"clip.{suffix}", moving(90), rate=30, codec=codec)
    whole, size = read(path)[0], path.stat().st_size
    if hurt(path) and suffix == "mp4" and path.stat().st_size < size:
        # Its index was at the end.
        with pytest.raises(InputError, match="cut off"):
            read(path)
        return
    frames, source = read(path)
    stamps = times(frames)
    assert np.all(np.diff(stamps) > 0)
    assert stamps[-1] <= times(whole)[-1] + 1e-3
    assert len(frames) < len(whole) + 1
    known = np.array(times(whole))
    assert all(np.abs(known - stamp).min() < 2e-3 for stamp in stamps)
    # A demuxer may pass over damage without a word; then the times have a hole.
    assert source.warnings or len(frames) == len(whole) or max(np.diff(stamps)) > 0.06


@pytest.mark.parametrize(
    "name", ["-clip.mp4", "- -.mp4", " lead.mp4", "trail .mp4", "日本 видео ✓.mp4", "a'b\"c$(d).mp4", "%d.mp4"]
)
def test_names(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    made = record(tmp_path / "clip.mp4", moving(3))
    made.rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert len(read(Path(name))[0]) == 3
    assert len(read(tmp_path / name)[0]) == 3


@pytest.mark.skipif(os.name == "nt", reason="names there are text")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    made = record(tmp_path / "clip.mp4", moving(3))
    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp4"))
    made.rename(odd)
    assert len(read(odd)[0]) == 3


def test_links(tmp_path: Path) -> None:
    made = record(tmp_path / "clip.mp4", moving(3))
    (tmp_path / "link.mp4").symlink_to(made)
    (tmp_path / "twice.mp4").symlink_to(tmp_path / "link.mp4")
    assert len(read(tmp_path / "twice.mp4")[0]) == 3
    (tmp_path / "dead.mp4").symlink_to(tmp_path / "absent.mp4")
    (tmp_path / "loop.mp4").symlink_to(tmp_path / "loop.mp4")
    with pytest.raises(InputError, match=r"dead\.mp4: cannot read: No such file"):
        read(tmp_path / "dead.mp4")
    with pytest.raises(InputError, match=r"loop\.mp4: cannot read: Too many levels"):
        read(tmp_path / "loop.mp4")


@pytest.mark.parametrize("path", ["/dev/null", "/dev/zero"])
@pytest.mark.skipif(os.name == "nt", reason="no such devices there")
def test_devices(path: str) -> None:
    with pytest.raises(InputError, match="not a regular file"):
        read(Path(path))


def test_a_picture_within_sound(tmp_path: Path) -> None:
    """The cover of a piece of music is no recording."""
    with av.open(str(tmp_path / "song.m4a"), "w", format="mp4") as container:
        voice = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 8000), np.int16), format="s16", layout="mono")
        frame.sample_rate = 8000
        container.mux(voice.encode(frame))
        container.mux(voice.encode())
    with pytest.raises(InputError, match="only sound"):
        read(tmp_path / "song.m4a")
