"""Finds the recording that a session was made from: a session knows its name and size, not its folder."""

from __future__ import annotations

from pathlib import Path

from twitchcam.errors import InputError
from twitchcam.session.reader import Session


def source_video(session: Session, given: Path | None = None) -> Path:
    """The recording of a session.

    Args:
        session: The session.
        given: The file as the user named it; None looks in the session, in the two folders above it and in the
            present one.

    Raises:
        InputError: it is not there, is not the file that was analysed, or the session is not of a file.
    """
    source = session.document["source"]
    name, size_bytes = str(source["name"]), source["size_bytes"]
    if given is not None:
        try:
            found_bytes = given.stat().st_size
        except OSError as error:
            raise InputError(f"{given}: cannot read: {error.strerror}") from None
        if given.is_file() and size_bytes is not None and found_bytes != size_bytes:
            raise InputError(
                f"{given}: is not the recording of this session, which has {size_bytes} bytes; this file has "
                f"{found_bytes} (a copy that was cut or converted has other times)"
            )
        return given
    if source["kind"] != "file":
        raise InputError(f"{session.path}: was recorded from a {source['kind']}; name its video with --video, if any")
    folder = session.path.resolve()
    for place in (folder, folder.parent, folder.parent.parent, Path.cwd()):
        candidate = place / name
        if candidate.is_file() and candidate.stat().st_size == size_bytes:
            return candidate
    raise InputError(f"{session.path}: its recording {name} is not near it; name it with --video FILE")
