from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import tab
from tests.sessions import make_session, twitches
from twitchcam.session.notes_file import Note, NoteKind
from twitchcam.session.reader import Session
from twitchcam.views.trend.gather import visit_of
from twitchcam.views.trend.page import trend_of, write_trend


def test_the_page_opens_without_a_network_and_prints(chromium: Browser, tmp_path: Path) -> None:
    from pypdf import PdfReader

    began = datetime(2026, 5, 1, 9, tzinfo=UTC)
    paths = [
        make_session(
            tmp_path,
            f"s{day}",
            events=twitches([10, 60, 200][: 1 + day % 3]),
            notes=[Note(kind=NoteKind.TRIGGER, name="coffee", value=str(day % 2))],
            recorded_at=began + timedelta(days=day),
        )
        for day in range(12)
    ]
    html, _ = write_trend(trend_of([visit_of(Session.load(path)) for path in paths]), tmp_path)
    with tab(chromium, offline=True, viewport={"width": 1000, "height": 800}) as page:
        page.goto(html.as_uri())
        widths = page.eval_on_selector_all("img", "images => images.map(image => image.naturalWidth)")
        assert len(widths) == 3
        assert min(widths) > 500
        assert page.evaluate("document.documentElement.scrollWidth") <= 1000
        printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) <= 2
    assert "not what causes what" in printed.pages[0].extract_text()
