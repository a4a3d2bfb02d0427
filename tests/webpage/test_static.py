"""The pages' files: nothing from elsewhere, nothing inline, nothing missing; the vendored library as published."""

from __future__ import annotations

import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from twitchcam.live.page import STATIC_DIR as LIVE_DIR
from twitchcam.review.page import STATIC_DIR as REVIEW_DIR
from twitchcam.webpage.frame import page_text
from twitchcam.webpage.server import COMMON_DIR

VENDORED = COMMON_DIR / "vendor" / "uplot"
PAGES = [LIVE_DIR, REVIEW_DIR]
OWN_FILES = sorted(
    path
    for folder in (*PAGES, COMMON_DIR)
    for path in folder.rglob("*")
    if path.suffix in {".html", ".css", ".js", ".svg"} and VENDORED not in path.parents
)


class Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def elements(page: Path) -> list[tuple[str, dict[str, str | None]]]:
    parser = Elements()
    parser.feed(page_text(page.parent))
    return parser.found


def served(page: Path, name: str) -> Path:
    """The file that a page gets under a name."""
    if name.startswith("common/"):
        return COMMON_DIR / name.removeprefix("common/")
    return page / name


def test_the_vendored_library_is_the_published_one() -> None:
    stated = re.findall(r"^([0-9a-f]{64})  (\S+)$", (VENDORED / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert {name for _, name in stated} == {"uPlot.esm.js", "uPlot.min.css"}
    for checksum, name in stated:
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == checksum
    licence = (VENDORED / "LICENSE").read_text(encoding="utf-8")
    assert "The MIT License" in licence
    listed = (Path(__file__).parents[2] / "docs" / "licences.md").read_text(encoding="utf-8")
    assert stated[0][0] in listed


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_no_page_names_another_place(page: Path) -> None:
    assert not re.search(r"https?:|//[a-z0-9-]+\.[a-z]|\{[{%]", page_text(page.parent))


@pytest.mark.parametrize("path", OWN_FILES, ids=lambda path: path.name)
def test_no_file_names_another_place(path: Path) -> None:
    text = path.read_text(encoding="utf-8").replace('xmlns="http://www.w3.org/2000/svg"', "")
    assert not re.search(r"https?:|//[a-z0-9-]+\.[a-z]", text)
    assert not re.search(r"\binnerHTML\b|\bouterHTML\b|insertAdjacentHTML|document\.write|\beval\(|new Function", text)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_has_nothing_inline_and_all_that_it_loads(page: Path) -> None:
    found = elements(page)
    for tag, attributes in found:
        assert tag != "style"
        assert not any(name == "style" or name.startswith("on") for name in attributes), attributes
        loaded = attributes.get("src") or (attributes.get("href") if tag == "link" else None)
        if loaded:
            assert served(page, loaded).is_file(), loaded
    assert [attributes["type"] for tag, attributes in found if tag == "script"] == ["module"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_every_module_that_is_imported_is_served(page: Path) -> None:
    for script in page.glob("*.js"):
        for name in re.findall(r'^import .* from "\./([^"]+)"', script.read_text(encoding="utf-8"), re.MULTILINE):
            assert served(page, name).is_file(), f"{script.name} imports {name}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.parent.name)
def test_a_page_can_be_read_by_who_does_not_see_it(page: Path) -> None:
    found = elements(page)
    by_id = {attributes["id"]: tag for tag, attributes in found if "id" in attributes}
    assert len(by_id) == sum("id" in attributes for _, attributes in found)
    assert next(attributes for tag, attributes in found if tag == "html")["lang"] == "en"
    assert any(attributes.get("aria-live") == "polite" for _, attributes in found)
    for tag, attributes in found:
        assert attributes.get("aria-labelledby", next(iter(by_id))) in by_id
        if tag == "canvas":
            assert attributes["role"] == "img"
            assert attributes["aria-label"]
        if tag == "section":
            assert attributes.keys() & {"aria-labelledby", "aria-label", "role"}
        if tag == "a" and (target := (attributes["href"] or "").removeprefix("#")):
            assert target in by_id
