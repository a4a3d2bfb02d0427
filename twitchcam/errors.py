"""Every error that twitchcam raises on purpose.

::

    TwitchcamError              exit 1: what is wrong, with which file, and what to do
    |-- InputError              the input is missing, empty, unreadable or not a video
    |-- OutputError             the output place cannot be written
    |-- ModelError              the face model is missing or was altered
    |-- DependencyError         a library cannot be imported here
    |-- SessionError            a session folder is not one, or is damaged beyond reading
    `-- UsageError              exit 2: an option, key or value is wrong
        `-- ConfigError         a configuration key or value is wrong

A message is one line for a person. Errors of PyAV, OpenCV and MediaPipe are mapped onto these at the edges
and never leak. ``assert`` is kept for our own invariants.
"""

from __future__ import annotations


class TwitchcamError(Exception):
    """Root of every error that is meant for the user; ``str(error)`` is one line that says what to do."""

    exit_code = 1


class InputError(TwitchcamError):
    """The input cannot be analysed at all: missing, empty, unreadable, no video stream."""


class OutputError(TwitchcamError):
    """The place to write to cannot be written."""


class ModelError(TwitchcamError):
    """The face model is missing or its checksum is wrong."""


class DependencyError(TwitchcamError):
    """A library that is needed cannot be imported; the message names it and the remedy."""


class SessionError(TwitchcamError):
    """A folder is not a session folder, or a file in it cannot be read."""


class UsageError(TwitchcamError):
    """The program was called in a way that cannot work."""

    exit_code = 2


class ConfigError(UsageError):
    """A configuration key is unknown or a value is out of range."""
