"""One table in Parquet, with what the session says of itself in the file's metadata."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import islice
from pathlib import Path
from typing import Any

from twitchcam.exports.library import library
from twitchcam.exports.material import NOTICE, Material
from twitchcam.exports.records import TEXT_COLUMNS, WHOLE_COLUMNS, Record, columns, records

_ROWS_AT_ONCE = 20_000


def write(material: Material, path: Path) -> None:
    """Writes the file; what is missing is null."""
    pyarrow, parquet = library("pyarrow"), library("pyarrow.parquet")
    session = material.session
    said = {"notice": NOTICE, "reviewed": material.reviewed, "session": session.document}
    schema = pyarrow.schema(
        [(name, _kind(pyarrow, name)) for name in columns(material.table)],
        metadata={"twitchcam": json.dumps(said, ensure_ascii=False)},
    )
    rows = records(material)
    with parquet.ParquetWriter(path, schema) as writer:
        while batch := list(islice(rows, _ROWS_AT_ONCE)):
            writer.write_table(_table(pyarrow, schema, batch))


def _table(pyarrow: Any, schema: Any, batch: Iterable[Record]) -> Any:  # noqa: ANN401
    return pyarrow.table([list(column) for column in zip(*batch, strict=True)], schema=schema)


def _kind(pyarrow: Any, column: str) -> Any:  # noqa: ANN401
    if column in TEXT_COLUMNS:
        return pyarrow.string()
    return pyarrow.int32() if column in WHOLE_COLUMNS else pyarrow.float64()
