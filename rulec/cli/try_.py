"""`rulec try`: one request, one decision."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from rulec.check.tree import CheckedRuleSet
from rulec.cli.output import compiled_or_exit, program_of
from rulec.explain.explanation import Explanation, Moment
from rulec.explain.explanation import explain as explain_moment
from rulec_runtime import Decision, ExplainError, JsonError
from rulec_runtime.request_json import decoded

__all__ = ["command"]


@click.command("try")
@click.argument("rules", type=click.Path(path_type=Path, exists=True))
@click.option("--point", "points", multiple=True, help="An extension point; may be repeated.")
@click.option("--all-points", is_flag=True, help="Every extension point.")
@click.option(
    "--facts",
    "facts_file",
    required=True,
    help="A JSON file, entity -> fact -> value; `-` reads it from stdin.",
)
@click.option(
    "--explain",
    is_flag=False,
    flag_value="",
    metavar="[CODE]",
    help="Say why the winner won, and why CODE did not; RULES must be a folder.",
)
@click.option(
    "--allow-ties", is_flag=True, help="Let the smaller code stand first where nothing decides."
)
@click.option("--scenario", metavar="NAME", help="A declared scenario.")
@click.option("--as-of", metavar="TIME", help="The time of the request, as RFC 3339.")
def command(
    rules: Path,
    points: tuple[str, ...],
    all_points: bool,
    facts_file: str,
    explain: str | None,
    allow_ties: bool,
    scenario: str | None,
    as_of: str | None,
) -> int:
    """Resolve one request against RULES, a rule-set folder or an artifact."""
    if bool(points) is all_points:
        raise click.UsageError("say either --point or --all-points")
    facts = _read_facts(facts_file)
    checked: CheckedRuleSet | None = None
    if not rules.is_file():
        compiled, program = compiled_or_exit(rules, allow_ties=allow_ties)
        checked = compiled.checked
    elif explain is None and not allow_ties:
        program = program_of(rules)
    else:
        option = "--allow-ties" if explain is None else "--explain"
        message = f"{option} reads rule files: give the folder, not the artifact"
        raise click.UsageError(message)
    match = program.match(facts, as_of)
    click.echo(f"identity     {match.identity}")
    click.echo(f"effective    {', '.join(match.codes) or '-'}")
    for point in program.points if all_points else points:
        click.echo()
        click.echo(point)
        for decision in match.resolve_all(point, scenario):
            _show(decision, program.manifest["points"][point]["on_failure"])
        if explain is not None and checked is not None:
            moment = Moment(point, scenario, as_of)
            for line in _explained(checked, facts, moment, explain or None).lines():
                click.echo(f"  {line}")
    return 0


def _explained(
    checked: CheckedRuleSet, facts: dict[str, Any], moment: Moment, other: str | None
) -> Explanation:
    try:
        return explain_moment(checked, facts, moment, other)
    except ExplainError as error:
        raise click.UsageError(str(error)) from None


def _show(decision: Decision, on_failure: str) -> None:
    rows = {
        "winner": f"{decision.code} ({decision.kind})",
        "owner": decision.owner,
        "runs": decision.implementation or "nothing",
        "mode": decision.mode,
        "config": None if decision.config is None else json.dumps(_plain(decision.config)),
        "reason": decision.reason,
        "blocked by": decision.blocked_by,
        "on failure": on_failure or None,
    }
    for name, value in rows.items():
        if value is not None:
            click.echo(f"  {name:<10} {value}")


def _plain(config: Any) -> Any:
    """A decision's read-only config as json writes it."""
    if hasattr(config, "items"):
        return {key: _plain(value) for key, value in config.items()}
    return [_plain(value) for value in config] if isinstance(config, tuple) else config


def _read_facts(name: str) -> dict[str, Any]:
    """The facts of a JSON text; numbers with a point are decimals, no key stands twice."""
    data = sys.stdin.read() if name == "-" else Path(name).read_bytes()
    try:
        facts = decoded(data)
    except JsonError as error:
        raise click.ClickException(f"{name}: no JSON object of facts: {error}") from None
    if not isinstance(facts, dict):
        raise click.ClickException(f"{name}: no JSON object of facts")
    return facts
