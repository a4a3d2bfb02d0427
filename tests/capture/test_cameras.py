from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from tests.capture.recordings import corners, quarters
from tests.waiting import PATIENCE_S, until
from twitchcam.capture.cameras import CameraReader
from twitchcam.capture.frame import Frame, Image


class FakeDevice:
    """A camera whose pictures are handed to it; ``None`` is unplugging it."""

    rate_hz = 30.0

    def __init__(self, pictures: Iterator[tuple[float, Image] | None], clock: FakeClock) -> None:
        self._pictures = pictures
        self._clock = clock
        self.closed = False

    def read(self) -> tuple[Image, float | None] | None:
        given = next(self._pictures, None)
        if given is None:
            return None
        self._clock.time_s = given[0]
        return given[1], None

    def close(self) -> None:
        self.closed = True


class FakeClock:
    time_s = 0.0


def bgr(rgb: Image) -> Image:
    return np.ascontiguousarray(rgb[..., ::-1])


def reader(open_device: Callable[[], FakeDevice], clock: FakeClock, **given: object) -> CameraReader:
    options = {"mirrored": False, "backlog_s": 1e9, "reconnect_s": 0.001, **given}
    return CameraReader(open_device, now_s=lambda: clock.time_s, **options)


def taken(camera: CameraReader, count: int) -> list[Frame]:
    return [until(lambda: camera.take(0.05)) for _ in range(count)]


def test_pictures_come_in_order_with_the_times_of_their_arrival() -> None:
    clock = FakeClock()
    pictures = iter([(7.0, bgr(quarters())), (7.04, bgr(quarters())), (7.07, bgr(quarters()))])
    camera = reader(lambda: FakeDevice(pictures, clock), clock)
    camera.start()
    frames = taken(camera, 3)
    camera.close()
    assert [frame.t_s for frame in frames] == [7.0, 7.04, 7.07]
    assert corners(frames[0].to_rgb()) == "rgbk"
    assert frames[0].luma.shape == quarters().shape[:2]
    assert camera.rate_hz == 30.0


def test_a_mirrored_picture_is_turned_back() -> None:
    clock = FakeClock()
    camera = reader(lambda: FakeDevice(iter([(1.0, bgr(quarters()))]), clock), clock, mirrored=True)
    camera.start()
    (frame,) = taken(camera, 1)
    camera.close()
    assert corners(frame.to_rgb()) == "grkb"


def test_it_is_opened_again_when_it_went_away_and_keeps_its_size() -> None:
    clock = FakeClock()
    small = bgr(quarters())
    sizes = [small, np.ascontiguousarray(np.repeat(np.repeat(small, 2, 0), 2, 1))]
    opened: list[FakeDevice] = []
    refuse = iter([False, True, True, False])

    def open_device() -> FakeDevice:
        if next(refuse, True):
            raise OSError("not there")
        opened.append(FakeDevice(iter([(5.0 * len(opened) + 1, sizes[len(opened)])]), clock))
        return opened[-1]

    camera = reader(open_device, clock)
    camera.start()
    frames = taken(camera, 2)
    assert [frame.t_s for frame in frames] == [1.0, 6.0]
    assert frames[0].size == frames[1].size
    until(lambda: not camera.connected and camera.refusal is not None and opened[1].closed)
    camera.close()
    assert opened[0].closed
    assert camera.refusal == "not there"


def test_the_oldest_frames_are_dropped_and_counted_when_nobody_takes_them() -> None:
    clock = FakeClock()
    given = threading.Event()

    def pictures() -> Iterator[tuple[float, Image] | None]:
        for i in range(100):
            yield i / 30, bgr(quarters())
        given.set()
        yield from itertools.repeat(None)

    stream = pictures()
    camera = reader(lambda: FakeDevice(stream, clock), clock, backlog_s=0.25)
    camera.start()
    assert given.wait(PATIENCE_S)
    frames = taken(camera, 8)
    camera.close()
    assert frames[-1].t_s == pytest.approx(99 / 30)
    assert frames[0].t_s >= frames[-1].t_s - 0.25
    assert camera.dropped == 92


def test_what_goes_wrong_in_its_thread_is_raised_where_frames_are_taken() -> None:
    def broken() -> FakeDevice:
        raise RuntimeError("fault")

    camera = reader(broken, FakeClock())
    camera.start()
    with pytest.raises(RuntimeError, match="fault"):
        taken(camera, 1)
    camera.close()
