from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from twitchcam.capture.frame import Image
from twitchcam.errors import InputError, UsageError
from twitchcam.events.model import Lip, Side
from twitchcam.simulate.geometry import FaceGeometry
from twitchcam.simulate.render import PortraitRenderer, portrait_frames, render_portrait
from twitchcam.simulate.scenario import (
    FIXED_HEAD,
    PLAIN_CAMERA,
    Camera,
    HeadMotion,
    Movement,
    MovementKind,
    Scenario,
    TwitchSpec,
    VideoSettings,
)

VIDEO = VideoSettings(width=320, height=240)
PLACES = list(itertools.product((Lip.UPPER, Lip.LOWER), (Side.LEFT, Side.RIGHT)))


def twitch(lip: Lip = Lip.UPPER, side: Side = Side.LEFT, amplitude: float = 3.0, onset_s: float = 0.5) -> TwitchSpec:
    angle = 75.0 if lip is Lip.UPPER else -75.0
    return TwitchSpec(
        onset_s=onset_s, duration_s=0.15, lip=lip, side=side, amplitude_pct_iod=amplitude, angle_deg=angle
    )


def plain(*twitches: TwitchSpec, **changes: object) -> Scenario:
    arguments = {
        "duration_s": 2.0,
        "iod_px": 60.0,
        "head": FIXED_HEAD,
        "camera": PLAIN_CAMERA,
        "twitches": twitches,
        **changes,
    }
    return Scenario(**arguments)  # type: ignore[arg-type]


def looked_up(maps: tuple[np.ndarray, np.ndarray], uv: tuple[float, float]) -> np.ndarray:
    return np.array([cv2.getRectSubPix(m, (1, 1), uv)[0, 0] for m in maps])


class TestTwitches:
    @pytest.mark.parametrize(("lip", "side"), PLACES)
    @pytest.mark.parametrize("amplitude", [0.5, 4.0])
    def test_the_skin_of_the_site_is_seen_the_amplitude_away(
        self, portrait: Image, face: FaceGeometry, lip: Lip, side: Side, amplitude: float
    ):
        spec = twitch(lip, side, amplitude)
        renderer = PortraitRenderer(portrait, plain(spec), VIDEO, face=face)
        stage = renderer.stage.face
        site = np.array(stage.site_px(lip, side))
        length = amplitude / 100 * stage.iod_px
        seen = site + stage.vector_px(side, angle_deg=spec.angle_deg, length_px=length)
        assert looked_up(renderer.stage_map(spec.peak_s), tuple(seen)) == pytest.approx(site, abs=0.02)

    def test_the_same_in_the_frame_of_a_head_that_is_turned_and_sways(self, portrait: Image, face: FaceGeometry):
        spec = twitch(Lip.LOWER, Side.RIGHT, 4.0)
        head = HeadMotion(yaw_deg=20.0, roll_deg=5.0, sway_pct_iod=4.0)
        moving = PortraitRenderer(portrait, plain(spec, head=head), VIDEO, face=face)
        resting = PortraitRenderer(portrait, plain(head=head), VIDEO, face=face)
        stage = moving.stage.face
        site = np.array(stage.site_px(Lip.LOWER, Side.RIGHT))
        length = 0.04 * stage.iod_px
        away = site + stage.vector_px(Side.RIGHT, angle_deg=spec.angle_deg, length_px=length)
        # Where that place of the head is seen without the twitch, the site itself is seen with it.
        x, y = resting.stage_map(spec.peak_s)
        row, column = np.unravel_index(np.argmin((x - away[0]) ** 2 + (y - away[1]) ** 2), x.shape)
        offset = np.array([x[row, column], y[row, column]]) - away
        with_it = np.array([part[row, column] for part in moving.stage_map(spec.peak_s)])
        assert with_it == pytest.approx(site + offset, abs=0.15)

    def test_nothing_moves_outside_its_time(self, portrait: Image, face: FaceGeometry):
        spec = twitch()
        renderer = PortraitRenderer(portrait, plain(spec), VIDEO, face=face)
        rest = renderer.frame(0.0, number=0)
        for t_s in (spec.onset_s - 0.01, spec.onset_s, spec.end_s, spec.end_s + 0.01):
            assert np.array_equal(renderer.frame(t_s, number=0), rest)
        for t_s in (spec.onset_s + 0.03, spec.end_s - 0.03):
            assert not np.array_equal(renderer.frame(t_s, number=0), rest)

    @pytest.mark.parametrize(("lip", "side"), PLACES)
    def test_the_subjects_left_is_on_the_right_of_the_picture(
        self, portrait: Image, face: FaceGeometry, lip: Lip, side: Side
    ):
        spec = twitch(lip, side)
        renderer = PortraitRenderer(portrait, plain(spec), VIDEO, face=face)
        change = np.abs(renderer.frame(spec.peak_s, number=0).astype(float) - renderer.frame(0.0, number=0))
        columns = change.sum(axis=(0, 2))
        middle = round(renderer.stage.face.point_px(0)[0])
        here, there = columns[middle:].sum(), columns[:middle].sum()
        if side is Side.RIGHT:
            here, there = there, here
        assert here > 5 * there
        rows = change.sum(axis=(1, 2))
        centre = (rows * np.arange(len(rows))).sum() / rows.sum()
        between = (renderer.stage.face.points[13, 1] + renderer.stage.face.points[14, 1]) / 2
        assert bool(centre < between) is (lip is Lip.UPPER)

    def test_optical_flow_sees_what_the_truth_says(self, portrait: Image, face: FaceGeometry):
        spec = twitch(Lip.LOWER, Side.LEFT, 3.0)
        video = VideoSettings(width=640, height=480)
        renderer = PortraitRenderer(portrait, plain(spec, iod_px=120.0), video, face=face)
        rest, peak = (cv2.cvtColor(renderer.frame(t_s, number=0), cv2.COLOR_RGB2GRAY) for t_s in (0.0, spec.peak_s))
        flow = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM).calc(rest, peak, None)
        stage = renderer.stage.face
        column, row = (round(v) for v in stage.site_px(Lip.LOWER, Side.LEFT))
        wanted = stage.vector_px(Side.LEFT, angle_deg=-75.0, length_px=0.03 * 120)
        seen = flow[row - 3 : row + 4, column - 3 : column + 4].mean(axis=(0, 1))
        # Flow is smooth and so sees somewhat less than the peak.
        assert seen == pytest.approx(wanted, abs=0.3 * float(np.hypot(*wanted)))
        assert seen @ wanted > 0.7 * np.dot(wanted, wanted)

    def test_a_twitch_that_does_not_end_within_the_video_is_refused(self, portrait: Image, face: FaceGeometry):
        with pytest.raises(UsageError, match=r"1\.9 s ends after the video"):
            PortraitRenderer(portrait, plain(twitch(onset_s=1.9)), VIDEO, face=face)


class TestFrames:
    def test_the_seed_decides_and_nothing_else(self, portrait: Image, face: FaceGeometry):
        def first(seed: int) -> list[tuple[float, Image]]:
            scenario = Scenario(duration_s=0.1, seed=seed, iod_px=60.0)
            return list(portrait_frames(portrait, scenario, VIDEO, face=face))

        one, again, other = first(1), first(1), first(2)
        assert len(one) == 3
        assert all(a[0] == b[0] and np.array_equal(a[1], b[1]) for a, b in zip(one, again, strict=True))
        assert not np.array_equal(one[0][1], other[0][1])

    def test_any_frame_can_be_made_without_those_before_it(self, portrait: Image, face: FaceGeometry):
        scenario = Scenario(duration_s=0.2, iod_px=60.0)
        frames = list(portrait_frames(portrait, scenario, VIDEO, face=face))
        t_s, last = frames[-1]
        assert np.array_equal(PortraitRenderer(portrait, scenario, VIDEO, face=face).frame(t_s, number=5), last)

    def test_noise_is_what_a_still_scene_changes_by(self, portrait: Image, face: FaceGeometry):
        scenario = plain(camera=Camera(noise_sigma=3.0))
        renderer = PortraitRenderer(portrait, scenario, VIDEO, face=face)
        a, b = (renderer.frame(n / 30, number=n).astype(float) for n in (0, 1))
        mid = (a > 20) & (a < 235) & (b > 20) & (b < 235)
        assert (a - b)[mid].std() == pytest.approx(3.0 * np.sqrt(2), rel=0.03)

    def test_a_head_that_sways_moves_the_face_and_not_the_edge(self, portrait: Image, face: FaceGeometry):
        scenario = plain(head=HeadMotion(sway_pct_iod=5.0))
        renderer = PortraitRenderer(portrait, scenario, VIDEO, face=face)
        a, b = (renderer.frame(t_s, number=0).astype(float) for t_s in (0.0, 1.5))
        assert np.abs(a - b)[90:150, 130:190].mean() > 3
        assert np.abs(a - b)[:, :4].max() == 0

    def test_other_movements_are_rendered_and_are_not_in_the_truth(
        self, portrait: Image, face: FaceGeometry, tmp_path: Path
    ):
        smile = Movement(kind=MovementKind.SMILE, onset_s=0.0, duration_s=0.2, amplitude_pct_iod=6.0)
        scenario = plain(duration_s=0.2, movements=(smile,))
        renderer = PortraitRenderer(portrait, scenario, VIDEO, face=face)
        assert np.abs(renderer.frame(0.1, number=0).astype(float) - renderer.frame(0.0, number=0)).max() > 20
        assert render_portrait(portrait, tmp_path / "smile.mp4", scenario, VIDEO, face=face) == []

    def test_progress_is_told(self, portrait: Image, face: FaceGeometry):
        told: list[tuple[int, int | None]] = []
        scenario = plain(duration_s=0.1)
        list(portrait_frames(portrait, scenario, VIDEO, face=face, progress=lambda a, b: told.append((a, b))))
        assert told == [(1, 3), (2, 3), (3, 3)]


class TestRenderPortrait:
    def test_writes_frames_at_their_times_and_returns_the_truth(
        self, portrait: Image, face: FaceGeometry, tmp_path: Path
    ):
        spec = replace(twitch(onset_s=0.1), duration_s=0.1)
        scenario = plain(spec, duration_s=0.4)
        video = replace(VIDEO, fps=29.97)
        truth = render_portrait(portrait, tmp_path / "out.mp4", scenario, video, face=face)
        assert [t.onset_s for t in truth] == [0.1]
        with av.open(str(tmp_path / "out.mp4")) as container:
            frames = list(container.decode(video=0))
            times = [float(f.pts * f.time_base) for f in frames]
        assert times == pytest.approx([n * 1001 / 30000 for n in range(12)], abs=1e-6)
        wanted = PortraitRenderer(portrait, scenario, video, face=face).frame(times[4], number=4)
        assert cv2.PSNR(frames[4].to_ndarray(format="rgb24"), wanted) > 32

    def test_a_portrait_without_a_face_is_refused(self, tmp_path: Path):
        wall = np.full((200, 200, 3), 128, dtype=np.uint8)
        with pytest.raises(InputError, match="no face"):
            render_portrait(wall, tmp_path / "out.mp4", plain(), VIDEO)
        assert list(tmp_path.iterdir()) == []
