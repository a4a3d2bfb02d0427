"""Makes the pictures of the README and the documentation from the demo: ``make images``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import av
from PIL import Image

from twitchcam import bundled
from twitchcam.cli import main
from twitchcam.magnify.settings import MagnifySettings
from twitchcam.session.reader import Session
from twitchcam.views.magnified import magnified_clip

FOLDER = Path(__file__).parent / "images"


def make() -> None:
    """Runs the demo and keeps a frame of its annotated video, its frequency plot and a frame of a magnified clip."""
    with tempfile.TemporaryDirectory() as place:
        if main(["demo", "-o", place]) != 0:
            sys.exit(1)
        session = Session.load(Path(place) / "sample")
        largest = max(session.events, key=lambda twitch: twitch.amplitude_pct_iod)
        with av.open(str(session.path / "annotated.mp4")) as container:
            frame = next(f for f in container.decode(video=0) if f.time >= largest.end_s)
        frame.to_image().save(FOLDER / "annotated.jpg", quality=88, optimize=True)
        Image.open(session.path / "frequency.png").convert("RGB").quantize(64).save(
            FOLDER / "frequency.png", optimize=True
        )
        magnified(session).save(FOLDER / "magnified.jpg", quality=88, optimize=True)


def magnified(session: Session) -> Image.Image:
    """The peak of a small twitch of the sample, beside itself magnified."""
    video = bundled.find("samples", "sample.mp4")
    assert video is not None
    number, small = min(enumerate(session.events, 1), key=lambda event: event[1].amplitude_pct_iod)
    settings = MagnifySettings(before_s=0.5, after_s=0.5)
    title = f"{number} of {len(session.events)}"
    clip = magnified_clip(video, session, small, session.path / "clip.mp4", settings=settings, title=title)
    at_s = settings.slow * (small.peak_s - clip.begin_s)
    with av.open(str(clip.path)) as container:
        return min(container.decode(video=0), key=lambda frame: abs(frame.time - at_s)).to_image()


if __name__ == "__main__":
    make()
