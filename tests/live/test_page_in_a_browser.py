"""The live page as a person meets it, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import PATIENCE_MS, tab
from tests.live.fake_loop import FakeLoop, updates
from tests.waiting import until
from twitchcam.live.feed import AddNote, Control, Limit, ProtocolStep
from twitchcam.live.page import LivePage, serve
from twitchcam.session.notes_file import NoteKind, read_notes

pytestmark = pytest.mark.heavy
expect.set_options(timeout=PATIENCE_MS)


class Running:
    """A session that goes on, and its page."""

    def __init__(self, notes: Path, loop: FakeLoop) -> None:
        self.notes = notes
        self.loop = loop
        self.page: LivePage = serve(loop.commands.put, title="a person")
        loop.start(self.page)

    def until(self, condition: Callable[[], bool]) -> None:
        until(condition, said=lambda: f"obeyed {self.loop.obeyed}")


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    notes = tmp_path / "notes.tsv"
    running = Running(notes, FakeLoop(notes))
    yield running
    running.loop.join()


def latest(page: Page) -> float:
    return float(page.locator("#traces").get_attribute("data-latest") or 0)


def colours(page: Page, canvas: str) -> int:
    """How many colours a canvas has, as a sign that something is drawn in it."""
    return page.evaluate(
        """(selector) => {
          const c = document.querySelector(selector);
          const d = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
          const found = new Set();
          for (let i = 0; i < d.length; i += 4) found.add((d[i] << 16) | (d[i + 1] << 8) | d[i + 2]);
          return found.size;
        }""",
        canvas,
    )


def test_traces_move_the_picture_comes_and_an_event_appears_with_its_label(chromium: Browser, running: Running) -> None:
    with tab(chromium) as page:
        page.goto(running.page.address)
        assert "token" not in page.url
        expect(page.locator("#state")).to_have_text("Measuring")
        expect(page.locator("#traces figure")).to_have_count(4)
        running.until(lambda: latest(page) > 1)
        before = latest(page)
        running.until(lambda: latest(page) > before + 0.5)
        assert colours(page, "figure[data-site=upper_left] canvas") > 2
        running.until(lambda: page.locator("#picture").get_attribute("width") == "320")

        row = page.locator("#log tr[data-kind=event]").last
        expect(row).to_contain_text("upper lip, left")
        expect(row).to_contain_text("1.5 %")
        expect(row).to_contain_text("93 %")
        expect(row.locator("td").first).to_have_text("09:00:01")
        expect(page.locator("#announcements")).to_have_text("Twitch, upper lip, left.")
        expect(page.locator("#upper_left")).not_to_have_text("0")
        assert int(page.locator("#total").inner_text()) >= 1


def test_buttons_keys_and_notes_reach_the_log(chromium: Browser, running: Running) -> None:
    with tab(chromium) as page:
        page.goto(running.page.address)
        expect(page.locator("#state")).to_have_text("Measuring")
        page.get_by_role("button", name="I felt one").click()
        page.locator("h1").click()
        page.keyboard.press("f")
        page.get_by_role("button", name="caffeine").click()
        page.get_by_label("Kind").select_option("trigger")
        page.get_by_label("Name").fill("sleep")
        page.get_by_label("How much").fill("5h")
        page.get_by_label("Text").fill("<b>woke f times</b>")
        page.get_by_role("button", name="Write it down").click()
        running.until(lambda: len(running.loop.obeyed) == 4)
        notes = read_notes(running.notes)
        assert [(note.kind, note.name, note.value, note.text) for note in notes] == [
            (NoteKind.FELT, "", "", ""),
            (NoteKind.FELT, "", "", ""),
            (NoteKind.TRIGGER, "caffeine", "", ""),
            (NoteKind.TRIGGER, "sleep", "5h", "<b>woke f times</b>"),
        ]
        expect(page.locator("#log tr[data-kind=felt]")).to_have_count(2)
        # What a person wrote is shown as it is, never taken for a part of the page.
        expect(page.locator("#log tr[data-kind=trigger]").first).to_contain_text("sleep = 5h: <b>woke f times</b>")
        assert page.locator("#log b").count() == 0


def test_pause_goes_on_in_every_tab_and_closing_one_stops_nothing(chromium: Browser, running: Running) -> None:
    with tab(chromium) as first:
        first.goto(running.page.address)
        second = first.context.new_page()
        second.goto(first.url)
        expect(second.locator("#state")).to_have_text("Measuring")
        first.get_by_role("button", name="Pause").click()
        for page in (first, second):
            expect(page.locator("#state")).to_have_text("Paused")
        second.get_by_role("button", name="Go on").click()
        expect(first.locator("#state")).to_have_text("Measuring")
        first.close()
        before = latest(second)
        running.until(lambda: latest(second) > before + 0.5)
        second.close()
        shown = running.loop.shown
        running.until(lambda: running.loop.shown > shown + 15)
        assert running.loop.obeyed == [Control.PAUSE, Control.RESUME]


def test_ending_is_asked_for_twice_and_then_the_page_says_so(chromium: Browser, running: Running) -> None:
    with tab(chromium) as page:
        page.goto(running.page.address)
        expect(page.locator("#state")).to_have_text("Measuring")
        page.get_by_role("button", name="End the session").click()
        expect(page.get_by_role("dialog")).to_be_visible()
        # Who presses Enter without reading loses nothing.
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog")).to_be_hidden()
        assert running.loop.running
        page.locator("h1").click()
        page.keyboard.press("q")
        page.get_by_role("dialog").get_by_role("button", name="End the session").click()
        expect(page.get_by_text("The session has ended")).to_be_visible()
        expect(page.get_by_role("button", name="I felt one")).to_be_disabled()
        expect(page.locator("#state")).to_have_text("Ended")
        expect(page.locator("#connection")).to_be_hidden()
        assert running.loop.obeyed == [Control.QUIT]


def test_everything_can_be_reached_with_the_keyboard_and_has_a_name(chromium: Browser, running: Running) -> None:
    with tab(chromium) as page:
        page.goto(running.page.address)
        expect(page.locator("#state")).to_have_text("Measuring")
        names = []
        for _ in range(25):
            page.keyboard.press("Tab")
            name = page.evaluate(
                """() => {
                  const e = document.activeElement;
                  if (e === document.body) return null;
                  if (getComputedStyle(e).outlineStyle === "none") return "NO OUTLINE " + e.id;
                  const label = e.labels?.[0]?.innerText ?? e.getAttribute("aria-label") ?? e.innerText;
                  return label.trim().split("\\n")[0];
                }"""
            )
            if name is None:
                break
            assert name
            assert not name.startswith("NO OUTLINE"), name
            names.append(name)
        assert names[0] == "To the buttons"
        for wanted in ("I felt one", "Pause", "End the session", "caffeine", "Kind", "Text", "Write it down"):
            assert any(name.startswith(wanted) for name in names), (wanted, names)
        # Keys that a screen reader needs for itself can be turned off.
        page.get_by_label("Keys F, P, N, Q").uncheck()
        page.locator("h1").click()
        page.keyboard.press("f")
        page.get_by_role("button", name="I felt one").press("Enter")
        running.until(lambda: bool(running.loop.obeyed))
        assert running.loop.obeyed == [AddNote(kind=NoteKind.FELT)]


def test_limits_and_the_protocol_are_told_in_words(chromium: Browser, tmp_path: Path) -> None:
    step = ProtocolStep(name="rest", instruction="Sit still and look at the camera.", left_s=42.0, number=1, total=7)
    loop = FakeLoop(tmp_path / "notes.tsv", updates(lambda t_s: (Limit.TOO_DARK,), lambda t_s: step))
    running = Running(tmp_path / "notes.tsv", loop)
    try:
        with tab(chromium, color_scheme="dark", viewport={"width": 360, "height": 740}) as page:
            page.goto(running.page.address)
            expect(page.locator("#limits")).to_contain_text("It is too dark")
            expect(page.locator("#state")).to_have_text("Limited")
            expect(page.get_by_role("region", name="What to do now")).to_contain_text(
                "Sit still and look at the camera."
            )
            expect(page.locator("#protocol-left")).to_have_text("42 s")
            # A phone's width holds it all.
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        with tab(chromium, color_scheme="light") as page:
            page.goto(running.page.address)
            assert page.evaluate("getComputedStyle(document.body).backgroundColor") != dark
    finally:
        loop.join()


def test_a_link_on_another_site_still_leads_the_owner_in(chromium: Browser, running: Running, tmp_path: Path) -> None:
    """A browser keeps the strict cookie back on the way from elsewhere."""
    elsewhere = tmp_path / "mail.html"
    elsewhere.write_text(f'<!doctype html><a href="{running.page.address}">the page</a>', encoding="utf-8")
    with tab(chromium) as page:
        page.goto(elsewhere.as_uri())
        page.get_by_role("link").click()
        expect(page.locator("#state")).to_have_text("Measuring")
        assert "token" not in page.url
