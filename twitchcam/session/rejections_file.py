"""``rejections.tsv``: peaks that were not taken for twitches, and why. Written only when asked for."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Self

from twitchcam.events.model import Rejection
from twitchcam.session.tsv import TableWriter, format_number

REJECTION_COLUMNS: tuple[str, ...] = ("peak", "lip", "side", "snr", "gate", "value", "limit")


class RejectionsWriter:
    """Writes ``rejections.tsv``; each row is flushed when :meth:`write` returns.

    Args:
        path: The file; one that exists is replaced.

    Raises:
        OutputError: the file cannot be written (also from :meth:`write`).
    """

    def __init__(self, path: Path) -> None:
        self._table = TableWriter(path, REJECTION_COLUMNS)

    def write(self, rejection: Rejection) -> None:
        """Appends one rejection."""
        self._table.write(
            (
                format_number(rejection.t_s, 4),
                rejection.lip.value,
                rejection.side.value,
                format_number(rejection.snr, 2),
                rejection.gate,
                format_number(rejection.value, 4),
                format_number(rejection.limit, 4),
            )
        )

    def close(self) -> None:
        """Closes the file."""
        self._table.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
