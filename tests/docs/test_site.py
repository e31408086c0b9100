"""docs/index.md, the first page of the site, leads to every page: `make docs` refuses others."""

from __future__ import annotations

import re
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
INDEX = REPOSITORY / "docs" / "index.md"
SOURCES = ("*.md", "docs/**/*.md", "examples/*/README.md", "runtime/README.md")
"""As in docs/conf.py."""


def test_every_page_is_in_the_index() -> None:
    trees = re.findall(r"^```\{toctree\}\n(.*?)^```$", INDEX.read_text("utf-8"), re.M | re.S)
    entries = [line for tree in trees for line in tree.splitlines() if line[:1] not in {"", ":"}]
    listed = {path.resolve() for entry in entries for path in INDEX.parent.glob(f"{entry}.md")}
    pages = {path.resolve() for source in SOURCES for path in REPOSITORY.glob(source)}
    missing = {path.relative_to(REPOSITORY).as_posix() for path in pages - listed - {INDEX}}
    assert missing == set()
    assert listed <= pages
