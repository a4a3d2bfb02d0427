from __future__ import annotations

import numpy as np
import pytest

from tests.face.faces import canonical_face, face_frame, mesh_of
from twitchcam.face import anatomy
from twitchcam.face.similarity import Similarity
from twitchcam.face.tracking import sites_in_face
from twitchcam.motion.channels import SITES


def test_sites_are_in_the_order_of_the_channels() -> None:
    face = canonical_face()
    places = dict(zip(SITES, sites_in_face(face), strict=True))
    for site, (x, y) in places.items():
        assert (x > 0) == site.endswith("left")
        assert (y < 0.85) == site.startswith("upper")
        assert (y > 0.95) == site.startswith("lower")
    assert places["corner_left"] == pytest.approx(face[291])


def test_what_is_drawn_is_in_the_picture_of_the_frame() -> None:
    """The mesh may be older than the frame: its shape is drawn in the frame's own pose."""
    old, now = Similarity(100 + 0j, 320 + 200j), Similarity(90 * np.exp(0.1j), 300 + 210j)
    frame = face_frame(pose=old, mesh=mesh_of(old))
    frame = type(frame)(**{name: getattr(frame, name) for name in frame.__slots__} | {"pose": now})
    ring = [*anatomy.LIPS_OUTER, *anatomy.LIPS_INNER]
    assert frame.lips_px.shape == (40, 2)
    assert frame.lips_px.dtype == np.float32
    assert frame.lips_px == pytest.approx(now.to_picture(canonical_face()[ring]), abs=1e-3)
    assert frame.sites_px == pytest.approx(now.to_picture(sites_in_face(canonical_face())))
