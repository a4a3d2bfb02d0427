"""``twitchcam magnify SESSION``: a video of each twitch, its motion magnified and slowed, beside the original."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from twitchcam.commands import _options

if TYPE_CHECKING:
    from twitchcam.events.model import Twitch
    from twitchcam.session.reader import Session

#: Folder in the session that the clips are in.
FOLDER_NAME = "magnified"


@click.command()
@_options.session
@click.option(
    "--event",
    "numbers",
    metavar="N",
    type=click.IntRange(min=1),
    multiple=True,
    help="Only the Nth event of events.tsv, from 1; may be given several times.  [default: all]",
)
@_options.video("The recording, if it is not near the session any more.")
@click.option("--factor", type=click.FloatRange(1, 50), default=10.0, show_default=True, help="How many times larger.")
@click.option("--slow", type=click.FloatRange(1, 20), default=4.0, show_default=True, help="How many times slower.")
@_options.output("Folder to write.  [default: SESSION/magnified]")
def command(
    session: Path, numbers: tuple[int, ...], video: Path | None, factor: float, slow: float, output: Path | None
) -> None:
    """Magnify the motion of each twitch of a SESSION, beside the original.

    Writes SESSION/magnified/NNN.mp4, where NNN is the number of the event in events.tsv: the mouth held still, as it
    was recorded on the left, with the motion of this twitch larger on the right, both slowed. The same is done to
    every picture of a clip, so that what is before and after the twitch shows what noise would do. Noise limits the
    factor, and so does the size of the twitch; the factor that was used is written into the picture, and why.
    """
    from twitchcam.commands._running import ProgressBar
    from twitchcam.errors import OutputError, UsageError
    from twitchcam.magnify.settings import MagnifySettings
    from twitchcam.session.reader import Session
    from twitchcam.session.source_video import source_video
    from twitchcam.views.magnified import magnified_clip

    try:
        settings = MagnifySettings(factor=factor, slow=slow)
    except ValueError as error:
        raise UsageError(str(error)) from None
    read = Session.load(session)
    chosen = _chosen(read, numbers)
    if not chosen:
        click.echo(f"{session}: no events; there is nothing to magnify")
        return
    recording = source_video(read, video)
    folder = read.path / FOLDER_NAME if output is None else output
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: cannot make the folder: {error.strerror}") from None
    with ProgressBar() as bar:
        for done, (number, event) in enumerate(chosen):
            clip = magnified_clip(
                recording,
                read,
                event,
                folder / f"{number:03}.mp4",
                settings=settings,
                title=f"{number} of {len(read.events)}",
                progress=lambda share, done=done: bar("magnifying", done + share, len(chosen)),  # type: ignore[misc]
            )
            bar.clear()
            click.echo(f"{clip.path}: {clip.begin_s:.1f}-{clip.end_s:.1f} s, {clip.gain}")


def _chosen(session: Session, numbers: tuple[int, ...]) -> list[tuple[int, Twitch]]:
    """The events with their numbers, from 1."""
    from twitchcam.errors import UsageError

    count = len(session.events)
    for number in numbers:
        if number > count:
            raise UsageError(f"{session.path}: there is no event {number}; events.tsv has {count}")
    wanted = sorted(set(numbers)) or range(1, count + 1)
    return [(number, session.events[number - 1]) for number in wanted]
