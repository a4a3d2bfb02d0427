"""What an earlier run has finished, and whether it would come out the same again."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from twitchcam import __version__
from twitchcam.analysis import ANNOTATED_NAME, FREQUENCY_NAME, Analysis, AnalysisOptions
from twitchcam.capture.source_info import checksum
from twitchcam.config import to_dict
from twitchcam.errors import OutputError, SessionError
from twitchcam.session.document import FORMAT_VERSION, read_json
from twitchcam.session.findings import EVENTS_NAME, REJECTIONS_NAME, SEGMENTS_NAME
from twitchcam.session.writer import DOCUMENT_NAME, SIGNALS_NAME


def finished_session(
    folder: Path, video: Path, options: AnalysisOptions, *, same_video: bool = False
) -> Analysis | None:
    """The session in a folder where analysing the video would give it again; None where it must be analysed.

    It would where it was read to its end from the same bytes, with the same settings, by the same version, and has all
    that is wanted now.

    Args:
        folder: Where the session would stand.
        video: The recording.
        options: Settings and what else is wanted.
        same_video: Whether a session there is known to be of this file, so that it may be replaced where the file's
            content has changed.

    Raises:
        OutputError: there is a session of another recording, which must not be replaced.
        InputError: the video cannot be read.
    """
    try:
        document = read_json(folder / DOCUMENT_NAME)
    except SessionError:
        return None
    source = document.get("source")
    # The checksum is asked for last: it takes the longest.
    sha256 = checksum(video)
    if not isinstance(source, dict) or source.get("sha256") != sha256:
        if same_video or options.overwrite:
            return None
        raise OutputError(
            f"{folder}: is the session of another recording than {video}; --overwrite replaces it, "
            "-o names another folder"
        )
    if not _made_alike(document, options) or not _has_all(folder, options):
        return None
    warnings = document.get("warnings")
    if not isinstance(warnings, list):
        return None
    return Analysis(folder=folder, document=document, whole=True, remarks=tuple(str(one) for one in warnings))


def _made_alike(document: dict[str, Any], options: AnalysisOptions) -> bool:
    versions = document.get("versions")
    settings = json.loads(json.dumps(to_dict(options.config), allow_nan=False))
    return (
        document.get("format_version") == FORMAT_VERSION
        and isinstance(versions, dict)
        and versions.get("twitchcam") == __version__
        and document.get("configuration") == settings
        and document.get("subject") == options.subject
        and document.get("interrupted") is False
        and _same_time(document.get("clock"), options.recorded_at)
    )


def _same_time(clock: object, wanted: datetime | None) -> bool:
    if not isinstance(clock, dict):
        return False
    if wanted is None:
        return clock.get("recorded_at_from") != "option"
    return clock.get("recorded_at_from") == "option" and clock.get("recorded_at") == wanted.isoformat()


def _has_all(folder: Path, options: AnalysisOptions) -> bool:
    wanted = [EVENTS_NAME, SEGMENTS_NAME, SIGNALS_NAME, FREQUENCY_NAME]
    wanted += [ANNOTATED_NAME] if options.annotate else []
    wanted += [REJECTIONS_NAME] if options.with_rejections else []
    return all((folder / name).is_file() for name in wanted)
