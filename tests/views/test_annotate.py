from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from tests.capture.recordings import moving, record
from twitchcam.config import CaptureConfig
from twitchcam.errors import InputError, OutputError
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.motion.channels import CHANNELS, LIP_SITES, Sample
from twitchcam.views import palette
from twitchcam.views.annotate import Outline, write_annotated

UNEVEN_MS = [0, 33, 67, 80, 133, 167, 260, 300, 333, 367, 400, 433, 500, 533, 567]
TWITCH = Twitch(onset_s=0.1, duration_s=0.1, peak_s=0.15, lip=Lip.UPPER, side=Side.LEFT, amplitude_pct_iod=2.0)


def annotate(video: Path, out: Path, capture: CaptureConfig | None = None, twitches: tuple[Twitch, ...] = (), **given):
    return write_annotated(
        video=video,
        capture=capture or CaptureConfig(),
        samples=given.pop("samples", ()),
        outlines=given.pop("outlines", ()),
        twitches=twitches,
        out=out,
        **given,
    )


def times_s(path: Path) -> list[float]:
    with av.open(str(path)) as container:
        return [float(frame.pts * frame.time_base) for frame in container.decode(video=0)]


def sound(path: Path) -> tuple[str, float, float]:
    """Codec of the sound, and when it begins and ends, seconds."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        frames = [(float(f.pts * f.time_base), f.samples / f.sample_rate) for f in container.decode(stream)]
        return stream.codec_context.name, frames[0][0], frames[-1][0] + frames[-1][1]


def record_with_sound(path: Path, codec: str, duration_s: float, begin_s: float = 0.0) -> Path:
    """Pictures and a tone, both beginning at ``begin_s`` on the container's clock."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        voice = container.add_stream(codec, rate=48000, layout="mono")
        for index, picture in enumerate(moving(round(30 * duration_s))):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts, frame.time_base = index + round(30 * begin_s), Fraction(1, 30)
            container.mux(stream.encode(frame))
        tone = (8000 * np.sin(np.arange(round(48000 * duration_s)) / 20)).astype(np.int16)
        heard = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
        heard.sample_rate, heard.pts, heard.time_base = 48000, round(48000 * begin_s), Fraction(1, 48000)
        container.mux(voice.encode(heard))
        container.mux(voice.encode(None))
        container.mux(stream.encode(None))
    return path


def test_every_frame_keeps_its_own_time(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", moving(len(UNEVEN_MS)), times_ms=UNEVEN_MS)
    seen: list[float] = []
    assert annotate(video, tmp_path / "b.mp4", progress=seen.append) == []
    assert times_s(tmp_path / "b.mp4") == pytest.approx([ms / 1000 for ms in UNEVEN_MS], abs=1e-4)
    assert seen == pytest.approx([ms / 1000 for ms in UNEVEN_MS], abs=1e-4)
    with av.open(str(tmp_path / "b.mp4")) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
        assert context.width % 2 == context.height % 2 == 0
        assert not container.streams.audio


def test_the_label_is_there_while_the_twitch_lasts(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", moving(45, 320, 240))
    annotate(video, tmp_path / "b.mp4", twitches=(TWITCH,))
    with av.open(str(tmp_path / "b.mp4")) as container:
        bars = [frame.to_ndarray(format="rgb24")[12:40, 11:14] for frame in container.decode(video=0)]
    colour = palette.rgb(palette.SIDE_COLOURS[Side.LEFT])
    shown = [np.abs(bar.astype(float) - colour).mean() < 30 for bar in bars]
    # From the onset for 0.6 s, which is longer than the twitch.
    assert np.flatnonzero(shown).tolist() == list(range(3, 21))


def test_an_outline_is_drawn_in_its_own_frame_only(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", [np.zeros((480, 640, 3), np.uint8)] * 6)
    lips = np.array([[200, 200], [400, 200], [300, 300]], np.float32)
    outlines = [Outline(t_s=index / 30, lips_px=lips if index == 3 else None, sites_px=None) for index in range(5)]
    annotate(video, tmp_path / "b.mp4", outlines=outlines)
    with av.open(str(tmp_path / "b.mp4")) as container:
        light = [frame.to_ndarray(format="gray")[195:206, 220:380].max() for frame in container.decode(video=0)]
    assert [level > 80 for level in light] == [False, False, False, True, False, False]


def test_only_the_analysed_stretch_is_written(tmp_path: Path) -> None:
    video = record_with_sound(tmp_path / "a.mp4", "aac", 2.0)
    annotate(video, tmp_path / "b.mp4", CaptureConfig(start_s=0.5, end_s=1.5))
    times = times_s(tmp_path / "b.mp4")
    assert times[0] == 0
    assert len(times) == 30
    _, begin_s, end_s = sound(tmp_path / "b.mp4")
    assert begin_s == pytest.approx(0, abs=0.05)
    assert end_s == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("name", "codec", "expected"),
    [("a.mp4", "aac", "aac"), ("a.mkv", "pcm_s16le", "aac"), ("a.mkv", "libmp3lame", "mp3")],
)
@pytest.mark.parametrize("begin_s", [0.0, 5.0])
def test_sound_is_kept_with_its_times(name: str, codec: str, expected: str, begin_s: float, tmp_path: Path) -> None:
    video = record_with_sound(tmp_path / name, codec, 2.0, begin_s)
    assert annotate(video, tmp_path / "b.mp4") == []
    kept, first_s, last_s = sound(tmp_path / "b.mp4")
    assert kept.startswith(expected)
    assert first_s == pytest.approx(0, abs=0.06)
    assert last_s == pytest.approx(2.0, abs=0.1)


def test_samples_are_read_as_the_video_goes(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", moving(30))
    taken: list[float] = []

    def endless() -> Iterator[Sample]:
        for index in range(100_000):
            taken.append(index / 30)
            yield Sample(t_s=index / 30, face=True, quality=1.0, values=np.zeros(len(CHANNELS)))

    annotate(video, tmp_path / "b.mp4", samples=endless(), twitches=(TWITCH,))
    assert taken[-1] < 4


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", moving(3))
    with pytest.raises(OutputError, match="absent"):
        annotate(video, tmp_path / "absent" / "b.mp4")


def test_a_recording_that_is_gone_is_named_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="gone"):
        annotate(tmp_path / "gone.mp4", tmp_path / "b.mp4")
    assert list(tmp_path.iterdir()) == []


def test_an_interruption_leaves_nothing_that_looks_complete(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", moving(30))

    def interrupt(t_s: float) -> None:
        if t_s > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        annotate(video, tmp_path / "b.mp4", progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]


def test_a_video_of_one_frame_and_of_odd_size(tmp_path: Path) -> None:
    video = record(tmp_path / "a.mp4", moving(1, 63, 47), pixel_format="yuv444p")
    nowhere = Outline(t_s=0.0, lips_px=None, sites_px=dict.fromkeys(LIP_SITES, (math.nan, math.nan)))
    annotate(video, tmp_path / "b.mp4", outlines=[nowhere], twitches=(TWITCH,))
    assert times_s(tmp_path / "b.mp4") == [0.0]
