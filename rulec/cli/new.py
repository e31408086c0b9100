"""`rulec new`: a rule set, a business or a product to begin with."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

import click

from rulec.driver import compile_folder
from rulec.ruleset.discover import find_root
from rulec.ruleset.model import RuleSet
from rulec.ruleset.shape import DEFAULT_RANK

__all__ = ["command"]

_VOCABULARY: Final = """\
# What a condition may speak of. Everything is declared; nothing else exists.

[entity.seller]
kind = "people"
[entity.seller.facts]
isPartner = { type = "flag" }

[entity.item]
kind = "commodity"
contains = "tags"                 # item.contains(x) reads item.tags
[entity.item.facts]
tags = { type = "tags<int>" }
"""
_PLATFORM: Final = """\
# Where businesses and products may step in, and what happens when none does.

[[ability]]
code = "order"
name = "Order"

[[ability.point]]
code = "Order.validate"
name = "Validate an order"
default = { implementation = "platform.AcceptOrder", mode = "python" }
"""
_KINDS: Final = {"business": ("businesses", "identity"), "product": ("products", "condition")}


@click.command("new")
@click.argument("kind", type=click.Choice(["ruleset", "business", "product"]))
@click.argument("name")
@click.option(
    "--in",
    "place",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    default=Path(),
    help="Where the folder goes, or the rule set of a definition [here].",
)
def command(kind: str, name: str, place: Path) -> int:
    """Make a rule set in the folder NAME, or a business or product with the code NAME.

    What is made passes `rulec check` without findings; nothing is ever overwritten.
    """
    if not name.strip() or name in (".", "..") or "/" in name or "\\" in name or "\0" in name:
        raise click.UsageError(f"`{name}` cannot name a file")
    for path, text in _ruleset(place / name) if kind == "ruleset" else [_file(kind, name, place)]:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            raise click.ClickException(f"{path} exists: choose another name") from None
        click.echo(str(path))
    return 0


def _ruleset(folder: Path) -> list[tuple[Path, str]]:
    if folder.exists():
        raise click.ClickException(f"{folder} exists: choose another name")
    business = _definition(
        "business", "partner", "seller.isPartner()", 100, "Order.validate", installs="presale"
    )
    product = _definition("product", "presale", "item.contains(77)", 100, "Order.validate")
    return [
        (folder / "vocabulary.toml", _VOCABULARY),
        (folder / "platform.toml", _PLATFORM),
        (folder / "businesses/partner.toml", business),
        (folder / "products/presale.toml", product),
    ]


def _file(kind: str, code: str, place: Path) -> tuple[Path, str]:
    """A definition for the rule set that `place` lies in: weaker than all, and true of nothing."""
    root = find_root(place)
    ruleset = compile_folder(root).ruleset
    if ruleset is None:
        raise click.ClickException("the rule set cannot be read: run `rulec check`")
    if any(definition.code == code for definition in ruleset.definitions) or code == "platform":
        raise click.ClickException(f"the code `{code}` is taken: choose another name")
    if not ruleset.points:
        raise click.ClickException("platform.toml opens no extension point to bind")
    text = _definition(kind, code, "false", _rank(kind, ruleset), ruleset.points[0].code)
    return root / _KINDS[kind][0] / f"{code}.toml", text


def _rank(kind: str, ruleset: RuleSet) -> int:
    """A rank of its own behind every other one of the lane."""
    lane = ruleset.businesses if kind == "business" else ruleset.products
    return max((definition.rank + 100 for definition in lane), default=DEFAULT_RANK)


def _definition(
    kind: str, code: str, condition: str, rank: int, point: str, installs: str | None = None
) -> str:
    lines = [
        f"code = {_toml(code)}",
        f"name = {_toml(code)}",
        'owner = "the organisation that answers for it"',
        'kpi = "the number it is there to move"',
        f"rank = {rank}                       # smaller is stronger",
        f"{_KINDS[kind][1]} = {_toml(condition)}",
        *([] if installs is None else [f"products = [{_toml(installs)}]"]),
        "",
        "[[bind]]",
        f"point = {_toml(point)}",
        f"implementation = {_toml(f'com.example.{code}')}",
        'mode = "java"',
    ]
    return "\n".join(lines) + "\n"


def _toml(text: str) -> str:
    """A basic string: JSON's escapes are TOML's too, but for the one character TOML adds."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
