"""The report as a person meets it: in a real Chromium, without a network."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import tab
from twitchcam.session.reader import Session
from twitchcam.views.report.page import write_report


@pytest.fixture(scope="module")
def report(reported: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    out = tmp_path_factory.mktemp("out") / "r.html"
    write_report([Session.load(reported)], out)
    return out.as_uri()


def shown(page: Page) -> list[int]:
    return page.eval_on_selector_all(
        "#events tbody tr", "rows => rows.filter(r => !r.hidden).map(r => +r.dataset.number)"
    )


def test_it_opens_sorts_and_filters_without_a_network(chromium: Browser, report: str) -> None:
    with tab(chromium, offline=True) as page:
        page.goto(report)
        assert shown(page) == [1, 2, 3, 4, 5, 6, 7, 8]
        page.get_by_role("button", name="size, %").click()
        sizes = page.eval_on_selector_all("#events tbody tr", "rows => rows.map(r => +r.dataset.size)")
        assert sizes == sorted(sizes)
        page.get_by_role("button", name="size, %").click()
        turned = page.eval_on_selector_all("#events tbody tr", "rows => rows.map(r => +r.dataset.size)")
        assert turned == sizes[::-1]
        assert page.locator("th[aria-sort=descending]").inner_text().startswith("size")
        page.locator("select[name=lip]").select_option("lower")
        lower = shown(page)
        assert 0 < len(lower) < 8
        assert page.locator(".filters output").inner_text() == f"{len(lower)} of 8 shown"
        page.locator("select[name=lip]").select_option("")
        page.get_by_label("at least").fill(str(sizes[-2]))
        assert len(shown(page)) == 2


def test_the_timeline_zooms_and_leads_to_the_table(chromium: Browser, report: str) -> None:
    with tab(chromium, viewport={"width": 1100, "height": 800}) as page:
        page.goto(report)
        drawing = page.locator(".timeline svg")

        def view() -> list[float]:
            return [float(part) for part in (drawing.get_attribute("viewBox") or "").split()]

        assert view()[::2] == [0, 60]
        page.get_by_role("button", name="zoom in").click()
        assert view()[::2] == [15, 30]
        page.locator(".timeline").press("ArrowRight")
        assert view()[::2] == [22.5, 30]
        page.get_by_role("button", name="all").click()
        box = drawing.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 41.05 / 60, box["y"] + 40)
        page.mouse.wheel(0, -100)
        page.wait_for_function("document.querySelector('.timeline svg').viewBox.baseVal.width < 60")
        page.mouse.down()
        page.mouse.up()
        assert page.locator("tr.chosen").get_attribute("data-number") == "6"


def test_without_script_everything_is_there(chromium: Browser, report: str) -> None:
    with tab(chromium, java_script_enabled=False) as page:
        page.goto(report)
        assert page.locator("#events tbody tr:visible").count() == 8
        assert page.locator(".filters").is_hidden()
        assert page.locator(".plot .ticks span").count() > 3


def test_it_prints_on_two_pages(chromium: Browser, report: str) -> None:
    from pypdf import PdfReader

    with tab(chromium) as page:
        page.goto(report)
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) == 2
    first, second = (sheet.extract_text() for sheet in printed.pages)
    assert "8 twitches in 7 bursts" in first
    assert "The twitches favour the left side." in first
    assert "What limits it" in first
    assert "The clearest events" in second


def test_a_small_screen_needs_no_sideways_scrolling(chromium: Browser, report: str) -> None:
    with tab(chromium, viewport={"width": 390, "height": 800}) as page:
        page.goto(report)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(("medium", "width"), [("screen", 1000), ("print", 695)])
def test_heads_of_the_table_do_not_touch(chromium: Browser, report: str, medium: str, width: int) -> None:
    with tab(chromium, viewport={"width": width, "height": 980}) as page:
        page.emulate_media(media=medium)
        page.goto(report)
        spans = page.eval_on_selector_all(
            "#events th",
            """heads => heads.map(head => {
              const range = document.createRange();
              range.selectNodeContents(head);
              const box = range.getBoundingClientRect();
              return [box.left, box.right];
            }).filter(([left, right]) => right > left)""",
        )
    assert len(spans) > 9
    assert all(right + 4 <= left for (_, right), (left, _) in itertools.pairwise(spans))
