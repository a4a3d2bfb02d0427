"""Turns what the face does into moving patches of skin."""

from __future__ import annotations

import math
from functools import partial

import numpy as np

from twitchcam.events.model import Lip, Side
from twitchcam.simulate.geometry import BROW, CHEEK, LIP_MIDDLE, MOUTH_CORNER, UPPER_LID, FaceGeometry
from twitchcam.simulate.pulse import Course, pulse, swell, wander
from twitchcam.simulate.scenario import Movement, MovementKind, Scenario, TwitchSpec
from twitchcam.simulate.skin import Bump

SPEECH_BAND_HZ = (2.0, 8.0)
#: The ripple on a held spasm: its band and its size as a share of the whole (root mean square).
RIPPLE_BAND_HZ = (3.0, 9.0)
_RIPPLE = 0.12
#: How quickly muscles pull that are not moved on purpose, and how quickly a spasm lets go.
_SNAP_S = 0.12
_SIDES = (Side.LEFT, Side.RIGHT)


def bumps_of(scenario: Scenario, face: FaceGeometry, *, iod_px: float | None = None) -> tuple[Bump, ...]:
    """Everything that moves the skin in a scenario.

    Args:
        scenario: What happens.
        face: Where the parts of the face are.
        iod_px: What 100 % are; None takes it from ``face``.
    """
    iod = face.iod_px if iod_px is None else iod_px
    twitches = [twitch_bump(twitch, face, iod_px=iod) for twitch in scenario.twitches]
    others = [bump for m in scenario.movements for bump in movement_bumps(m, face, iod_px=iod, seed=scenario.seed)]
    return (*twitches, *others)


def twitch_bump(twitch: TwitchSpec, face: FaceGeometry, *, iod_px: float) -> Bump:
    """The patch that a twitch moves; at its centre the peak displacement is exactly the twitch's amplitude."""
    sigma = twitch.sigma_iod * iod_px
    length = twitch.amplitude_pct_iod / 100 * iod_px
    return Bump(
        centre_px=face.site_px(twitch.lip, twitch.side, place=twitch.place),
        vector_px=face.vector_px(twitch.side, angle_deg=twitch.angle_deg, length_px=length),
        sigma_px=(sigma, sigma),
        course=partial(pulse, onset_s=twitch.onset_s, duration_s=twitch.duration_s, rise=twitch.rise),
    )


def movement_bumps(movement: Movement, face: FaceGeometry, *, iod_px: float, seed: int) -> list[Bump]:
    """The patches of a movement that is not a twitch; ``seed`` and its onset give what is random in it."""
    match movement.kind:
        case MovementKind.PULL:
            return [_corner(movement, face, movement.side, iod_px, edge=0.4)]
        case MovementKind.SMILE:
            return [_corner(movement, face, side, iod_px, edge=0.3) for side in _SIDES]
        case MovementKind.BLINK:
            return [_lid(movement, face, side, iod_px) for side in _SIDES]
        case MovementKind.SPEECH:
            rng = np.random.default_rng([seed, 3, round(movement.onset_s * 1000)])
            return _speech(movement, face, iod_px, rng)
        case MovementKind.EYE_CLOSURE:
            return [_shut(movement, face, side, iod_px) for side in _sides(movement)]
        case MovementKind.BROW_RAISE:
            return [_snap(movement, face, side, BROW[side], iod_px, 90.0, (0.2, 0.1)) for side in _sides(movement)]
        case MovementKind.CHEEK:
            side = movement.side
            return [_snap(movement, face, side, CHEEK[side], iod_px, 75.0, (0.14, 0.14))]
        case MovementKind.SPASM:
            return [_spasm(movement, face, iod_px, np.random.default_rng([seed, 7, round(movement.onset_s * 1000)]))]
        case MovementKind.TREMOR:
            return _tremor(movement, face, iod_px)


def _sides(movement: Movement) -> tuple[Side, ...]:
    return _SIDES if movement.side is Side.BOTH else (movement.side,)


def _corner(movement: Movement, face: FaceGeometry, side: Side, iod_px: float, *, edge: float) -> Bump:
    """The corner of the mouth goes out and up."""
    return Bump(
        centre_px=face.point_px(MOUTH_CORNER[side]),
        vector_px=face.vector_px(side, angle_deg=35.0, length_px=movement.amplitude_pct_iod / 100 * iod_px),
        sigma_px=(0.22 * iod_px, 0.22 * iod_px),
        course=partial(swell, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=edge),
    )


def _lid(movement: Movement, face: FaceGeometry, side: Side, iod_px: float) -> Bump:
    """The upper lid goes down."""
    return Bump(
        centre_px=face.point_px(UPPER_LID[side]),
        vector_px=face.vector_px(side, angle_deg=-90.0, length_px=movement.amplitude_pct_iod / 100 * iod_px),
        sigma_px=(0.15 * iod_px, 0.08 * iod_px),
        course=partial(pulse, onset_s=movement.onset_s, duration_s=movement.duration_s, rise=0.35),
    )


def _speech(movement: Movement, face: FaceGeometry, iod_px: float, rng: np.random.Generator) -> list[Bump]:
    """The lower lip and jaw go up and down, the upper lip a little against it, the corners in and out."""
    edge = min(0.5, 0.3 / movement.duration_s)
    window = partial(swell, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=edge)
    # The hyperbolic tangent bounds the swing by the amplitude without a kink.
    jaw, corners = (wander(rng, rms=0.6, band_hz=SPEECH_BAND_HZ) for _ in range(2))

    def swung(swing: Course) -> Course:
        return lambda t_s: window(t_s) * math.tanh(swing(t_s))

    def patch(landmark: int, vector_px: tuple[float, float], sigma_iod: tuple[float, float], swing: Course) -> Bump:
        sigma_px = (sigma_iod[0] * iod_px, sigma_iod[1] * iod_px)
        return Bump(centre_px=face.point_px(landmark), vector_px=vector_px, sigma_px=sigma_px, course=swung(swing))

    length = movement.amplitude_pct_iod / 100 * iod_px
    down = face.vector_px(Side.LEFT, angle_deg=-90.0, length_px=length)
    made = [
        patch(LIP_MIDDLE[Lip.LOWER], down, (0.3, 0.22), jaw),
        patch(LIP_MIDDLE[Lip.UPPER], (-0.3 * down[0], -0.3 * down[1]), (0.25, 0.12), jaw),
    ]
    for side in _SIDES:
        outwards = face.vector_px(side, angle_deg=0.0, length_px=0.4 * length)
        made.append(patch(MOUTH_CORNER[side], outwards, (0.2, 0.2), corners))
    return made


def _shut(movement: Movement, face: FaceGeometry, side: Side, iod_px: float) -> Bump:
    """The upper lid goes down at once, stays and opens again."""
    return _snap(movement, face, side, UPPER_LID[side], iod_px, -90.0, (0.15, 0.08))


def _snap(
    movement: Movement,
    face: FaceGeometry,
    side: Side,
    landmark: int,
    iod_px: float,
    angle_deg: float,
    sigma_iod: tuple[float, float],
) -> Bump:
    """A place moves at once and stays until the movement is over; a short one is a pulse."""
    edge = min(0.5, _SNAP_S / movement.duration_s)
    return Bump(
        centre_px=face.point_px(landmark),
        vector_px=face.vector_px(side, angle_deg=angle_deg, length_px=movement.amplitude_pct_iod / 100 * iod_px),
        sigma_px=(sigma_iod[0] * iod_px, sigma_iod[1] * iod_px),
        course=partial(swell, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=edge),
    )


def _spasm(movement: Movement, face: FaceGeometry, iod_px: float, rng: np.random.Generator) -> Bump:
    """The corner of the mouth is pulled at once out and up and held, unsteadily."""
    held = _snap(movement, face, movement.side, MOUTH_CORNER[movement.side], iod_px, 35.0, (0.2, 0.2))
    ripple = wander(rng, rms=_RIPPLE, band_hz=RIPPLE_BAND_HZ)

    def course(t_s: float) -> float:
        return held.course(t_s) * (1 - _RIPPLE + ripple(t_s))

    return Bump(centre_px=held.centre_px, vector_px=held.vector_px, sigma_px=held.sigma_px, course=course)


def _tremor(movement: Movement, face: FaceGeometry, iod_px: float) -> list[Bump]:
    """The lower lip goes up and down, evenly; of one side, the corner of the mouth goes out and back."""
    edge = min(0.5, 0.3 / movement.duration_s)

    def course(t_s: float) -> float:
        window = swell(t_s, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=edge)
        return window * math.sin(2 * math.pi * movement.frequency_hz * (t_s - movement.onset_s))

    length = movement.amplitude_pct_iod / 100 * iod_px
    if movement.side is Side.BOTH:
        place, angle_deg, sigma_iod = LIP_MIDDLE[Lip.LOWER], 90.0, (0.28, 0.18)
    else:
        place, angle_deg, sigma_iod = MOUTH_CORNER[movement.side], 35.0, (0.14, 0.14)
    return [
        Bump(
            centre_px=face.point_px(place),
            vector_px=face.vector_px(movement.side, angle_deg=angle_deg, length_px=length),
            sigma_px=(sigma_iod[0] * iod_px, sigma_iod[1] * iod_px),
            course=course,
        )
    ]
