"""`[define]`: conditions that have a name.

In: the parsed vocabulary.toml. Out: the text of each sound one, findings about the others, and
their names. What the conditions say is for `check` to find out.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.source import Excerpt
from rulec.vocabulary.conform import quoted
from rulec.vocabulary.name import bad_name

__all__ = ["load_defines"]


def load_defines(
    document: Document, entities: Collection[str]
) -> tuple[dict[str, Excerpt], list[Diagnostic], set[str]]:
    """Read every named condition; `entities` are names that are taken, broken ones too."""
    defines: dict[str, Excerpt] = {}
    findings: list[Diagnostic] = []
    broken: set[str] = set()
    written: Any = document.values.get("define")
    for name, text in written.items() if isinstance(written, dict) else ():
        where = document.where_key(("define", name))
        found = bad_name(name, where)
        if name in entities:
            message = f"{quoted(name)} is an entity, too"
            advice = "entities and named conditions share one namespace: rename it"
            found.append(Diagnostic("SYN010", message, where, advice))
        findings += found
        if found or not isinstance(text, str):
            broken.add(name)
        else:
            defines[name] = document.excerpt(("define", name))
    return defines, findings, broken
