"""A small shop, and versions of it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from roads import write_ruleset

from rulec.compare.report import Comparison, compare
from rulec.compare.versions import Options, Version, open_version

VOCABULARY = """
[entity.buyer]
kind = "people"
[entity.buyer.facts]
id = { type = "int", id = true, optional = true }
isVip = { type = "flag" }
level = { type = "int", min = 0, max = 5, optional = true }
[entity.item]
kind = "commodity"
contains = "tags"
[entity.item.facts]
tags = { type = "tags<int>" }
[entity.place]
kind = "place"
[entity.place.facts]
channel = { type = "enum", values = ["app", "web"], default = "app" }
"""
PLATFORM = """
scenarios = ["checkout"]
[[ability]]
code = "price"
[[ability.point]]
code = "discount"
default = { implementation = "platform.None" }
[[ability.point]]
code = "tax"
default = "none"
[[ability.point]]
code = "notes"
default = "none"
reduce = "all"
"""


def business(code: str, identity: str, *, rank: int = 10, owner: str = "", more: str = "") -> str:
    """A business that binds `discount`, and whatever `more` says."""
    return f"""
[[business]]
code = "{code}"
owner = "{owner or code}"
kpi = "k"
rank = {rank}
identity = '{identity}'
{more or bind("discount", f"com.{code}")}
"""


def bind(point: str, runs: str, more: str = "") -> str:
    """A binding; `runs` may be empty for a stop."""
    what = f'implementation = "{runs}"' if runs else "default = true"
    return f'[[business.bind]]\npoint = "{point}"\n{what}\n{more}\n'


VIP = business("vip", "buyer.isVip()", rank=1)
SALE = business("sale", "item.contains(7)", rank=2)
WEB = business("web", 'place.channel == "web"', rank=3)


def files(
    *businesses: str, vocabulary: str = VOCABULARY, platform: str = PLATFORM
) -> dict[str, str]:
    """The files of a shop."""
    return {
        "vocabulary.toml": vocabulary,
        "platform.toml": platform,
        "businesses/all.toml": "".join(businesses),
    }


def version(folder: Path, own: Mapping[str, str]) -> Version:
    """Files as a version."""
    return open_version(str(write_ruleset(folder, own)), Options())


def compared(
    folder: Path, old: Mapping[str, str], new: Mapping[str, str], **more: object
) -> Comparison:
    """The difference of two sets of files."""
    versions = version(folder / "old", old), version(folder / "new", new)
    return compare(*versions, **more)  # type: ignore[arg-type]
