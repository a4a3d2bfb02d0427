"""Makes the pictures of the README from the demo: ``make images``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import av
from PIL import Image

from twitchcam.cli import main
from twitchcam.session.reader import Session

FOLDER = Path(__file__).parent / "images"


def make() -> None:
    """Runs the demo and keeps a frame of its annotated video and its frequency plot."""
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


if __name__ == "__main__":
    make()
