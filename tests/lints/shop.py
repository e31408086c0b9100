"""A small rule set that is clean, and files laid over it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from roads import write_ruleset

CLEAN = {
    "vocabulary.toml": (
        '[entity.item]\nkind = "commodity"\n[entity.item.facts]\n'
        'isNew = { type = "flag" }\nlevel = { type = "int", optional = true }\n'
    ),
    "platform.toml": (
        '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\n'
        'default = { implementation = "d" }\n'
    ),
    "businesses/a.toml": (
        'code = "a"\nowner = "o"\nkpi = "k"\nidentity = "item.isNew()"\n'
        '[[bind]]\npoint = "p"\nimplementation = "i"\n'
    ),
}
NO_KPI = CLEAN["businesses/a.toml"].replace('kpi = "k"\n', "")
SEVERAL = "".join(
    f'[[business]]\ncode = "b{n}"\nowner = "o"\nrank = {n}\nidentity = "item.level == {n}"\n'
    '[[business.bind]]\npoint = "p"\nimplementation = "i"\n'
    for n in range(3)
)
"""Three businesses without a KPI, six lines each and two."""


def shop(folder: Path, files: Mapping[str, str]) -> Path:
    """The clean rule set with some files replaced."""
    return write_ruleset(folder / "shop", {**CLEAN, **files})
