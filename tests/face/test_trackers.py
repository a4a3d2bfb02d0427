"""Both trackers, first with a mesh that is told what to find, then on pictures of a face."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.face.faces import canonical_face, mesh_of
from tests.face.texture import POSE, Bump, frame, picture
from twitchcam.capture.frame import Frame, Image, from_rgb
from twitchcam.config import Config, FaceConfig, RegistrationConfig
from twitchcam.engine import make_tracker
from twitchcam.face import facemesh, fused
from twitchcam.face.facemesh import FaceMeshTracker
from twitchcam.face.fused import FusedTracker
from twitchcam.face.mesh import Mesh
from twitchcam.face.similarity import Similarity
from twitchcam.face.tracking import FaceFrame, Tracker, sites_in_face
from twitchcam.motion.channels import SITES

FACE = canonical_face()
PLACES = sites_in_face(FACE)
STILL = picture()
SITE = SITES.index("upper_left")


class ToldFinder:
    """Finds what it is told: a mesh, or None, as a function of the time."""

    tells: Callable[[float], Mesh | None] = staticmethod(lambda t_s: mesh_of(POSE))

    def __init__(self, mode: str, min_confidence: float, *, choice: str, tell_others: bool) -> None:
        self.mode = mode
        self.asked_s: list[float] = []
        self.closed = False

    def find(self, rgb: Image, t_s: float) -> Mesh | None:
        assert rgb.ndim == 3
        self.asked_s.append(t_s)
        return self.tells(t_s)

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def _told(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (fused, facemesh):
        monkeypatch.setattr(module, "MeshFinder", ToldFinder)
    tell(monkeypatch, lambda t_s: mesh_of(POSE))


def tell(monkeypatch: pytest.MonkeyPatch, tells: Callable[[float], Mesh | None]) -> None:
    monkeypatch.setattr(ToldFinder, "tells", staticmethod(tells))


def fused_tracker() -> FusedTracker:
    return FusedTracker(FaceConfig(), RegistrationConfig())


def followed(tracker: Tracker, pictures: list[Image], rate_hz: float = 30.0) -> list[FaceFrame | None]:
    return [tracker.track(frame(k / rate_hz, luma)) for k, luma in enumerate(pictures)]


def bump(size_iod: float) -> Bump:
    x, y = PLACES[SITE]
    return Bump(complex(x, y), complex(0, -size_iod))


def pct(displacement: NDArray[np.float64]) -> NDArray[np.float64]:
    return 100 * np.hypot(displacement[..., 0], displacement[..., 1])


@pytest.mark.usefixtures("_told")
class TestFused:
    def test_the_mesh_is_asked_seldom_at_rest(self) -> None:
        tracker = fused_tracker()
        faces = followed(tracker, [STILL] * 56)
        assert all(faces)
        finder = tracker._finder
        assert isinstance(finder, ToldFinder)
        assert finder.mode == "video"
        assert np.diff(finder.asked_s) == pytest.approx([0.6] * 3, abs=0.001)

    def test_the_mesh_is_asked_at_once_when_the_mouth_moves_and_often_while_it_does(self) -> None:
        tracker = fused_tracker()
        sizes = [0.0] * 10 + [0.01 * (k // 4) for k in range(1, 21)]
        followed(tracker, [picture(bump=bump(size) if size else None) for size in sizes])
        finder = tracker._finder
        assert isinstance(finder, ToldFinder)
        assert 0.4 < finder.asked_s[1] < 0.5
        assert np.diff(finder.asked_s[1:]) == pytest.approx([0.2] * (len(finder.asked_s) - 2), abs=0.001)

    def test_a_still_picture_is_frozen_and_familiar(self) -> None:
        faces = [face for face in followed(fused_tracker(), [STILL] * 5) if face]
        assert [face.frozen for face in faces] == [0.0, 1.0, 1.0, 1.0, 1.0]
        assert [face.familiar for face in faces] == pytest.approx([1.0] * 5)

    def test_only_the_first_frame_is_a_start(self) -> None:
        faces = followed(fused_tracker(), [STILL] * 40)
        assert [face.restart for face in faces if face] == [True] + [False] * 39

    def test_a_face_at_rest_stays_where_it_is_also_when_the_reference_is_renewed(self) -> None:
        faces = followed(fused_tracker(), [STILL] * 70)
        assert max(pct(face.displacement).max() for face in faces if face) < 0.02
        assert all(face.quality > 0.95 for face in faces if face)

    def test_a_twitch_is_seen_between_the_anchors(self) -> None:
        sizes = [0.0] * 20 + [0.005, 0.01, 0.007, 0.003] + [0.0] * 10
        faces = followed(fused_tracker(), [picture(bump=bump(size) if size else None) for size in sizes])
        up = [-100 * face.displacement[SITE, 1] for face in faces if face]
        assert up == pytest.approx([100 * size for size in sizes], abs=0.2)

    def test_the_frame_is_told_as_it_is(self) -> None:
        faces = followed(fused_tracker(), [STILL] * 3)
        assert [face.t_s for face in faces if face] == pytest.approx([0, 1 / 30, 2 / 30])
        for face in faces:
            assert face is not None
            assert face.pose.to_picture(np.zeros((1, 2)))[0] == pytest.approx([160, 70], abs=0.05)
            assert face.mesh_face == pytest.approx(FACE, abs=1e-3)

    def test_no_face_is_looked_for_at_the_pace_of_the_anchors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tell(monkeypatch, lambda t_s: None)
        tracker = fused_tracker()
        assert followed(tracker, [STILL] * 31) == [None] * 31
        finder = tracker._finder
        assert isinstance(finder, ToldFinder)
        assert len(finder.asked_s) == 6

    def test_a_face_that_was_lost_starts_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tell(monkeypatch, lambda t_s: None if 0.9 < t_s < 1.5 else mesh_of(POSE))
        faces = followed(fused_tracker(), [STILL] * 60)
        present = [face is not None for face in faces]
        lost, found = present.index(False), len(present) - present[::-1].index(False)
        assert 0.9 < lost / 30 < 1.55
        assert 1.5 < found / 30 < 1.75
        assert not any(present[lost:found])
        starts = [k for k, face in enumerate(faces) if face is not None and face.restart]
        assert starts == [0, found]

    def test_another_picture_loses_the_head_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        elsewhere = Similarity(90 + 0j, 400 - 300j)
        cut = [STILL] * 10 + [picture(elsewhere)] * 3
        faces = followed(fused_tracker(), cut)
        # The mesh is asked at the cut itself and sees a face there: everything starts anew.
        assert [k for k, face in enumerate(faces) if face is not None and face.restart][:2] == [0, 10]
        tell(monkeypatch, lambda t_s: None if t_s > 0.3 else mesh_of(POSE))
        assert followed(fused_tracker(), cut)[10:] == [None] * 3

    def test_the_mesh_wins_where_the_head_was_lost_track_of(self, monkeypatch: pytest.MonkeyPatch) -> None:
        moved = Similarity(90 + 0j, 185 + 70j)
        tell(monkeypatch, lambda t_s: mesh_of(moved if t_s > 0.5 else POSE))
        faces = followed(fused_tracker(), [STILL] * 24)
        starts = [face for face in faces if face is not None and face.restart]
        assert len(starts) >= 2
        assert starts[1].t_s == pytest.approx(0.6)
        assert starts[1].pose.origin == pytest.approx(moved.origin)

    def test_a_large_movement_is_followed_without_a_jump(self) -> None:
        sizes = [0.0] * 5 + [0.012 * k for k in range(1, 11)] + [0.12] * 10
        faces = followed(fused_tracker(), [picture(bump=bump(size) if size else None) for size in sizes])
        up = np.array([-face.displacement[SITE, 1] for face in faces if face])
        assert len(up) == len(sizes)
        assert not any(face.restart for face in faces[1:] if face)
        assert np.abs(np.diff(up)).max() < 0.025

    def test_a_displacement_that_ran_away_is_drawn_back_to_the_mesh(self, monkeypatch: pytest.MonkeyPatch) -> None:
        config = RegistrationConfig()
        seen = FACE.copy()
        seen[269] += (0.0, -0.2)  # upper left
        tell(monkeypatch, lambda t_s: mesh_of(POSE, seen if t_s > 0.1 else FACE))
        faces = followed(fused_tracker(), [STILL] * 120)
        up = np.array([-face.displacement[SITE, 1] for face in faces if face])
        assert up[5] == pytest.approx(0.0, abs=0.001)
        assert (np.diff(up) > -1e-3).all()
        assert up[-1] == pytest.approx(0.2 - config.mesh_tolerance_iod, abs=0.02)

    def test_the_jitter_of_the_mesh_does_not_show(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rng = np.random.default_rng(0)
        tell(
            monkeypatch,
            lambda t_s: mesh_of(POSE, FACE + rng.normal(0, 0.005, FACE.shape) * (np.abs(FACE[:, 1:]) > 0.2)),
        )
        faces = followed(fused_tracker(), [STILL] * 30)
        first = faces[0]
        assert first is not None
        assert max(pct(face.displacement - first.displacement).max() for face in faces if face) < 0.05

    def test_closing_releases_the_mesh(self) -> None:
        tracker = fused_tracker()
        tracker.close()
        assert isinstance(tracker._finder, ToldFinder)
        assert tracker._finder.closed


@pytest.mark.usefixtures("_told")
class TestFaceMesh:
    def test_it_asks_on_every_frame(self) -> None:
        tracker = FaceMeshTracker(FaceConfig(tracker="facemesh"))
        followed(tracker, [STILL] * 5)
        finder = tracker._finder
        assert isinstance(finder, ToldFinder)
        assert (finder.mode, len(finder.asked_s)) == ("video", 5)
        tracker.close()
        assert finder.closed

    def test_displacement_is_the_sites_own(self, monkeypatch: pytest.MonkeyPatch) -> None:
        moved = FACE.copy()
        moved[269] += (0.01, -0.02)
        tell(monkeypatch, lambda t_s: mesh_of(POSE, moved if t_s > 0.01 else FACE))
        first, second = followed(FaceMeshTracker(FaceConfig()), [STILL] * 2)
        assert first is not None
        assert second is not None
        assert (first.restart, second.restart) == (True, False)
        assert pct(first.displacement).max() < 1e-9
        wanted = np.zeros((6, 2))
        wanted[SITE] = (0.01, -0.02)
        assert second.displacement == pytest.approx(wanted, abs=1e-9)

    def test_the_head_does_not_show(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def swaying(t_s: float) -> Mesh:
            return mesh_of(Similarity(POSE.scale * (1 + 0.1 * t_s) * np.exp(0.3j * t_s), POSE.origin + 100 * t_s))

        tell(monkeypatch, swaying)
        for face in followed(FaceMeshTracker(FaceConfig()), [STILL] * 10):
            assert face is not None
            assert pct(face.displacement).max() < 1e-9
            assert face.pose.origin == pytest.approx(POSE.origin + 100 * face.t_s)

    def test_a_face_that_was_lost_starts_anew(self, monkeypatch: pytest.MonkeyPatch) -> None:
        tell(monkeypatch, lambda t_s: None if 0.05 < t_s < 0.12 else mesh_of(POSE))
        faces = followed(FaceMeshTracker(FaceConfig()), [STILL] * 6)
        assert [None if face is None else face.restart for face in faces] == [True, False, None, None, True, False]


@pytest.mark.usefixtures("_told")
def test_the_configuration_names_the_tracker() -> None:
    kinds = [type(make_tracker(Config(face=FaceConfig(tracker=name)))) for name in ("fused", "facemesh")]
    assert kinds == [FusedTracker, FaceMeshTracker]


@pytest.mark.parametrize("name", ["fused", "facemesh"])
class TestPortrait:
    def frames(self, portrait: Image, black: range) -> list[Frame]:
        nothing = np.zeros_like(portrait)
        return [from_rgb(k / 30, nothing if k in black else portrait) for k in range(40)]

    def test_it_finds_loses_and_finds_the_face(self, portrait: Image, name: str) -> None:
        tracker = make_tracker(Config(face=FaceConfig(tracker=name)))
        try:
            faces = [tracker.track(f) for f in self.frames(portrait, range(12, 24))]
        finally:
            tracker.close()
        assert all(faces[:12])
        assert not any(faces[14:24])
        assert all(faces[31:])
        starts = [k for k, face in enumerate(faces) if face is not None and face.restart]
        assert len(starts) == 2
        assert starts[0] == 0
        assert 24 <= starts[1] <= 31
        for face in faces:
            if face is not None:
                assert face.pose.iod_px == pytest.approx(60, abs=6)
                # The mesh alone settles in its first frames.
                assert pct(face.displacement).max() < (0.1 if name == "fused" else 2.0)
                left, right = face.sites_px[SITES.index("upper_left")], face.sites_px[SITES.index("upper_right")]
                assert left[0] > right[0]

    def test_there_is_none_in_a_black_picture(self, portrait: Image, name: str) -> None:
        tracker = make_tracker(Config(face=FaceConfig(tracker=name)))
        try:
            assert [tracker.track(f) for f in self.frames(portrait, range(40))[:10]] == [None] * 10
        finally:
            tracker.close()
