"""The naive anchor: FaceMesh in VIDEO mode on every frame, band-pass forwards and backwards, find_peaks.

This is what a weekend script does, with care: the four lip sites in the face's own frame, a zero-phase Butterworth
band-pass from 1 to 12 Hz, local maxima of the largest of the four, in units of that signal's median over the recording.
It has no threshold of its own; the benchmark gives it the best one afterwards, which favours it. The unit matters: with
one threshold in % IOD for all recordings its F1 is lower and it has some twenty times as many false alarms in talking.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.capture.frame import Frame
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.motion.channels import LIP_SITES

FloatArray = NDArray[np.float64]

BAND_HZ = (1.0, 12.0)
SEPARATION_S = 0.2
#: A picture that stands still has no noise; % IOD.
_LEAST_NOISE_PCT_IOD = 1e-3
_ORDER = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """What the mesh says about the lips.

    Attributes:
        t_s: ``(n,)`` times of the frames.
        sites: ``(n, 4, 2)`` place of :data:`LIP_SITES` in the face's frame, % IOD, x to the subject's left, y down;
            NaN where there is no face.
    """

    t_s: FloatArray
    sites: FloatArray


def track(frames: Iterable[Frame]) -> Track:
    """Follows the lips through a recording."""
    from twitchcam.face import anatomy
    from twitchcam.face.facemesh import fit_similarity
    from twitchcam.face.mesh import MeshFinder
    from twitchcam.face.similarity import Similarity
    from twitchcam.face.tracking import sites_in_face

    times: list[float] = []
    sites: list[FloatArray] = []
    home: FloatArray | None = None
    with MeshFinder("video") as finder:
        for frame in frames:
            mesh = finder.find(frame.to_rgb(), frame.t_s)
            times.append(frame.t_s)
            if mesh is None:
                sites.append(np.full((len(LIP_SITES), 2), np.nan))
                continue
            points = mesh.points_px[:, :2]
            rigid = points[list(anatomy.RIGID_POINTS)]
            if home is None:
                home = Similarity.from_mesh(mesh.points_px).to_face(rigid)
            face = fit_similarity(home, rigid).to_face(points)
            sites.append(100 * sites_in_face(face)[: len(LIP_SITES)])
    return Track(t_s=np.array(times), sites=np.array(sites).reshape(-1, len(LIP_SITES), 2))


def peaks(lips: Track) -> list[Twitch]:
    """Every local maximum, its ``snr`` the height over the recording's median; a threshold on that makes a detector."""
    from scipy.signal import butter, find_peaks, peak_widths, sosfiltfilt

    seen = np.isfinite(lips.sites[:, 0, 0])
    if seen.sum() < 2 or len(lips.t_s) < 2:
        return []
    rate_hz = float(1 / np.median(np.diff(lips.t_s)))
    t_s = np.arange(lips.t_s[0], lips.t_s[-1], 1 / rate_hz)
    flat = lips.sites.reshape(len(lips.t_s), -1)
    even = np.stack([np.interp(t_s, lips.t_s[seen], column) for column in flat[seen].T], axis=1)
    sos = butter(_ORDER, (BAND_HZ[0], min(BAND_HZ[1], 0.45 * rate_hz)), "bandpass", fs=rate_hz, output="sos")
    if len(even) <= 3 * (2 * len(sos) + 1):
        return []
    moved = sosfiltfilt(sos, even, axis=0).reshape(len(t_s), -1, 2)
    size = np.hypot(moved[..., 0], moved[..., 1])
    largest = size.max(axis=1)
    noise = max(float(np.median(largest)), _LEAST_NOISE_PCT_IOD)
    found, _ = find_peaks(largest, height=noise, distance=max(1, round(SEPARATION_S * rate_hz)))
    _, _, left, right = peak_widths(largest, found, rel_height=0.5)
    return [
        _event(
            float(t_s[0]),
            rate_hz,
            int(peak),
            float(a),
            float(b),
            int(np.argmax(size[peak])),
            float(largest[peak]),
            noise,
        )
        for peak, a, b in zip(found, left, right, strict=True)
    ]


def above(events: Sequence[Twitch], threshold: float) -> list[Twitch]:
    """The peaks that a threshold on ``snr`` lets through."""
    return [event for event in events if event.snr is not None and event.snr >= threshold]


def _event(
    start_s: float, rate_hz: float, peak: int, left: float, right: float, site: int, height: float, noise: float
) -> Twitch:
    """A flank is twice as long as its upper half."""
    rise, fall = max(2 * (peak - left), 0.5), max(2 * (right - peak), 0.5)
    lip, side = LIP_SITES[site].split("_")
    return Twitch(
        onset_s=start_s + (peak - rise) / rate_hz,
        duration_s=(rise + fall) / rate_hz,
        peak_s=start_s + peak / rate_hz,
        lip=Lip(lip),
        side=Side(side),
        amplitude_pct_iod=height,
        snr=height / noise,
    )
