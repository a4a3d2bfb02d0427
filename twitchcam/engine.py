"""The whole way of the data, wired: frames in, events out. Live monitoring and batch analysis use it alike."""

from __future__ import annotations

from dataclasses import dataclass
from types import TracebackType
from typing import Self

import cv2
import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.bands import Debander
from twitchcam.capture.cuts import is_cut
from twitchcam.capture.frame import Frame, Image
from twitchcam.config import Config
from twitchcam.events.detector import Detector, Found
from twitchcam.events.model import Context, Mark, Rejection, Segment, Twitch
from twitchcam.face.facemesh import FaceMeshTracker
from twitchcam.face.fused import FusedTracker
from twitchcam.face.tracking import FaceFrame, Tracker
from twitchcam.motion.channels import SITES, Sample
from twitchcam.motion.measure import measure
from twitchcam.motion.moving_mouth import MovingMouth
from twitchcam.motion.weights_file import bundled_weights


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What one frame, or the end, added.

    Attributes:
        samples: The rows of ``signals.csv`` that were measured.
        twitches: Twitches that became certain, in onset order.
        segments: Segments that ended.
        rejections: Peaks that were not taken for twitches.
        lips_px: ``(40, 2)`` outline of the lips in this frame's picture, or None.
        sites_px: Place of each site in this frame's picture, or None.
        marks: Movements that may turn out to be twitches.
    """

    samples: tuple[Sample, ...] = ()
    twitches: tuple[Twitch, ...] = ()
    segments: tuple[Segment, ...] = ()
    rejections: tuple[Rejection, ...] = ()
    lips_px: NDArray[np.float32] | None = None
    sites_px: dict[str, tuple[float, float]] | None = None
    marks: tuple[Mark, ...] = ()


class Engine:
    """Takes frames in order of time. Use as a context manager, or call :meth:`close`.

    While it is open, OpenCV works in one thread.

    Args:
        config: Settings.
        tracker: Another tracker than the configured one (tests).
        marks: Whether movements are marked at once, for somebody who watches.

    Raises:
        ModelError: the face model or the networks' weights are missing or altered.
        DependencyError: a library cannot be loaded.
    """

    def __init__(self, config: Config, tracker: Tracker | None = None, *, marks: bool = False) -> None:
        # Before the tracker: what fails here must not leave it open.
        self._moving = MovingMouth(bundled_weights())
        self._tracker = tracker or make_tracker(config)
        # The pictures are so small that handing parts of them to other threads takes longer than all of the work.
        self._threads = cv2.getNumThreads()
        cv2.setNumThreads(1)
        self._detector = Detector(config, marks=marks)
        self._bands = Debander()
        self._closed = False
        self._with_face: Image | None = None
        self._cuts_s: list[float] = []

    def push(self, frame: Frame) -> Update:
        """Measures the next frame; returns what became certain with it.

        Raises:
            RuntimeError: the engine was closed.
        """
        if self._closed:
            raise RuntimeError("the engine was closed; make a new one for another recording")
        frame = self._bands.steady(frame)
        face = self._tracker.track(frame)
        self._watch_for_cuts(frame, face)
        measured = measure(frame.t_s, face, key=frame.key)
        sample = self._moving.complete(measured, None if face is None else face.flow)
        return _update(self._detector.push(sample), (sample,), face)

    def close(self) -> Update:
        """Ends the recording; returns the rest and releases the tracker. A second call returns nothing."""
        if self._closed:
            return Update()
        self._closed = True
        self._tracker.close()
        cv2.setNumThreads(self._threads)
        return _update(self._detector.close(), (), None)

    @property
    def valid_s(self) -> float:
        """Seconds so far in which a twitch would have been counted."""
        return self._detector.valid_s

    @property
    def warnings(self) -> list[str]:
        """What limits the result, in plain sentences."""
        return [*self._tracker.warnings, *_told_cuts(self._cuts_s), *self._detector.warnings]

    def _watch_for_cuts(self, frame: Frame, face: FaceFrame | None) -> None:
        """A face that is another one at once: where there was none for a while, a segment says so."""
        if face is not None and face.restart and self._with_face is not None and is_cut(self._with_face, frame.luma):
            self._cuts_s.append(frame.t_s)
        self._with_face = None if face is None else frame.luma

    @property
    def context(self) -> Context | None:
        """What the face was doing when that was last certain; None before."""
        return self._detector.context

    @property
    def noise_pct_iod(self) -> dict[str, float]:
        """``{lip site: noise level}``, % IOD; empty while not known."""
        return self._detector.noise_pct_iod

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def make_tracker(config: Config) -> Tracker:
    """The tracker that the configuration names."""
    if config.face.tracker == "facemesh":
        return FaceMeshTracker(config.face)
    return FusedTracker(config.face, config.registration, config.periphery, config.eyelid)


def _told_cuts(cuts_s: list[float]) -> list[str]:
    if not cuts_s:
        return []
    others = len(cuts_s) - 1
    more = f" and {others} more {'time' if others == 1 else 'times'}" if others else ""
    return [f"the picture is cut at {cuts_s[0]:.1f} s{more}: what follows may be another person, and was measured anew"]


def _update(found: Found, samples: tuple[Sample, ...], face: FaceFrame | None) -> Update:
    sites_px = None
    if face is not None:
        places = face.sites_px
        sites_px = {name: (float(x), float(y)) for name, (x, y) in zip(SITES, places, strict=True)}
    return Update(
        samples=samples,
        twitches=found.twitches,
        segments=found.segments,
        rejections=found.rejections,
        lips_px=None if face is None else face.lips_px,
        sites_px=sites_px,
        marks=found.marks,
    )
