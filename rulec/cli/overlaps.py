"""`rulec overlaps`: how the requests of definitions lie to each other."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from rulec.analysis.answers import Relation
from rulec.cli.output import compiled_or_exit
from rulec.compare.definitions import Definitions, Relationship, UnknownCodeError
from rulec.render.overlaps import (
    render_breadths,
    render_overlaps_json,
    render_partners,
    render_relationship,
)
from rulec.vocabulary.suggest import suggest

__all__ = ["command"]

SHOWN: Final = 20
"""Partners, or definitions, that are shown where not all are asked for."""


@click.command("overlaps")
@click.argument("rules", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.argument("one", required=False)
@click.argument("two", required=False)
@click.option("--all", "is_all", is_flag=True, help="Every partner, not the first 20.")
@click.option("--output-format", "style", type=click.Choice(["text", "json"]), default="text")
@click.option(
    "--allow-ties", is_flag=True, help="Let the smaller code stand first where nothing decides."
)
def command(
    rules: Path, one: str | None, two: str | None, is_all: bool, style: str, allow_ties: bool
) -> int:
    """Say how the definitions ONE and TWO of RULES lie to each other, with requests that show it.

    With ONE alone: everyone it meets, the strongest first. With neither: who meets most others.
    """
    if one is not None and one == two:
        raise click.UsageError("name two definitions, or one")
    compiled, program = compiled_or_exit(rules, allow_ties=allow_ties)
    assert compiled.checked is not None
    definitions = Definitions(compiled.checked, program)
    try:
        text = _shown(definitions, rules, one, two, is_all=is_all, is_json=style == "json")
    except UnknownCodeError as error:
        close = suggest(str(error), definitions.codes)
        advice = f"; did you mean `{close}`?" if close else ""
        raise click.UsageError(f"no definition `{error}`{advice}") from None
    click.echo(text, nl=False)
    return 0


def _shown(
    definitions: Definitions,
    rules: Path,
    one: str | None,
    two: str | None,
    *,
    is_all: bool,
    is_json: bool,
) -> str:
    if one is None:
        found = definitions.broadest()
        at_most = None if is_all else SHOWN
        if is_json:
            n_more = len(found) - len(found[:at_most])
            return render_overlaps_json(None, found[:at_most], str(rules), n_more)
        return render_breadths(found, len(definitions.codes), at_most)
    if two is not None:
        pair = definitions.compare(one, two)
        if is_json:
            return render_overlaps_json([pair], None, str(rules), 0)
        return render_relationship(pair, str(rules))
    partners = definitions.partners(one)
    met: list[Relationship] = []
    n_asked = 0
    for other in partners:
        if not is_all and len(met) >= SHOWN:
            break
        n_asked += 1
        pair = definitions.compare(one, other)
        if pair.relation is not Relation.DISJOINT:
            met.append(pair)
    n_more = len(partners) - n_asked
    if is_json:
        return render_overlaps_json(met, None, str(rules), n_more)
    return render_partners(one, met, n_asked - len(met), n_more)
