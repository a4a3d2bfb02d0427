"""Every library that is installed has a licence that goes together with ours; see docs/licences.md."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.test_packaging import locked

#: What a licence may be, in the words of those who publish packages.
ALLOWED = frozenset(
    {
        *("0BSD", "Apache 2.0", "Apache License 2.0", "Apache Software License", "Apache-2.0", "BSD", "BSD License"),
        *("BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "ISC License (ISCL)", "MIT", "MIT License", "MIT-0"),
        *("MIT-CMU", "MPL-2.0", "Mozilla Public License 2.0 (MPL 2.0)", "PSF-2.0", "Public Domain"),
        *("Python Software Foundation License", "Unlicense", "The Unlicense (Unlicense)", "Zlib", "DFSG approved"),
    }
)

#: What was looked up by a person because the package does not say it in such words.
LOOKED_UP = {
    "docutils": "public domain and BSD; its GPL part is an Emacs mode that is not installed",
    "pympi-ling": "MIT, in the LICENSE of its repository",
}


def installed() -> dict[str, str]:
    """Package to licence, of what is here and in the lock of development."""
    command = [sys.executable, "-m", "piplicenses", "--format=json", "--from=mixed", "--with-system"]
    listed = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    names = locked("requirements-dev.lock")
    return {item["Name"].lower().replace("_", "-"): item["License"] for item in listed if _key(item["Name"], names)}


def _key(name: str, names: object) -> bool:
    return re.sub(r"[-_.]+", "-", name).lower() in {re.sub(r"[-_.]+", "-", one) for one in names}


def allowed(licence: str) -> bool:
    """Of several that may be chosen one must be allowed, of several that hold together all."""
    together = re.split(r" AND |;", licence)
    return all(any(one.strip() in ALLOWED for one in part.split(" OR ")) for part in together)


@pytest.mark.parametrize(
    ("licence", "expected"),
    [
        ("MIT", True),
        ("Apache-2.0 OR BSD-2-Clause", True),
        ("GPL-3.0 OR MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT", True),
        ("MIT AND GPL-3.0", False),
        ("BSD License; GNU General Public License (GPL)", False),
        ("UNKNOWN", False),
        ("", False),
    ],
)
def test_what_is_allowed(licence: str, expected: bool) -> None:
    assert allowed(licence) is expected


def test_every_library_is_allowed() -> None:
    found = installed()
    assert len(found) > 50
    odd = {name: licence for name, licence in found.items() if not allowed(licence) and name not in LOOKED_UP}
    assert odd == {}
