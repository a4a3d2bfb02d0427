"""The clip as a doctor sees it: how far the skin moves in its pictures is measured from the finished file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.capture.recordings import record
from tests.session.findings import header
from twitchcam.config import Config, merged
from twitchcam.errors import InputError, OutputError
from twitchcam.events.model import Lip, Side, Twitch
from twitchcam.magnify.settings import MagnifySettings
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter
from twitchcam.simulate.render import portrait_frames, render_portrait
from twitchcam.simulate.sample import portrait
from twitchcam.simulate.scenario import Camera, HeadMotion, Scenario, TwitchSpec, VideoSettings
from twitchcam.views.magnified import MagnifiedClip, magnified_clip

pytestmark = pytest.mark.heavy

PANEL_PX = 200
SETTINGS = MagnifySettings(panel_px=PANEL_PX, slow=2.0, before_s=0.6, after_s=0.6, lead_s=1.6)
PX_PER_IOD = PANEL_PX / (2 * SETTINGS.half_width_iod)
AMPLITUDE_PCT = 0.5
VIDEO = VideoSettings(width=256, height=288, crf=10)
SCENARIO = Scenario(
    duration_s=4.6,
    seed=4,
    iod_px=90.0,
    head=HeadMotion(),
    camera=Camera(noise_sigma=1.0),
    twitches=(
        TwitchSpec(
            onset_s=3.5,
            duration_s=0.15,
            lip=Lip.UPPER,
            side=Side.RIGHT,
            amplitude_pct_iod=AMPLITUDE_PCT,
            angle_deg=80.0,
        ),
    ),
)
TWITCH = Twitch(
    onset_s=3.5, duration_s=0.15, peak_s=3.56, lip=Lip.UPPER, side=Side.RIGHT, amplitude_pct_iod=AMPLITUDE_PCT
)
#: Nothing moves here; it is looked at as if an event had been found.
NOTHING = replace(TWITCH, onset_s=2.5, peak_s=2.56)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("rendered") / "portrait.mp4"
    render_portrait(portrait(), path, SCENARIO, VIDEO)
    return path


def session_of(folder: Path, *events: Twitch, config: Config | None = None) -> Session:
    with SessionWriter(folder, "clip", header(config=config or Config())) as writer:
        writer.write(twitches=events)
        writer.finish(valid_s=4.0)
    return Session.load(folder / "clip")


@dataclass(frozen=True)
class Shown:
    """How far the skin at the place is from where it usually is, % IOD, in each picture of a clip."""

    clip: MagnifiedClip
    times_s: NDArray[np.float64]
    recorded_pct: NDArray[np.float64]
    magnified_pct: NDArray[np.float64]

    @property
    def at_rest(self) -> NDArray[np.bool_]:
        return (self.times_s < 3.4) | (self.times_s > 3.75)


def shown(clip: MagnifiedClip) -> Shown:
    with av.open(str(clip.path)) as container:
        pictures = np.stack([f.to_ndarray(format="gray") for f in container.decode(video=0)])
    top = round(44 * PANEL_PX / 480)
    times_s = clip.begin_s + np.arange(len(pictures)) / (30 * SETTINGS.slow)
    panels = (pictures[:, top : top + PANEL_PX, :PANEL_PX], pictures[:, top : top + PANEL_PX, -PANEL_PX - 1 : -1])
    return Shown(clip, times_s, *(_displacement_pct(panel) for panel in panels))


def _displacement_pct(panel: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Largest of the smoothed dense flow against the mean of the first pictures, without captions and arrowheads."""
    flow = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    usual = np.mean(panel[:8], axis=0).astype(np.uint8)
    lips = (slice(PANEL_PX // 4, 3 * PANEL_PX // 4), slice(PANEL_PX // 6, 5 * PANEL_PX // 6))
    found = []
    for picture in panel:
        moved = cv2.GaussianBlur(flow.calc(usual, np.ascontiguousarray(picture), None), (0, 0), 4)
        found.append(np.hypot(moved[..., 0], moved[..., 1])[lips].max())
    return 100 * np.array(found) / PX_PER_IOD


@pytest.fixture(scope="module")
def twitching(video: Path, tmp_path_factory: pytest.TempPathFactory) -> Shown:
    folder = tmp_path_factory.mktemp("twitching")
    session = session_of(folder, TWITCH)
    return shown(magnified_clip(video, session, TWITCH, folder / "001.mp4", settings=SETTINGS, title="1 of 1"))


def test_a_twitch_that_nobody_sees_becomes_plain(twitching: Shown) -> None:
    assert twitching.clip.gain.factor > 8
    assert twitching.recorded_pct.max() < 2 * AMPLITUDE_PCT
    assert twitching.magnified_pct.max() > 10 * 0.5 * AMPLITUDE_PCT
    assert twitching.times_s[twitching.magnified_pct.argmax()] == pytest.approx(TWITCH.peak_s, abs=0.04)


def test_before_and_after_the_twitch_the_skin_is_still(twitching: Shown) -> None:
    assert np.quantile(twitching.magnified_pct[twitching.at_rest], 0.9) < 0.6
    assert twitching.magnified_pct[twitching.at_rest].max() < 1.2


def test_between_two_frames_the_skin_is_between_two_places(twitching: Shown) -> None:
    """Slowed twice, every second picture lies between frames."""
    rising = (twitching.times_s > 3.5) & (twitching.times_s < 3.56)
    assert len(np.unique(np.round(twitching.magnified_pct[rising], 1))) > rising.sum() / 2


def test_where_nothing_moves_nothing_is_magnified_into_something(video: Path, tmp_path: Path) -> None:
    seen = shown(magnified_clip(video, session_of(tmp_path, NOTHING), NOTHING, tmp_path / "001.mp4", settings=SETTINGS))
    assert seen.clip.snr < 6
    assert seen.magnified_pct.max() < 1.2


def test_it_plays_in_a_browser(twitching: Shown) -> None:
    content = twitching.clip.path.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(twitching.clip.path)) as container:
        stream = container.streams.video[0]
        assert (stream.codec_context.name, stream.pix_fmt) == ("h264", "yuv420p")
        assert stream.average_rate == 30
        slowed_s = SETTINGS.slow * (twitching.clip.end_s - twitching.clip.begin_s)
        assert float(stream.duration * stream.time_base) == pytest.approx(slowed_s, abs=0.1)
        assert stream.width % 2 == stream.height % 2 == 0
    assert not list(twitching.clip.path.parent.glob("*.partial"))


def other(folder: Path, *, flipped: bool = False, rotation: int = 0) -> Path:
    """The same recording, flipped, or as a telephone held on its side stores it."""
    turned = (
        np.ascontiguousarray(np.rot90(rgb, rotation // 90)[:, :: -1 if flipped else 1])
        for _, rgb in portrait_frames(portrait(), SCENARIO, VIDEO)
    )
    return record(folder / "other.mp4", turned, rate=Fraction(30), options={"crf": "10"}, rotation=-rotation)


@pytest.mark.parametrize("how", [{"flipped": True}, {"rotation": 90}])
def test_a_mirrored_and_a_turned_recording_are_shown_alike(tmp_path: Path, twitching: Shown, how: dict) -> None:
    config = merged(Config(), {"capture": {"mirrored": "flipped" in how}})
    session = session_of(tmp_path, TWITCH, config=config)
    brief = replace(SETTINGS, slow=1.0, before_s=0.3, after_s=0.1)
    seen = shown(magnified_clip(other(tmp_path, **how), session, TWITCH, tmp_path / "001.mp4", settings=brief))
    assert seen.clip.gain.factor == pytest.approx(twitching.clip.gain.factor, abs=1)
    assert seen.magnified_pct.max() == pytest.approx(twitching.magnified_pct.max(), rel=0.3)


def test_without_a_face(tmp_path: Path) -> None:
    video = record(tmp_path / "plain.mp4", [np.full((48, 64, 3), 120, np.uint8)] * 60)
    early = replace(TWITCH, onset_s=1.0, peak_s=1.05)
    with pytest.raises(InputError, match=r"no face is found around 1\.0 s"):
        magnified_clip(video, session_of(tmp_path, early), early, tmp_path / "001.mp4", settings=SETTINGS)
    assert not (tmp_path / "001.mp4").exists()


def test_a_place_that_cannot_be_written(video: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot write the magnified video"):
        magnified_clip(video, session_of(tmp_path, TWITCH), TWITCH, tmp_path / "absent" / "001.mp4", settings=SETTINGS)
