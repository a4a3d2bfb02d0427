"""Small recordings that tests make themselves."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 64, 48


def quarters(width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Four colours: red at the upper left, green at the upper right, blue at the lower left, black."""
    picture = np.zeros((height, width, 3), np.uint8)
    picture[: height // 2, : width // 2, 0] = 250
    picture[: height // 2, width // 2 :, 1] = 250
    picture[height // 2 :, : width // 2, 2] = 250
    return picture


def corners(rgb: Picture) -> str:
    """The colours of the quarters, row by row: ``rgbk`` is :func:`quarters` as it was made."""
    height, width = rgb.shape[:2]
    found = ""
    for y in (height // 4, 3 * height // 4):
        for x in (width // 4, 3 * width // 4):
            pixel = rgb[y, x]
            found += "rgb"[int(pixel.argmax())] if pixel.max() > 120 else "k"
    return found


def moving(count: int, width: int = WIDTH, height: int = HEIGHT) -> Iterable[Picture]:
    """Pictures with noise, so that every one costs the encoder some bytes."""
    rng = np.random.default_rng(7)
    ramp = np.linspace(40, 200, width)[None, :, None]
    for index in range(count):
        noise = rng.normal(0, 12, (height, width, 3))
        yield np.clip(np.roll(ramp, index, axis=1) + noise, 0, 255).astype(np.uint8)


def record(
    path: Path,
    pictures: Iterable[Picture],
    *,
    rate: Fraction | int = 30,
    times_ms: Sequence[int] | None = None,
    codec: str = "libx264",
    pixel_format: str = "yuv420p",
    options: dict[str, str] | None = None,
    container_options: dict[str, str] | None = None,
    metadata: dict[str, str] | None = None,
    rotation: int = 0,
    flipped: bool = False,
    aspect: Fraction | None = None,
    sound: bool = False,
) -> Path:
    """Encodes pictures; ``times_ms`` gives each its own time, else they follow ``rate``."""
    with av.open(str(path), "w", options=container_options or {}) as container:
        container.metadata.update(metadata or {})
        # Without B-frames, on one thread and with pictures converted beforehand x264 writes the same bytes each time.
        repeatable = {"threads": "1", "preset": "veryfast", "bf": "0"} if codec == "libx264" else {}
        settings = {**repeatable, **(options or {})}
        stream = container.add_stream(codec, rate=rate, options=settings)
        stream.pix_fmt = pixel_format
        if times_ms is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        if aspect is not None:
            stream.codec_context.sample_aspect_ratio = aspect
        if rotation or flipped:
            stream.set_display_rotation(rotation, hflip=flipped)
        voice = container.add_stream("aac", rate=8000) if sound else None
        count = 0
        for index, picture in enumerate(pictures):
            if index == 0:
                stream.height, stream.width = picture.shape[:2]
            count += 1
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24").reformat(format=pixel_format)
            if times_ms is None:
                frame.pts, frame.time_base = index, 1 / Fraction(rate)
            else:
                frame.pts, frame.time_base = times_ms[index], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
        if voice is not None:
            _add_sound(container, voice, count / float(rate))
    return path


def record_sound(path: Path, duration_s: float = 1.0) -> Path:
    """A file with sound only."""
    with av.open(str(path), "w") as container:
        _add_sound(container, container.add_stream("aac", rate=8000), duration_s)
    return path


def _add_sound(container: av.container.OutputContainer, stream: av.AudioStream, duration_s: float) -> None:
    tone = (8000 * np.sin(np.arange(int(8000 * duration_s)) / 5)).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = 8000, 0, Fraction(1, 8000)
    container.mux(stream.encode(frame))
    container.mux(stream.encode())


def damage(path: Path, start: float, stop: float) -> Path:
    """Overwrites what lies between two fractions of the file with zeros."""
    content = bytearray(path.read_bytes())
    first, last = int(start * len(content)), int(stop * len(content))
    content[first:last] = bytes(last - first)
    path.write_bytes(content)
    return path


def cut(path: Path, share: float) -> Path:
    """Keeps the first part of the file."""
    content = path.read_bytes()
    path.write_bytes(content[: int(share * len(content))])
    return path
