"""How `make docs` builds the site: every page of the checkout, and the Python API from docstrings.

In: the checkout as it is, built in place. Out: build/docs. Sources are the pages where they stand,
so a link between two of them means the same on the site as in the checkout.
"""

from __future__ import annotations

import re
from typing import Any, Final

from pygments.lexers.special import TextLexer

project = "rulec"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "docs/**.md",
    "examples/*/README.md",
    "runtime/README.md",
]
source_suffix = {".md": "markdown"}

html_theme = "furo"
html_title = "rulec"
html_extra_path = ["site"]
html_copy_source = False

myst_heading_anchors = 3
suppress_warnings = ["myst.header"]  # a page of a finding starts below its code
highlight_language = "none"

default_role = "code"  # docstrings quote with one backtick
autodoc_member_order = "bysource"
autodoc_typehints = "signature"

_SIGNATURE: Final = re.compile(r"[\w.]+\(.*\)( -> .+)?")
"""What Cython writes above a docstring."""

_CONDITIONS: Final = ("condition", "rulec-condition", "rulec-refused")
"""The tags of blocks that hold conditions."""


def without_signature(
    app: Any, what: str, name: str, obj: object, options: Any, lines: list[str]
) -> None:
    """Take away a signature that autodoc left where the page gives its own."""
    if lines and _SIGNATURE.fullmatch(lines[0]):
        del lines[0]


def setup(app: Any) -> None:
    """Let Sphinx know of the above."""
    for tag in _CONDITIONS:
        app.add_lexer(tag, TextLexer)
    app.connect("autodoc-process-docstring", without_signature)
