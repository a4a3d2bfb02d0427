"""Pictures out of packets, past what is damaged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import av
from av.container import InputContainer
from av.video.stream import VideoStream

#: So many reads in a row that fail are taken as the end of the file.
_MAX_READ_FAILURES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A decoded picture and its time stamp in seconds on the container's own scale; None where it has none."""

    stamp_s: float | None
    image: av.VideoFrame


class Decoder:
    """Decodes one video stream and leaves out what cannot be trusted.

    Damaged packets and pictures are left out, and with them the pictures that build on them: until the next picture
    that the encoder stored whole, at most ``max_doubt_s``.

    Args:
        container: The open file.
        stream: Its video stream.
        max_doubt_s: How long after damage pictures are left out when no whole one comes, seconds.

    Attributes:
        packets: Count of packets read.
        damaged: Count of packets and pictures left out.
        first_damage_s: Time stamp of the first of them, or None.
    """

    def __init__(self, container: InputContainer, stream: VideoStream, *, max_doubt_s: float) -> None:
        self._container = container
        self._stream = stream
        self._unit_s = float(stream.time_base or 0)
        # AVI has no presentation times; what the decoder makes up for them jumps about with B-frames.
        self._by_dts = container.format.name == "avi"
        self._max_doubt_s = max_doubt_s
        self._doubt_since_s: float | None = None
        self.packets = 0
        self.damaged = 0
        self.first_damage_s: float | None = None

    def pictures(self) -> Iterator[Picture]:
        """What can be trusted, in the order of presentation."""
        for image in self._decoded():
            stamp_s = self._stamp_s(image)
            if image.is_corrupt:
                self._note_damage(stamp_s)
            elif self._trusted(image, stamp_s):
                yield Picture(stamp_s=stamp_s, image=image)
            else:
                self.damaged += 1

    def _trusted(self, image: av.VideoFrame, stamp_s: float | None) -> bool:
        if self._doubt_since_s is None:
            return True
        age_s = math.inf if stamp_s is None else stamp_s - self._doubt_since_s
        # A whole picture from before the damage may still come out after it: decoders reorder. Long before it means
        # that the time stamps began anew.
        if (image.key_frame and age_s > 0) or abs(age_s) > self._max_doubt_s:
            self._doubt_since_s = None
            return True
        return False

    def _decoded(self) -> Iterator[av.VideoFrame]:
        for packet in self._read():
            if packet.is_corrupt:
                self._note_damage(self._stamp_s(packet))
            try:
                images = packet.decode()
            except av.FFmpegError:
                self._note_damage(self._stamp_s(packet))
                continue
            yield from images

    def _read(self) -> Iterator[av.Packet[VideoStream]]:
        failures = 0
        packets = self._container.demux(self._stream)
        while failures < _MAX_READ_FAILURES:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except av.FFmpegError:
                failures += 1
                packets = self._container.demux(self._stream)
                continue
            failures = 0
            self.packets += packet.size > 0
            yield packet

    def _stamp_s(self, timed: av.VideoFrame | av.Packet[VideoStream]) -> float | None:
        stamp = timed.dts if self._by_dts or timed.pts is None else timed.pts
        return None if stamp is None else stamp * self._unit_s

    def _note_damage(self, stamp_s: float | None) -> None:
        self.damaged += 1
        if self.first_damage_s is None:
            self.first_damage_s = stamp_s
        if stamp_s is None:
            self._doubt_since_s = -math.inf if self._doubt_since_s is None else self._doubt_since_s
        else:
            self._doubt_since_s = stamp_s if self._doubt_since_s is None else max(stamp_s, self._doubt_since_s)
