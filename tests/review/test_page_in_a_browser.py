"""The review page as a person meets it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import numpy as np
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PATIENCE_MS, tab
from tests.review.sessions import SECONDS, make_session
from tests.waiting import until
from twitchcam.events.model import Lip, Side
from twitchcam.review.desk import Desk
from twitchcam.review.page import ReviewPage
from twitchcam.review.video import played_video
from twitchcam.session.reader import Session
from twitchcam.session.review_file import REVIEW_NAME, VerdictKind, read_verdicts, reviewed

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Brighter from frame to frame, so that a picture tells its time."""
    import av

    path = tmp_path_factory.mktemp("video") / "clip.mp4"
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=30, options={"g": "15"})
        stream.width, stream.height, stream.pix_fmt = 160, 120, "yuv420p"
        for index in range(round(30 * SECONDS)):
            grey = np.full((120, 160, 3), 20 + index * 200 // round(30 * SECONDS), dtype=np.uint8)
            output.mux(stream.encode(av.VideoFrame.from_ndarray(grey, format="rgb24")))
        output.mux(stream.encode(None))
    return path


class Reviewing:
    def __init__(self, folder: Path, video: Path | None) -> None:
        self.folder = folder
        session = Session.load(folder)
        self.page = ReviewPage(
            Desk(session, reviewer="me"), None if video is None else played_video(session, video), missing="It is gone."
        )

    @property
    def kinds(self) -> list[VerdictKind]:
        return [verdict.kind for verdict in read_verdicts(self.folder / REVIEW_NAME)]

    def until(self, condition: Callable[[], bool]) -> None:
        until(condition, said=lambda: self.kinds)


@pytest.fixture
def reviewing(tmp_path: Path, video: Path) -> Iterator[Reviewing]:
    reviewing = Reviewing(make_session(tmp_path), video)
    yield reviewing
    reviewing.page.close()


@pytest.fixture
def owner(reviewing: Reviewing) -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, follow_redirects=True) as client:
        client.base_url = str(client.get(reviewing.page.address).url)
        yield client


def opened(page: Page, reviewing: Reviewing) -> None:
    page.goto(reviewing.page.address)
    expect(page.locator("#event-heading")).to_have_text("Event 1 of 3")


@pytest.mark.heavy
def test_keys_judge_one_event_after_another(chromium: Browser, reviewing: Reviewing) -> None:
    with tab(chromium) as page:
        opened(page, reviewing)
        expect(page.locator("#event-label")).to_have_text("upper lip, left")
        page.keyboard.press("c")
        # The next one that is not judged comes by itself.
        expect(page.locator("#event-label")).to_have_text("lower lip, right")
        page.keyboard.press("9")
        expect(page.locator("#event-label")).to_have_text("upper lip, right")
        page.keyboard.press("x")
        expect(page.locator("#judged")).to_have_text("3 of 3")
        assert reviewing.kinds == [VerdictKind.CONFIRMED, VerdictKind.RELABELLED, VerdictKind.REJECTED]
        expect(page.locator("#events tr").nth(1)).to_contain_text("relabelled, was lower lip, right")
        page.keyboard.press("z")
        expect(page.locator("#judged")).to_have_text("2 of 3")
        assert reviewing.kinds == [VerdictKind.CONFIRMED, VerdictKind.RELABELLED]
        left = reviewed(Session.load(reviewing.folder).events, read_verdicts(reviewing.folder / REVIEW_NAME))
        assert [(event.lip, event.side) for event in left][1] == (Lip.UPPER, Side.LEFT)


@pytest.mark.heavy
def test_a_missed_one_is_added_where_the_video_stands(chromium: Browser, reviewing: Reviewing) -> None:
    with tab(chromium, allowed="409") as page:
        opened(page, reviewing)
        page.evaluate("document.querySelector('#video').currentTime = 9.1")
        expect(page.locator("#time")).to_have_text("0:09.10")
        page.keyboard.press("n")
        expect(page.locator("#labels-legend")).to_contain_text("0:09.10")
        page.keyboard.press("9")
        expect(page.locator("#event-heading")).to_have_text("Event 4 of 4")
        expect(page.locator("#event-verdict")).to_have_text("added")
        (verdict,) = read_verdicts(reviewing.folder / REVIEW_NAME)
        assert verdict.kind is VerdictKind.ADDED
        assert verdict.peak_s == pytest.approx(9.067, abs=0.02)
        assert verdict.reviewer == "me"
        # Where no face was measured nothing can be added, and the page says why.
        page.evaluate("document.querySelector('#video').currentTime = 11.5")
        expect(page.locator("#time")).to_have_text("0:11.50")
        page.get_by_role("button", name="Add a missed one").click()
        page.get_by_role("button", name="lower lip, left", exact=True).click()
        expect(page.get_by_role("alert")).to_contain_text("no face was measured")


@pytest.mark.heavy
def test_the_video_shows_the_moment_of_the_event_and_plays_around_it(chromium: Browser, reviewing: Reviewing) -> None:
    with tab(chromium) as page:
        opened(page, reviewing)
        grey = """() => {
          const v = document.querySelector("#video"), c = document.createElement("canvas");
          c.width = c.height = 1;
          const x = c.getContext("2d");
          x.drawImage(v, 0, 0, 1, 1);
          const shown = v.paused && !v.seeking && v.readyState >= 2;
          return [v.currentTime, x.getImageData(0, 0, 1, 1).data[0], shown, v.playbackRate];
        }"""
        page.get_by_role("button", name="Next event").click()
        page.locator("h1").click()
        page.keyboard.press(" ")
        reviewing.until(lambda: page.evaluate(grey)[2])
        moment, level, _, speed = page.evaluate(grey)
        assert 4.2 <= moment <= 6.2
        assert level == pytest.approx(20 + 200 * moment / SECONDS, abs=6)
        assert speed == 0.25
        page.locator("#timeline").click(position={"x": 400, "y": 5})
        reviewing.until(lambda: not 4.2 <= page.evaluate(grey)[0] <= 6.2)


@pytest.mark.heavy
def test_the_traces_and_the_timeline_are_drawn_and_follow(chromium: Browser, reviewing: Reviewing) -> None:
    with tab(chromium, color_scheme="dark", viewport={"width": 380, "height": 800}) as page:
        opened(page, reviewing)
        picture = "(s) => document.querySelector(s).toDataURL()"
        trace, line = "figure[data-site=upper_left] canvas", "#timeline"
        blank = """(s) => {
          const c = document.createElement("canvas"), d = document.querySelector(s);
          c.width = d.width;
          c.height = d.height;
          return c.toDataURL();
        }"""
        empty = page.evaluate(blank, trace)
        reviewing.until(lambda: page.evaluate(picture, trace) != empty)
        before = [page.evaluate(picture, canvas) for canvas in (trace, line)]
        page.locator("#events button").nth(2).click()
        expect(page.locator("#event-heading")).to_have_text("Event 3 of 3")
        for canvas, was in zip((trace, line), before, strict=True):
            reviewing.until(lambda canvas=canvas, was=was: page.evaluate(picture, canvas) != was)
        zoomed = page.evaluate(picture, line)
        page.get_by_role("button", name="Zoom in").click()
        reviewing.until(lambda: page.evaluate(picture, line) != zoomed)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.heavy
def test_without_the_video_the_review_goes_on(chromium: Browser, tmp_path: Path) -> None:
    reviewing = Reviewing(make_session(tmp_path), None)
    try:
        with tab(chromium) as page:
            opened(page, reviewing)
            expect(page.get_by_text("The page goes without the video. It is gone.")).to_be_visible()
            page.keyboard.press("c")
            expect(page.locator("#judged")).to_have_text("1 of 3")
            page.get_by_role("button", name="Done").click()
            reviewing.until(reviewing.page.done.is_set)
    finally:
        reviewing.page.close()


@pytest.mark.heavy
def test_a_video_that_the_browser_cannot_play_is_told(chromium: Browser, tmp_path: Path) -> None:
    import av

    odd = tmp_path / "clip.avi"
    with av.open(str(odd), "w") as output:
        stream = output.add_stream("ffv1", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for _ in range(3):
            output.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((48, 64, 3), np.uint8), format="rgb24")))
        output.mux(stream.encode(None))
    reviewing = Reviewing(make_session(tmp_path), odd)
    try:
        with tab(chromium) as page:
            opened(page, reviewing)
            expect(page.locator("#no-video")).to_contain_text("cannot play this kind of video (ffv1 in avi)")
    finally:
        reviewing.page.close()


def test_any_part_of_the_video_can_be_asked_for(owner: httpx.Client, video: Path) -> None:
    whole = video.read_bytes()
    answer = owner.get("video", headers={"Range": "bytes=100-199"})
    assert answer.status_code == 206
    assert answer.content == whole[100:200]
    assert answer.headers["content-range"] == f"bytes 100-199/{len(whole)}"
    assert owner.get("video", headers={"Range": "bytes=-50"}).content == whole[-50:]
    assert owner.get("video", headers={"Range": f"bytes={len(whole)}-"}).status_code == 416
    assert owner.get("video").headers["content-type"] == "video/mp4"


@pytest.mark.parametrize(
    ("path", "asked", "status"),
    [
        ("verdict", {"event": 2.0, "trial_type": "twitch", "verdict": "maybe"}, 400),
        ("verdict", {"event": "2", "trial_type": "twitch", "verdict": "confirmed"}, 400),
        ("verdict", {"event": 3.0, "trial_type": "twitch", "verdict": "confirmed"}, 409),
        ("verdict", {"event": 2.0, "trial_type": "twitch", "verdict": "relabelled", "lip": "nose"}, 400),
        ("add", {"t": 1e999, "lip": "upper", "side": "left"}, 400),
        ("undo", {}, 409),
    ],
)
def test_what_makes_no_sense_is_refused(
    owner: httpx.Client, reviewing: Reviewing, path: str, asked: dict[str, object], status: int
) -> None:
    import json

    headers = {"Origin": str(owner.base_url.copy_with(path="/")).rstrip("/"), "Content-Type": "application/json"}
    answer = owner.post(path, content=json.dumps(asked), headers=headers)
    assert answer.status_code == status, answer.text
    assert answer.json()["error"]
    assert reviewing.kinds == []


@pytest.mark.parametrize("query", ["", "?from=0", "?from=0&to=0", "?from=0&to=1e9", "?from=nan&to=1", "?from=x&to=1"])
def test_no_more_than_a_stretch_of_traces_is_given(owner: httpx.Client, query: str) -> None:
    assert owner.get(f"traces{query}").status_code == 400
