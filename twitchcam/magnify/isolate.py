"""What of the mouth's motion is the event: one pattern in the plane, one course in time, and the noise of it.

A patch of skin that moves has a known shape: that of the detector's template for the lip place. With it, and the
covariance of the noise in the frames around the event, the course in time is the best linear estimate from all sites
(generalised least squares). Where the measured field of displacements differs from the patch by more than noise can,
the pattern follows the measurement. The course is *measured* in every frame, in those without an event alike.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twitchcam.config import DetectionConfig
from twitchcam.dsp.pulses import pulse
from twitchcam.events.model import EventType, Lip, Side, Twitch
from twitchcam.events.places import PLACES, templates
from twitchcam.face.anatomy import surround_of
from twitchcam.face.template import bump_basis
from twitchcam.face.tracking import sites_in_face
from twitchcam.magnify.follow import Piece
from twitchcam.magnify.settings import MagnifySettings
from twitchcam.motion.channels import LIP_SITES, SITES, SURROUND

Float64 = NDArray[np.float64]

#: The event reaches this far beyond its onset and end when it is kept out of the noise and the drift.
_MARGIN_S = 0.06
#: Local power of the course is taken over this (standard deviation of a Gaussian).
_POWER_S = 0.035
#: Noise levels that local power must exceed to be shown in full or in part; the share of it beyond is shown.
_POWER_SNR = 2.0
#: Share of its diagonal that is added to the noise covariance, which comes from few frames.
_REGULARISATION = 0.1
#: A deviation of the noise beyond this many levels is cut before the covariance is made.
_NOISE_CLIP = 4.0
#: Frames outside the event that the noise needs.
_LEAST_REST_FRAMES = 15
#: Share of a spasm in which it rises, and falls.
_SPASM_EDGE = 0.2
_MAD_TO_SD = 1.4826
_TINY = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The motion of one event, apart from everything else.

    Attributes:
        times_s: ``(n,)`` times of the frames.
        course_iod: ``(n,)`` displacement of the skin at the event's place along its direction, noise held down, IOD.
        raw_iod: ``(n,)`` the same as measured.
        noise_iod: Standard deviation of ``raw_iod`` outside the event.
        snr: Peak of ``raw_iod`` within the event over that noise.
        size_iod: Displacement at the peak.
        places: ``(p, 2)`` where the moving patches are, face coordinates.
        directions: ``(p, 2)`` where each goes (x to the subject's left, y down) when ``course_iod`` is 1.
        patch_iod: Standard deviation of the patches.
        nodes: ``(k, 2)`` middles of the field's bumps.
        width_iod: Their standard deviation.
        field: ``(k, 2)`` weights of the bumps, as measured, when ``course_iod`` is 1.
        field_noise: ``(k, 2)`` standard deviation of those weights in one frame, for a course of ``size_iod``.
    """

    times_s: Float64
    course_iod: Float64
    raw_iod: Float64
    noise_iod: float
    snr: float
    size_iod: float
    places: Float64
    directions: Float64
    patch_iod: float
    nodes: Float64
    width_iod: float
    field: Float64
    field_noise: Float64

    def pattern(self, points: Float64, noise_snr: float) -> Float64:
        """``(n, 2)`` displacement at face points when ``course_iod`` is 1.

        Args:
            points: ``(n, 2)`` face coordinates.
            noise_snr: Noise levels by which the measured field must differ from the patches to be followed.
        """
        made = np.zeros((len(points), 2))
        for place, direction in zip(self.places, self.directions, strict=True):
            reach = np.exp(-np.sum((points - place) ** 2, axis=1) / (2 * self.patch_iod**2))
            made += reach[:, None] * direction
        basis = bump_basis(points, self.nodes, self.width_iod).astype(np.float64)
        differs = basis @ self.field - made
        noise = np.sqrt(np.sum((basis**2) @ (self.field_noise**2), axis=1)) / max(self.size_iod, _TINY)
        beyond = noise_snr * noise / np.maximum(np.hypot(differs[:, 0], differs[:, 1]), _TINY)
        return np.asarray(made + np.maximum(1 - beyond**2, 0)[:, None] * differs)


def isolate(piece: Piece, event: Twitch, settings: MagnifySettings, detection: DetectionConfig) -> Pulse | None:
    """Takes the motion of an event out of everything that moves; None where there are too few frames around it.

    Args:
        piece: The face followed through the event and some time around it.
        event: The event.
        settings: Smoothing and drift.
        detection: Width of the patch that the detector looks for.
    """
    t = piece.times_s
    during = (t >= event.onset_s) & (t <= event.end_s)
    rest = (t < event.onset_s - _MARGIN_S) | (t > event.end_s + _MARGIN_S)
    if rest.sum() < _LEAST_REST_FRAMES or not during.any():
        return None
    smooth = _kernel(t, settings.smoothing_s, np.ones(len(t)))
    drift = _kernel(t, max(settings.drift_s, 0.75 * event.duration_s), rest.astype(np.float64))
    steady = smooth @ (np.eye(len(t)) - drift)
    moved = steady @ _channels(piece)
    shape = _shape(event, t)
    if not shape.any():
        return None
    weights = shape / np.sum(shape**2)
    numbers = _numbers(event)
    looked_for = np.concatenate([templates(detection.site_width_iod)[k] for k in numbers], axis=1)
    inverse = np.linalg.inv(_covariance(moved[rest]))
    found = np.linalg.solve(looked_for.T @ inverse @ looked_for, looked_for.T @ inverse @ (weights @ moved))
    arrows = found.reshape(-1, 2)
    arrows /= max(float(np.hypot(arrows[:, 0], arrows[:, 1]).max()), _TINY)
    unit = looked_for @ arrows.ravel()
    raw = moved @ inverse @ unit / float(unit @ inverse @ unit)
    noise = _MAD_TO_SD * float(np.median(np.abs(raw[rest])))
    peak = max(float(raw[during].max()), 0.0)
    power = _kernel(t, _POWER_S, np.ones(len(t))) @ raw**2
    kept = np.maximum(1 - (_POWER_SNR * noise) ** 2 / np.maximum(power, _TINY), 0)
    flat = piece.fields.reshape(len(t), -1)
    field_moved = (steady @ flat).reshape(piece.fields.shape)
    # The field belongs to a course of 1; measured where the course is the event's own.
    course = np.where(during, raw, 0.0)
    field = np.einsum("i,ikc->kc", course, field_moved) / max(float(np.sum(course**2)), _TINY)
    sides = np.array([1.0 if SITES[k].endswith("left") else -1.0 for k in numbers])
    return Pulse(
        times_s=t,
        course_iod=raw * kept,
        raw_iod=raw,
        noise_iod=noise,
        snr=peak / max(noise, _TINY),
        size_iod=peak,
        places=sites_in_face(piece.mesh_face)[numbers],
        directions=np.stack([arrows[:, 0] * sides, -arrows[:, 1]], axis=1),
        patch_iod=detection.site_width_iod,
        nodes=piece.nodes,
        width_iod=piece.width_iod,
        field=field,
        field_noise=_MAD_TO_SD * np.median(np.abs(field_moved[rest]), axis=0),
    )


def best_piece(pieces: tuple[Piece, ...], event: Twitch) -> Piece | None:
    """The piece that holds most of an event's frames; None where none of them shows a face."""

    def held(piece: Piece) -> int:
        return int(np.sum((piece.times_s >= event.onset_s) & (piece.times_s <= event.end_s)))

    best = max(pieces, key=held, default=None)
    return best if best is not None and held(best) else None


def _channels(piece: Piece) -> Float64:
    """``(n, 18)`` displacement of the sites and the skin around, outwards and upwards in turn, IOD."""
    groups = [*sites_in_face(piece.mesh_face)[:, None], *surround_of(piece.mesh_face)]
    basis = np.stack([bump_basis(group, piece.nodes, piece.width_iod).mean(axis=0) for group in groups])
    moved = np.einsum("sk,nkc->nsc", basis.astype(np.float64), piece.fields)
    outwards = np.array([-1.0 if place.endswith("right") else 1.0 for place in (*SITES, *SURROUND)])
    return np.stack([moved[:, :, 0] * outwards, -moved[:, :, 1]], axis=2).reshape(len(moved), -1)


def _kernel(t: Float64, sd_s: float, weights: Float64) -> Float64:
    """``(n, n)`` each row a weighted Gaussian mean around a time; rates may vary."""
    kernel = np.exp(-0.5 * ((t[:, None] - t) / sd_s) ** 2) * weights + _TINY * weights
    return np.asarray(kernel / kernel.sum(axis=1, keepdims=True))


def _shape(event: Twitch, t: Float64) -> Float64:
    if event.trial_type is EventType.SPASM:
        u = (t - event.onset_s) / event.duration_s
        edge = np.clip(np.minimum(u, 1 - u) / _SPASM_EDGE, 0, 1)
        return np.asarray(np.sin(np.pi / 2 * edge) ** 2)
    rise = float(np.clip((event.peak_s - event.onset_s) / event.duration_s, 0.1, 0.9))
    return pulse(t, event.onset_s, event.duration_s, rise)


def _numbers(event: Twitch) -> list[int]:
    """Numbers of the lip places that an event is at."""
    found = [
        k
        for k, place in enumerate(PLACES)
        if event.lip in (place.lip, Lip.BOTH) and event.side in (place.side, Side.BOTH)
    ]
    assert found
    assert len(PLACES) == len(LIP_SITES)
    return found


def _covariance(rest: Float64) -> Float64:
    sd = _MAD_TO_SD * np.median(np.abs(rest), axis=0) + _TINY
    cut = np.clip(rest, -_NOISE_CLIP * sd, _NOISE_CLIP * sd)
    covariance = cut.T @ cut / len(cut)
    covariance[np.diag_indices_from(covariance)] *= 1 + _REGULARISATION
    return np.asarray(covariance)
