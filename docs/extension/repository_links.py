"""Links from a page to files of the repository that are not part of this site become plain text.

Pages are read on a code host as well, where such a link leads to the code. One whose file does not exist stays a link,
and the build says that it is broken.
"""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

_LINK = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?P<path>\.\./[^)#\s]+)(?:#[^)\s]*)?\)")


def without_repository_links(app: Sphinx, name: str, source: list[str]) -> None:
    """Called with each page as it is read."""
    root = Path(app.srcdir).resolve()
    folder = (root / name).parent

    def replaced(match: re.Match[str]) -> str:
        target = (folder / match["path"]).resolve()
        outside = not target.is_relative_to(root)
        return match["text"] if outside and target.exists() else match[0]

    source[0] = _LINK.sub(replaced, source[0])


def setup(app: Sphinx) -> dict[str, bool]:
    """Connects it."""
    app.connect("source-read", without_repository_links)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
