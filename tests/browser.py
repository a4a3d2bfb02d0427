"""A real browser for tests of pages: Debian's Chromium, without a screen and without anything of its own to say."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: How long a page may take until a test gives up; a slow machine must not fail it.
PATIENCE_MS = 30_000


@contextmanager
def launched() -> Iterator[Browser]:
    """Starts the browser; skips where there is none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("needs Chromium (Debian package chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def tab(browser: Browser, *, allowed: str | None = None, **options: Any) -> Iterator[Page]:
    """A tab of a fresh visitor; fails afterwards where the page logged an error or asked for anything elsewhere.

    Args:
        browser: The browser.
        allowed: What a logged error may contain.
        options: What Playwright's ``new_context`` takes.
    """
    context = browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    complaints: list[str] = []

    def watch(page: Page) -> None:
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("request", lambda asked: None if is_local(asked.url) else complaints.append(f"asked for {asked.url}"))

    context.on("page", watch)
    try:
        yield context.new_page()
        left = [text for text in complaints if allowed is None or allowed not in text]
        assert not left, f"the page complained: {left}"
    finally:
        context.close()


def is_local(url: str) -> bool:
    """Whether an address leads to this computer, or is none."""
    parts = urlsplit(url)
    return parts.scheme in {"data", "blob", "file", "about"} or parts.hostname == "127.0.0.1"
