from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.errors import InputError, UsageError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate import footage as footage_module
from twitchcam.simulate.encode import write_video
from twitchcam.simulate.footage import Footage, Stretch, find_footage, footage_frames, render_on_video, warped
from twitchcam.simulate.geometry import FaceGeometry
from twitchcam.simulate.render import portrait_frames
from twitchcam.simulate.scenario import PLAIN_CAMERA, Camera, HeadMotion, Scenario, TwitchSpec, VideoSettings
from twitchcam.simulate.skin import Push

VIDEO = VideoSettings(width=320, height=240, crf=4)
SPEC = TwitchSpec(onset_s=0.21, duration_s=0.12, lip=Lip.LOWER, side=Side.LEFT, amplitude_pct_iod=4.0, angle_deg=-80.0)


def scenario(*twitches: TwitchSpec, **changes: object) -> Scenario:
    return replace(Scenario(duration_s=60.0, twitches=twitches, camera=PLAIN_CAMERA), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory, portrait: Image, face: FaceGeometry) -> Path:
    """15 frames of a head that sways; on the last 4 there is no face."""
    path = tmp_path_factory.mktemp("footage") / "recording.mp4"
    swaying = Scenario(duration_s=0.5, iod_px=70.0, head=HeadMotion(sway_pct_iod=4.0), camera=Camera(noise_sigma=0.5))
    frames = list(portrait_frames(portrait, swaying, VIDEO, face=face))
    blank = np.full_like(frames[0][1], 128)
    write_video([*frames[:11], *((t_s, blank) for t_s, _ in frames[11:])], path, VIDEO)
    return path


@pytest.fixture(scope="module")
def footage(recording: Path) -> Footage:
    return find_footage(recording, Stretch())


@pytest.fixture
def decoded(recording: Path) -> list[Image]:
    with av.open(str(recording)) as container:
        return [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]


def test_the_face_is_found_where_there_is_one(footage: Footage):
    assert footage.size == (320, 240)
    assert footage.seen.tolist() == [True] * 11 + [False] * 4
    assert footage.iod_px == pytest.approx(70.0, rel=0.03)
    assert footage.times_s == pytest.approx(np.arange(15) / 30, abs=1e-6)
    assert footage.duration_s == pytest.approx(0.5)
    assert footage.points_px.shape == (15, 478, 3)
    # Smoothed: from frame to frame the landmarks creep.
    assert np.abs(np.diff(footage.points_px[:, :, :2], axis=0)).max() < 0.7


def test_without_twitches_every_pixel_stays(footage: Footage, decoded: list[Image]):
    frames = list(footage_frames(footage, scenario()))
    assert [t_s for t_s, _ in frames] == pytest.approx(footage.times_s)
    assert all(np.array_equal(rgb, wanted) for (_, rgb), wanted in zip(frames, decoded, strict=True))


def test_a_twitch_changes_its_time_and_its_place_only(footage: Footage, decoded: list[Image]):
    spec = replace(SPEC, onset_s=0.11)
    changed = [
        np.abs(rgb.astype(int) - wanted).sum(axis=2)
        for (_, rgb), wanted in zip(footage_frames(footage, scenario(spec)), decoded, strict=True)
    ]
    during = [n for n, change in enumerate(changed) if change.any()]
    assert during == [4, 5, 6]
    columns = changed[5].sum(axis=0)
    middle = round(float(footage.points_px[5, 0, 0]))
    assert columns[middle:].sum() > 5 * columns[:middle].sum()
    assert not changed[5][:80].any()


def test_twitches_without_a_face_or_a_picture_are_not_rendered(footage: Footage):
    without_face = replace(SPEC, onset_s=0.34)
    too_late = replace(SPEC, onset_s=0.45)
    kept = replace(SPEC, onset_s=0.1)
    assert footage_module.rendered_twitches(footage, scenario(without_face, too_late, kept)) == (kept,)


def test_a_stretch_is_run_to_and_fro(recording: Path, decoded: list[Image]):
    looped = find_footage(recording, Stretch(start_s=0.06, end_s=0.19, loop=True))
    frames = list(footage_frames(looped, scenario(duration_s=0.3)))
    assert [t_s for t_s, _ in frames] == pytest.approx(np.arange(9) / 30, abs=1e-6)
    for (_, rgb), index in zip(frames, (2, 3, 4, 5, 4, 3, 2, 3, 4), strict=True):
        assert np.array_equal(rgb, decoded[index])


def test_a_stretch_that_does_not_fit_into_memory_is_refused(footage: Footage, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(footage_module, "_MOST_LOOP_BYTES", 1000)
    looped = replace(footage, stretch=Stretch(loop=True))
    with pytest.raises(UsageError, match="shorter stretch"):
        list(footage_frames(looped, scenario(duration_s=1.0)))


def test_writes_the_video_and_returns_what_was_rendered(footage: Footage, tmp_path: Path):
    kept, lost = replace(SPEC, onset_s=0.1), replace(SPEC, onset_s=0.36)
    truth = render_on_video(footage, tmp_path / "out.mp4", scenario(kept, lost), VideoSettings())
    assert [t.onset_s for t in truth] == [0.1]
    with av.open(str(tmp_path / "out.mp4")) as container:
        frames = list(container.decode(video=0))
    assert len(frames) == 15
    assert (frames[0].width, frames[0].height) == (320, 240)
    assert [float(f.pts * f.time_base) for f in frames] == pytest.approx(footage.times_s, abs=2e-5)


def test_noise_can_be_added(footage: Footage, decoded: list[Image]):
    noisy = scenario(camera=replace(PLAIN_CAMERA, noise_sigma=4.0))
    _, rgb = next(iter(footage_frames(footage, noisy)))
    quiet = (decoded[0] > 20) & (decoded[0] < 235)
    assert (rgb.astype(float) - decoded[0])[quiet].std() == pytest.approx(4.0, rel=0.05)


def test_a_video_without_a_face_is_refused(tmp_path: Path):
    blank = np.full((240, 320, 3), 128, dtype=np.uint8)
    write_video(((n / 30, blank) for n in range(3)), tmp_path / "wall.mp4", VIDEO)
    with pytest.raises(InputError, match=r"wall\.mp4: no face"):
        find_footage(tmp_path / "wall.mp4", Stretch())


def test_one_frame_is_not_enough(recording: Path):
    with pytest.raises(InputError, match="fewer than two frames"):
        find_footage(recording, Stretch(end_s=0.02))


class TestWarped:
    def test_what_moves_is_found_where_it_went(self):
        y, x = np.mgrid[0:80, 0:90].astype(float)

        def scene(cx: float, cy: float) -> np.ndarray:
            dot = 100 + 100 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 2.5**2))
            return np.repeat(np.rint(dot)[..., None], 3, axis=2).astype(np.uint8)

        moved = warped(scene(45.0, 40.0), [Push((45.0, 40.0), (0.7, -0.4), (14.0, 14.0))])
        weight = moved[..., 0].astype(float) - 100
        assert (weight * x).sum() / weight.sum() == pytest.approx(45.7, abs=0.05)
        assert (weight * y).sum() / weight.sum() == pytest.approx(39.6, abs=0.05)

    def test_nothing_that_pushes_changes_nothing(self, rng: np.random.Generator):
        picture = rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)
        assert np.array_equal(warped(picture, []), picture)
        assert np.array_equal(warped(picture, [Push((-99.0, 0.0), (3.0, 0.0), (5.0, 5.0))]), picture)

    def test_the_picture_given_is_left_alone(self, rng: np.random.Generator):
        picture = rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)
        before = picture.copy()
        assert not np.array_equal(warped(picture, [Push((25.0, 20.0), (1.5, 0.0), (5.0, 5.0))]), before)
        assert np.array_equal(picture, before)
