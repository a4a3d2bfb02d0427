"""What `analyze` is compared with: decode every frame and run FaceLandmarker in VIDEO mode on it, nothing else.

A process of its own: ``python -m tests.benchmarks.bare_loop VIDEO``; with ``--decode-only`` the landmarker is left out.
Options of the landmarker are its defaults. Its colour conversion is FFmpeg's, as in any such loop with PyAV.
"""

from __future__ import annotations

import sys
from typing import Any


def main(arguments: list[str]) -> None:
    """Prints the number of frames and of faces."""
    import av

    decode_only = "--decode-only" in arguments
    path = next(a for a in arguments if not a.startswith("--"))
    frames = faces = 0
    landmarker = None if decode_only else _landmarker()
    with av.open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        for frame in container.decode(stream):
            frames += 1
            if landmarker is not None:
                faces += _found(landmarker, frame)
    if landmarker is not None:
        landmarker.close()
    print(frames, faces)


def _landmarker() -> Any:
    from mediapipe.tasks.python import BaseOptions, vision

    from twitchcam.face.model_file import model_path

    options = vision.FaceLandmarkerOptions(
        base_options=BaseOptions(model_asset_path=str(model_path())), running_mode=vision.RunningMode.VIDEO
    )
    return vision.FaceLandmarker.create_from_options(options)


def _found(landmarker: Any, frame: Any) -> bool:
    import mediapipe

    image = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=frame.to_ndarray(format="rgb24"))
    return bool(landmarker.detect_for_video(image, round(frame.time * 1000)).face_landmarks)


if __name__ == "__main__":
    main(sys.argv[1:])
