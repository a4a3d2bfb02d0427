"""How the documentation site is built: ``make docs``, or ``sphinx-build docs docs/_build/html``."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "extension"))

from twitchcam import __version__  # noqa: E402

project = "twitchcam"
author = "The twitchcam maintainers"
project_copyright = "The twitchcam maintainers, Apache-2.0"
version = release = __version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx_click", "from_code", "repository_links"]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"twitchcam {version}"
html_show_sourcelink = False
# Nothing is loaded from elsewhere: the pages open without a network.
html_theme_options = {"sidebar_hide_name": False}

myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3

# Notebooks stand beside the documentation; they are run when the site is built for people, and by tests of their own.
nb_execution_mode = os.environ.get("TWITCHCAM_DOCS_NOTEBOOKS", "off")
nb_execution_timeout = 600
nb_execution_raise_on_error = True
nb_merge_streams = True
shutil.rmtree(HERE / "notebooks", ignore_errors=True)
shutil.copytree(HERE.parent / "notebooks", HERE / "notebooks", ignore=shutil.ignore_patterns(".*"))

autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": False}
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True

nitpicky = True
nitpick_ignore_regex = [
    # Other projects' names: their documentation is not asked for, since nothing is fetched while this is built.
    (
        r"py:.*",
        r"(numpy|np|pathlib|datetime|collections|typing|fractions|matplotlib|av|pandas|pd|click|types|re|enum)\..*",
    ),
    (
        r"py:.*",
        r"(Path|PathLike|Any|NDArray|Callable|Iterable|Iterator|Sequence|Mapping|Figure|Axes|datetime|Literal|Self)",
    ),
    # Built-in names, and what the types of settings are called in the code.
    (r"py:.*", r"(int|float|str|bool|bytes|dict|list|tuple|type|object|None|optional|Exception|StrEnum|FieldInfo)"),
    (r"py:.*", r"(pydantic|pydantic_core|annotated_types)\..*"),
    # Types of the package that no page is about: what goes between its rooms.
    (r"py:.*", r"twitchcam\..*|NOT_VALID|Config|Grouping"),
    (
        r"py:class",
        r"(ArrayLike|Image|FloatArray|Float64|Float32|Colour|Span|Progress|Course|Positive|NotNegative|Fraction)",
    ),
]
