"""One video through the engine into a session folder."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from twitchcam.capture.ahead import Ahead
from twitchcam.capture.files import VideoSource, open_video
from twitchcam.capture.source_info import checksum
from twitchcam.config import CaptureConfig, Config
from twitchcam.errors import TwitchcamError
from twitchcam.session.document import SessionHeader, SourceRecord
from twitchcam.session.folders import PARTIAL_SUFFIX
from twitchcam.session.reader import Session
from twitchcam.session.writer import SessionWriter, check_free

if TYPE_CHECKING:
    from twitchcam.views.overlay import OverlayWriter

#: Called with what is being done, the seconds of the recording that are done and those in all (None: not known).
Progress: TypeAlias = Callable[[str, float, float | None], None]

FREQUENCY_NAME = "frequency.png"
ANNOTATED_NAME = "annotated.mp4"

_CLOCK = "time stamps of the container, from its first frame"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """What is the same for every video of a run.

    Attributes:
        config: Settings.
        subject: Who is seen, in free text.
        recorded_at: Wall time of the first frame, with offset; None takes the container's creation time.
        annotate: Also draw ``annotated.mp4``.
        with_rejections: Also write ``rejections.tsv``.
        overwrite: Replace a session of the same name.
    """

    config: Config
    subject: str | None = None
    recorded_at: datetime | None = None
    annotate: bool = False
    with_rejections: bool = False
    overwrite: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Analysis:
    """What came out of one video.

    Attributes:
        folder: The session.
        document: Its ``session.json``.
        whole: False where the user stopped it, or a picture of it could not be drawn.
        remarks: What the user should know, a sentence each: the session's warnings and what was not drawn.
    """

    folder: Path
    document: dict[str, Any]
    whole: bool
    remarks: tuple[str, ...]


def session_name(video: Path) -> str:
    """What the session of a video is called when nothing else is: the file's name without its suffix."""
    name = video.stem
    return name.removesuffix(PARTIAL_SUFFIX) + "_partial" if name.endswith(PARTIAL_SUFFIX) else name


def analyze_video(
    video: Path,
    out_dir: Path,
    options: AnalysisOptions,
    *,
    name: str | None = None,
    stop: Callable[[], bool] = lambda: False,
    progress: Progress | None = None,
) -> Analysis:
    """Finds the twitches of one recording and writes ``out_dir/name``.

    Args:
        video: The recording.
        out_dir: Where the session folder shall stand; made if it is missing.
        options: Settings and what else to write.
        name: Name of the folder; by default :func:`session_name`.
        stop: Asked after every frame; once it says True, what was found so far is finished and kept.
        progress: Told how far it is, after every frame.

    Raises:
        InputError: there is nothing to analyse; nothing was written.
        OutputError: the session cannot be written.
        UsageError: the settings contradict each other.
        ModelError: the face model is missing or altered; nothing was written.
        DependencyError: a library cannot be loaded; nothing was written.
    """
    name = session_name(video) if name is None else name
    with ExitStack() as stack:
        source = stack.enter_context(open_video(video, options.config.capture))
        check_free(out_dir, name, overwrite=options.overwrite)
        outlines: Path | None = None
        if options.annotate:
            outlines = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="twitchcam-"))) / "outlines"
        document, whole = _measure(source, out_dir, name, options, outlines, stop, progress)
        folder = out_dir / name
        remarks = [*document["warnings"]]
        try:
            remarks += _draw(video, folder, options, outlines if whole else None, stop, progress)
        except _StoppedError:
            whole = False
            remarks.append(f"stopped by the user: {ANNOTATED_NAME} was not drawn")
        except TwitchcamError as error:
            # The session is complete: what was found must not look lost for the want of a picture.
            whole = False
            remarks.append(str(error))
        return Analysis(folder=folder, document=document, whole=whole, remarks=tuple(remarks))


def _measure(
    source: VideoSource,
    out_dir: Path,
    name: str,
    options: AnalysisOptions,
    outlines: Path | None,
    stop: Callable[[], bool],
    progress: Progress | None,
) -> tuple[dict[str, Any], bool]:
    """The loop: frames in, rows and events out. Returns the document and whether the recording was read to its end."""
    from twitchcam.engine import Engine

    capture = options.config.capture
    total_s = _seconds_in_all(source, capture)
    stopped_s: float | None = None
    with ExitStack() as stack:
        engine = stack.enter_context(Engine(options.config))
        writer = stack.enter_context(
            SessionWriter(
                out_dir,
                name,
                _header(source, options),
                overwrite=options.overwrite,
                with_rejections=options.with_rejections,
            )
        )
        overlay = None if outlines is None else stack.enter_context(_overlay_writer(outlines))
        for frame in stack.enter_context(Ahead(source)):
            update = engine.push(frame)
            writer.write(update.samples, update.twitches, update.segments, update.rejections)
            if overlay is not None:
                overlay.write(frame.t_s, update.lips_px, update.sites_px)
            if progress is not None:
                progress(f"analysing {source.info.name}", frame.t_s - capture.start_s, total_s)
            if stop():
                stopped_s = frame.t_s
                break
        update = engine.close()
        writer.write(update.samples, update.twitches, update.segments, update.rejections)
        warnings = [] if stopped_s is None else [f"stopped by the user at {stopped_s:.1f} s"]
        warnings += [*source.warnings, *engine.warnings]
        if engine.valid_s <= 0:
            warnings.append("no time was valid: nothing could be counted")
        document = writer.finish(valid_s=engine.valid_s, warnings=warnings, interrupted=stopped_s is not None)
    return document, stopped_s is None


def _draw(
    video: Path,
    folder: Path,
    options: AnalysisOptions,
    outlines: Path | None,
    stop: Callable[[], bool],
    progress: Progress | None,
) -> list[str]:
    """The pictures for people. Returns what the user should know about them."""
    from twitchcam.views.frequency import save_frequency

    session = Session.load(folder)
    save_frequency(session, folder / FREQUENCY_NAME)
    if not options.annotate:
        return []
    if outlines is None:
        return [f"{ANNOTATED_NAME} was not drawn"]
    from twitchcam.views.annotate import write_annotated
    from twitchcam.views.overlay import read_overlay

    capture = options.config.capture

    def told(t_s: float) -> None:
        if stop():
            raise _StoppedError
        if progress is not None:
            progress(f"drawing {video.name}", t_s - capture.start_s, session.duration_s)

    return write_annotated(
        video=video,
        capture=capture,
        samples=session.samples(),
        outlines=read_overlay(outlines),
        twitches=session.events,
        segments=session.segments,
        out=folder / ANNOTATED_NAME,
        progress=told,
    )


class _StoppedError(Exception):
    """The user does not want to wait for the drawing."""


def _overlay_writer(path: Path) -> OverlayWriter:
    from twitchcam.views.overlay import OverlayWriter

    return OverlayWriter(path)


def _seconds_in_all(source: VideoSource, capture: CaptureConfig) -> float | None:
    """How much there is to analyse, as far as that is known."""
    ends_s = [end_s for end_s in (source.info.duration_s, capture.end_s) if end_s is not None]
    return max(min(ends_s) - capture.start_s, 0.0) if ends_s else None


def file_record(source: VideoSource) -> SourceRecord:
    """What is kept of a file in ``session.json``."""
    info = source.info
    return SourceRecord(
        kind="file",
        name=info.name,
        size_bytes=info.size_bytes,
        sha256=checksum(info.path),
        container=info.container,
        codec=info.codec,
        pixel_format=info.pixel_format,
        width_px=info.width_px,
        height_px=info.height_px,
        rate_hz=info.rate_hz,
        duration_s=info.duration_s,
    )


def _header(source: VideoSource, options: AnalysisOptions) -> SessionHeader:
    info = source.info
    recorded_at = options.recorded_at
    origin: Literal["option", "container"] = "option"
    if recorded_at is None:
        recorded_at, origin = info.created_at, "container"
    return SessionHeader(
        source=file_record(source),
        clock=_CLOCK,
        recorded_at=recorded_at,
        recorded_at_from=None if recorded_at is None else origin,
        subject=options.subject,
        config=options.config,
    )
