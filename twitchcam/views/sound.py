"""Carries the sound of a recording over into a video made from it: copied where MP4 can hold it, else encoded anew."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import av
from av.audio.codeccontext import AudioCodecContext
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer

#: What players expect to find in an MP4 file.
_COPIED = frozenset({"aac", "ac3", "alac", "eac3", "mp3", "opus"})
_ENCODED_BIT_RATE = 128_000


class Sound:
    """The sound of a recording on its way into another file. Use as a context manager.

    Damage ends it early and is told by :attr:`broken`; it never stops the pictures.

    Args:
        path: The recording.
        output: Where the sound goes; its stream is added at once, before anything is written.
        zero_s: Time stamp, in the recording's own scale, that becomes 0.
        end_s: Nothing is taken from this time on, seconds after ``zero_s``; None takes all.

    Attributes:
        broken: The sound could not be carried over, or not to its end.
    """

    def __init__(self, path: Path, output: OutputContainer, *, zero_s: float, end_s: float | None) -> None:
        self.broken = False
        self._output = output
        self._zero_s = zero_s
        self._end_s = end_s
        self._written_s = 0.0
        self._container: InputContainer | None = None
        self._packets: Iterator[tuple[float, list[av.Packet[AudioStream]]]] = iter(())
        try:
            self._open(path)
        except (av.FFmpegError, ValueError):
            self.broken = True

    def _open(self, path: Path) -> None:
        self._container = av.open(
            f"file:{path}", mode="r", container_options={"protocol_whitelist": "file"}, metadata_errors="replace"
        )
        streams = self._container.streams.audio
        if not streams or streams[0].codec_context is None or streams[0].time_base is None:
            return
        source = streams[0]
        if source.codec_context.codec.canonical_name in _COPIED:
            self._packets = self._copied(source, self._output.add_stream_from_template(source))
        else:
            made = self._output.add_stream("aac", rate=source.codec_context.sample_rate)
            assert isinstance(made, AudioStream)
            made.codec_context.bit_rate = _ENCODED_BIT_RATE
            made.codec_context.layout = "mono" if source.codec_context.channels == 1 else "stereo"
            self._packets = self._encoded(source, made)

    def write_until(self, t_s: float) -> None:
        """Writes the sound up to a time, seconds after ``zero_s``."""
        try:
            while self._written_s <= t_s:
                arrived = next(self._packets, None)
                if arrived is None:
                    return
                self._written_s, packets = arrived
                for packet in packets:
                    self._output.mux(packet)
        except (av.FFmpegError, ValueError):
            self.broken = True
            self._packets = iter(())

    def _copied(self, source: AudioStream, target: AudioStream) -> Iterator[tuple[float, list[av.Packet[AudioStream]]]]:
        assert self._container is not None
        assert source.time_base is not None
        shift = round(self._zero_s / source.time_base)
        for packet in self._container.demux(source):
            if packet.pts is None or packet.dts is None or packet.size == 0:
                continue
            packet.pts -= shift
            packet.dts -= shift
            t_s = float(packet.pts * source.time_base)
            if self._end_s is not None and t_s >= self._end_s:
                return
            if t_s >= 0:
                packet.stream = target
                yield t_s, [packet]

    def _encoded(
        self, source: AudioStream, target: AudioStream
    ) -> Iterator[tuple[float, list[av.Packet[AudioStream]]]]:
        assert self._container is not None
        encoder: AudioCodecContext = target.codec_context
        resampler = AudioResampler(format=encoder.format, layout=encoder.layout, rate=encoder.sample_rate)
        t_s = 0.0
        frame: AudioFrame
        for frame in self._container.decode(source):
            if frame.pts is None or frame.time_base is None:
                continue
            t_s = float(frame.pts * frame.time_base) - self._zero_s
            if self._end_s is not None and t_s >= self._end_s:
                break
            if t_s >= 0:
                frame.pts -= round(self._zero_s / frame.time_base)
                yield t_s, [packet for part in resampler.resample(frame) for packet in target.encode(part)]
        rest = [packet for part in resampler.resample(None) for packet in target.encode(part)]
        yield t_s, rest + target.encode(None)

    def close(self) -> None:
        """Closes the recording."""
        if self._container is not None:
            self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
