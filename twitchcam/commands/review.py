"""``twitchcam review SESSION``: a local page on which a person says what each event was."""

from __future__ import annotations

from pathlib import Path

import click

from twitchcam.commands import _options

#: How often the end is looked for, seconds.
_LOOK_S = 0.2


@click.command()
@_options.session
@_options.video("The recording, where it was moved, or a copy that a browser plays.")
@click.option("--reviewer", metavar="NAME", default="", help="Who reviews; goes into review.tsv.")
@_options.port
def command(session: Path, video: Path | None, reviewer: str, port: int | None) -> int:
    """Look at each event of a SESSION and confirm, reject or relabel it; add missed ones.

    Prints the address of a page that only this computer can open, and ends with the page's Done or with Ctrl-C. Every
    verdict is at once in review.tsv, beside events.tsv, which stays as it was; plot, report and others use it with
    --reviewed. The page can be used without the video.
    """
    from twitchcam.commands._running import StopSignal
    from twitchcam.errors import InputError
    from twitchcam.review.desk import Desk
    from twitchcam.review.page import ReviewPage, counts
    from twitchcam.review.video import PlayedVideo, played_video
    from twitchcam.session.reader import Session

    desk = Desk(Session.load(session), reviewer=" ".join(reviewer.split()))
    played: PlayedVideo | None = None
    missing = ""
    try:
        played = played_video(desk.session, video)
    except InputError as error:
        if video is not None:
            raise
        missing = str(error)
        click.echo(f"twitchcam: {missing}; the page shows the traces alone", err=True)
    if played is not None and played.warning is not None:
        click.echo(f"twitchcam: {played.warning}", err=True)
    page = ReviewPage(desk, played, missing=missing, port=port or 0)
    click.echo(f"twitchcam: open {page.address}", err=True)
    try:
        with StopSignal() as stop:
            while not stop() and not page.done.wait(_LOOK_S):
                pass
    finally:
        page.close()
    told = counts(desk.items)
    click.echo(
        f"{desk.session.path}: {told['judged']} of {told['all']} events judged: {told['confirmed']} confirmed, "
        f"{told['rejected']} rejected, {told['relabelled']} relabelled, {told['added']} added"
    )
    return 0
