"""The frame that all local pages share: head, styles, the place for announcements."""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

_FRAME_DIR = Path(__file__).parent
_PAGE_NAME = "page.html.j2"


def page_text(folder: Path) -> str:
    """A page as the browser gets it: ``page.html.j2`` of the folder in ``frame.html.j2``.

    The page sets ``name``, after which its style sheet and its script are called, and has a block ``body``.
    """
    import jinja2

    loader = jinja2.FileSystemLoader([folder, _FRAME_DIR])
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.get_template(_PAGE_NAME).render()


def page_route(folder: Path) -> Route:
    """What answers with a folder's page; the page is made once, now."""
    text = page_text(folder)

    async def answer(request: Request) -> HTMLResponse:
        return HTMLResponse(text)

    return Route("/", answer)
