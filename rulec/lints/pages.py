"""docs/lints/ out of the catalogue: `python -m rulec.lints.pages docs/lints`.

In: the folder. Out: one page a code and an index. Pages of codes that are gone are deleted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from rulec.codes import CODES, UNBUILT
from rulec.lints.catalogue import Rule, rule_of

__all__ = ["main", "page_text", "pages"]

_INDEX = """\
# The lint catalogue

Every finding has a code and a name; both work everywhere: on the command line, in configuration, in
suppressions. `rulec explain CODE` shows the page of one. The examples speak of the vocabulary of
`examples/tmall`.

| code | name | severity | finds |
| --- | --- | --- | --- |
"""
_UNBUILT = """
What is off is looked for where `select` holds its own code or name. Selecting what is not built yet
is an error:

"""


def page_text(rule: Rule) -> str:
    """The page of one code, as Markdown."""
    return f"# {rule.code} {rule.name} ({rule.severity})\n\n{rule.page}\n"


def pages() -> Mapping[str, str]:
    """Every page, by the name of its file."""
    made: dict[str, str] = {}
    index = _INDEX
    for code in CODES:
        rule = rule_of(code)
        assert rule is not None
        made[f"{code}.md"] = page_text(rule)
        title = rule.page.partition("\n")[0].replace("|", "\\|")
        severity = rule.severity if CODES[code].is_on else f"{rule.severity}, off"
        index += f"| [{code}]({code}.md) | {rule.name} | {severity} | {title} |\n"
    index += _UNBUILT
    for code, (name, reason) in UNBUILT.items():
        index += f"- {code} `{name}`: {reason}\n"
    return {**made, "index.md": index}


def main(folder: Path) -> None:
    """Write every page into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    made = pages()
    for path in folder.glob("*.md"):
        if path.name not in made:
            path.unlink()
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
