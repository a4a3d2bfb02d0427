"""Turns what the face does into moving patches of skin."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from twitchcam.events.model import Lip, Side
from twitchcam.simulate.geometry import LIP_MIDDLE, MOUTH_CORNER, UPPER_LID, FaceGeometry
from twitchcam.simulate.pulse import Course, pulse, swell, wander
from twitchcam.simulate.scenario import Movement, MovementKind, Scenario, TwitchSpec
from twitchcam.simulate.skin import Bump

SPEECH_BAND_HZ = (2.0, 8.0)
_SIDES = (Side.LEFT, Side.RIGHT)


def bumps_of(scenario: Scenario, face: FaceGeometry) -> tuple[Bump, ...]:
    """Everything that moves the skin in a scenario, on a given face."""
    twitches = [twitch_bump(twitch, face) for twitch in scenario.twitches]
    others = [
        bump
        for number, movement in enumerate(scenario.movements)
        for bump in movement_bumps(movement, face, np.random.default_rng([scenario.seed, 3, number]))
    ]
    return (*twitches, *others)


def twitch_bump(twitch: TwitchSpec, face: FaceGeometry) -> Bump:
    """The patch that a twitch moves; at its centre the peak displacement is exactly the twitch's amplitude."""
    sigma = twitch.sigma_iod * face.iod_px
    length = twitch.amplitude_pct_iod / 100 * face.iod_px
    return Bump(
        centre_px=face.site_px(twitch.lip, twitch.side, place=twitch.place),
        vector_px=face.vector_px(twitch.side, angle_deg=twitch.angle_deg, length_px=length),
        sigma_px=(sigma, sigma),
        course=partial(pulse, onset_s=twitch.onset_s, duration_s=twitch.duration_s, rise=twitch.rise),
    )


def movement_bumps(movement: Movement, face: FaceGeometry, rng: np.random.Generator) -> list[Bump]:
    """The patches of a movement that is not a twitch."""
    make: dict[MovementKind, Callable[[Movement, FaceGeometry, np.random.Generator], list[Bump]]] = {
        MovementKind.PULL: _pull,
        MovementKind.SMILE: _smile,
        MovementKind.BLINK: _blink,
        MovementKind.SPEECH: _speech,
    }
    return make[movement.kind](movement, face, rng)


def _corner(movement: Movement, face: FaceGeometry, side: Side, course: Course) -> Bump:
    sigma = 0.22 * face.iod_px
    length = movement.amplitude_pct_iod / 100 * face.iod_px
    return Bump(
        centre_px=face.point_px(MOUTH_CORNER[side]),
        vector_px=face.vector_px(side, angle_deg=35.0, length_px=length),
        sigma_px=(sigma, sigma),
        course=course,
    )


def _pull(movement: Movement, face: FaceGeometry, rng: np.random.Generator) -> list[Bump]:
    course = partial(swell, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=0.4)
    return [_corner(movement, face, movement.side, course)]


def _smile(movement: Movement, face: FaceGeometry, rng: np.random.Generator) -> list[Bump]:
    course = partial(swell, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=0.3)
    return [_corner(movement, face, side, course) for side in _SIDES]


def _blink(movement: Movement, face: FaceGeometry, rng: np.random.Generator) -> list[Bump]:
    course = partial(pulse, onset_s=movement.onset_s, duration_s=movement.duration_s, rise=0.35)
    length = movement.amplitude_pct_iod / 100 * face.iod_px
    return [
        Bump(
            centre_px=face.point_px(UPPER_LID[side]),
            vector_px=face.vector_px(side, angle_deg=-90.0, length_px=length),
            sigma_px=(0.15 * face.iod_px, 0.08 * face.iod_px),
            course=course,
        )
        for side in _SIDES
    ]


def _speech(movement: Movement, face: FaceGeometry, rng: np.random.Generator) -> list[Bump]:
    """The lower lip and jaw go up and down, the upper lip a little against it, the corners in and out."""
    length = movement.amplitude_pct_iod / 100 * face.iod_px
    window = partial(
        swell, onset_s=movement.onset_s, duration_s=movement.duration_s, edge=min(0.5, 0.3 / movement.duration_s)
    )
    # The swing is scaled so that its extremes, about 2.5 rms, are the amplitude.
    jaw, corners = (wander(rng, rms=0.4, band_hz=SPEECH_BAND_HZ) for _ in range(2))

    def swung(swing: Course) -> Course:
        return lambda t_s: window(t_s) * max(-1.0, min(1.0, swing(t_s)))

    iod = face.iod_px
    down = face.vector_px(Side.LEFT, angle_deg=-90.0, length_px=length)
    made = [
        Bump(
            centre_px=face.point_px(LIP_MIDDLE[Lip.LOWER]),
            vector_px=down,
            sigma_px=(0.3 * iod, 0.22 * iod),
            course=swung(jaw),
        ),
        Bump(
            centre_px=face.point_px(LIP_MIDDLE[Lip.UPPER]),
            vector_px=(-0.3 * down[0], -0.3 * down[1]),
            sigma_px=(0.25 * iod, 0.12 * iod),
            course=swung(jaw),
        ),
    ]
    made += [
        Bump(
            centre_px=face.point_px(MOUTH_CORNER[side]),
            vector_px=face.vector_px(side, angle_deg=0.0, length_px=0.4 * length),
            sigma_px=(0.2 * iod, 0.2 * iod),
            course=swung(corners),
        )
        for side in _SIDES
    ]
    return made
