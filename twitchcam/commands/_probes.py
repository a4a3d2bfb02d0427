"""What ``twitchcam check`` tries in a child process, where a crash of a native library harms nobody.

Run as ``python -c … probe argument…``: :func:`run` prints one line of JSON, ``{"error": …}`` where the trial failed.
"""

from __future__ import annotations

import importlib
import json
import os
import sys
import time
from typing import Any


def library(module: str) -> dict[str, Any]:
    """Imports a library."""
    version = getattr(importlib.import_module(module), "__version__", None)
    return {"version": version}


def model() -> dict[str, Any]:
    """Looks for the face in the first picture of the bundled sample (on a grey picture where there is no sample)."""
    import numpy as np

    from twitchcam import bundled
    from twitchcam.capture.frame import Image
    from twitchcam.face.mesh import MeshFinder

    rgb: Image = np.full((480, 640, 3), 127, dtype=np.uint8)
    sample = bundled.find("samples", "sample.mp4")
    if sample is not None:
        import av

        with av.open(str(sample)) as container:
            rgb = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(np.uint8)
    with MeshFinder(mode="image") as finder:
        finder.find(rgb, 0.0)
        began_s = time.perf_counter()
        found = finder.find(rgb, 0.1)
        took_ms = 1000 * (time.perf_counter() - began_s)
    return {"looked_at_a_face": sample is not None, "found": found is not None, "took_ms": round(took_ms, 1)}


def encoders() -> dict[str, Any]:
    """Which of the encoders that twitchcam writes videos with are in PyAV's FFmpeg."""
    import av

    return {name: name in av.codecs_available for name in ("libx264", "aac")}


def camera(index: str) -> dict[str, Any]:
    """Opens a camera and reads one picture."""
    import cv2

    capture = cv2.VideoCapture(int(index))
    try:
        read, picture = capture.read()
        if not read:
            return {"error": "it delivers no picture"}
        height, width = picture.shape[:2]
        return {"width": width, "height": height, "rate_hz": round(capture.get(cv2.CAP_PROP_FPS), 1)}
    finally:
        capture.release()


def window() -> dict[str, Any]:
    """Opens a window for a moment; without a usable display OpenCV ends the process here."""
    import cv2

    cv2.namedWindow("twitchcam")
    cv2.waitKey(1)
    cv2.destroyAllWindows()
    return {}


_PROBES = {probe.__name__: probe for probe in (library, model, encoders, camera, window)}


def run(name: str, *arguments: str) -> None:
    """Runs a probe and ends the process at once, before any library's clean-up can go wrong."""
    try:
        answer = _PROBES[name](*arguments)
    except (Exception, SystemExit) as error:
        answer = {"error": str(error).replace("\n", " ") or type(error).__name__, "kind": type(error).__name__}
    sys.stdout.write("\n" + json.dumps(answer) + "\n")
    sys.stdout.flush()
    os._exit(0)
