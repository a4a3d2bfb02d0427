"""The documentation: built as ``make docs`` does but for running the notebooks, whole and without a network."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

from twitchcam.cli import cli
from twitchcam.config import Config, to_dict
from twitchcam.session.events_file import EVENT_COLUMNS

ROOT = Path(__file__).parents[2]

pytestmark = [pytest.mark.heavy, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("site")
    environment = {**os.environ, "TWITCHCAM_DOCS_NOTEBOOKS": "off"}
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "--keep-going", "-q", str(ROOT / "docs"), str(out)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    return out


class Links(HTMLParser):
    """What a page links to, what it loads, and its anchors."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attributes}
        if "id" in given:
            self.anchors.add(given["id"])
        if tag == "a" and given.get("href"):
            self.links.append(given["href"])
        elif tag == "link" and given.get("rel") in ("stylesheet", "icon", "preload", "shortcut icon"):
            self.loaded.append(given["href"])
        elif tag in ("script", "img", "iframe", "video", "source", "audio", "object") and given.get("src"):
            self.loaded.append(given["src"])


def read(page: Path) -> Links:
    links = Links()
    links.feed(page.read_text(encoding="utf-8"))
    return links


def test_no_internal_link_is_broken(site: Path) -> None:
    pages = {page: read(page) for page in site.rglob("*.html")}
    assert len(pages) > 15
    broken = []
    for page, found in pages.items():
        for link in (*found.links, *found.loaded):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            if not target.exists():
                broken.append(f"{page.relative_to(site)}: {link}")
            elif parts.fragment and target in pages and parts.fragment not in pages[target].anchors:
                broken.append(f"{page.relative_to(site)}: {link}: no such place on the page")
    assert not broken


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    for page in site.rglob("*.html"):
        for address in read(page).loaded:
            assert not urlsplit(address).netloc, f"{page.name} loads {address}"
    for style in site.rglob("*.css"):
        for address in re.findall(r"url\(([^)]+)\)|@import\s+[\"']([^\"']+)", style.read_text(encoding="utf-8")):
            assert not "".join(address).strip("\"'").startswith(("http:", "https:", "//")), f"{style.name}: {address}"


def test_every_command_setting_and_column_is_there(site: Path) -> None:
    commands = (site / "reference" / "commands.html").read_text(encoding="utf-8")
    for name in cli.list_commands(None):  # type: ignore[arg-type]
        assert f'id="twitchcam-{name}"' in commands, name
    settings = (site / "reference" / "settings.html").read_text(encoding="utf-8")
    for section, values in to_dict(Config()).items():
        assert f"[{section}]" in settings
        for key in values:
            assert f">{key}<" in settings, f"{section}.{key}"
    files = (site / "reference" / "files.html").read_text(encoding="utf-8")
    for column in EVENT_COLUMNS:
        assert f">{column}<" in files, column
