"""What the commands that read annotations tell about them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import click

#: So many kinds of words are named.
_NAMED = 5


def tell_left_out(name: str, left_out: Sequence[str]) -> None:
    """Says on stderr which annotations of a file are no events: a rater's other words must not vanish unseen."""
    if not left_out:
        return
    counts = Counter(words.strip() or "no text" for words in left_out)
    named = ", ".join(f"{words} ({count})" for words, count in counts.most_common(_NAMED))
    more = ", ..." if len(counts) > _NAMED else ""
    what = "annotation says" if len(left_out) == 1 else "annotations say"
    click.echo(f"{name}: {len(left_out)} {what} neither twitch nor spasm, left out: {named}{more}", err=True)
