"""How `make docs` builds the site: every page of the checkout, and the Python API from docstrings.

In: the checkout as it is, built in place. Out: build/docs. Sources are the pages where they stand,
so a link between two of them means the same on the site as in the checkout.

Of a native class autodoc sees no more than what Cython writes above a docstring; signatures and
types are those of the stub beside the module.
"""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any, Final

from pygments.lexers.special import TextLexer

project = "rulec"
extensions = ["myst_parser", "sphinx.ext.autodoc"]
root_doc = "docs/index"
include_patterns = ["*.md", "docs/**.md", "examples/*/README.md", "runtime/README.md"]
source_suffix = {".md": "markdown"}

html_theme = "furo"
html_title = "rulec"
html_extra_path = ["site"]
html_copy_source = False
html_show_sourcelink = False

myst_heading_anchors = 3
highlight_language = "none"

default_role = "code"  # docstrings quote with one backtick
autodoc_member_order = "bysource"
autodoc_typehints = "signature"

_ENGINE: Final = Path(__file__).resolve().parents[1] / "runtime" / "rulec_runtime"
_CONDITIONS: Final = ("condition", "rulec-condition", "rulec-refused")
"""The tags of blocks that hold conditions."""
_EMBEDDED: Final = re.compile(r"[\w.]+(\(.*\)( -> .+)?|: \w+)")
"""What Cython writes above a docstring: a signature, or the type of a property."""


@cache
def stubs(module: str) -> dict[str, ast.FunctionDef]:
    """The functions and methods of a native module's stub, by qualified name."""
    path = _ENGINE / f"{module.rpartition('.')[2]}.pyi"
    if not module.startswith("rulec_runtime.") or not path.exists():
        return {}
    found: dict[str, ast.FunctionDef] = {}
    for item in ast.parse(path.read_text("utf-8")).body:
        inside = item.body if isinstance(item, ast.ClassDef) else [item]
        prefix = f"{item.name}." if isinstance(item, ast.ClassDef) else ""
        found |= {prefix + one.name: one for one in inside if isinstance(one, ast.FunctionDef)}
    return found


def stub_of(thing: Any) -> ast.FunctionDef | None:
    """The stub of a native function, method or property."""
    owner = getattr(thing, "__objclass__", thing)
    name = getattr(thing, "__qualname__", "")
    return stubs(getattr(owner, "__module__", None) or "").get(name)


def typed_signature(
    _app: Any, what: str, _name: str, thing: object, *_: Any
) -> tuple[str, str | None] | None:
    """The signature that the stub declares, without `self`."""
    stub = stub_of(thing) if what in ("function", "method") else None
    if stub is None:
        return None
    given = re.sub(r"^self(, )?(/, )?", "", ast.unparse(stub.args))
    return f"({given})", ast.unparse(stub.returns) if stub.returns else None


def plain_docstring(
    _app: Any, what: str, _name: str, thing: object, _options: Any, lines: list[str]
) -> None:
    """Take away what Cython wrote above; the stub says types, and what has no docstring."""
    if lines and _EMBEDDED.fullmatch(lines[0]):
        del lines[0]
    stub = stub_of(thing)
    if stub is None:
        return
    if not any(lines):
        lines[:] = (ast.get_docstring(stub) or "").splitlines()
    if what in ("attribute", "property") and stub.returns is not None:
        lines[:0] = [f"`{ast.unparse(stub.returns)}`", ""]


def setup(app: Any) -> None:
    """Let Sphinx know of the above."""
    for tag in _CONDITIONS:
        app.add_lexer(tag, TextLexer)
    app.connect("autodoc-process-signature", typed_signature)
    app.connect("autodoc-process-docstring", plain_docstring)
