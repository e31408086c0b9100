"""`rulec bench`: how fast a rule set of one's own decides."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from rulec.bench.columns import columns_of
from rulec.bench.compare import Change, NotComparable, compare
from rulec.bench.measure import Asked, Bench, bench
from rulec.bench.requests import Request, make_requests
from rulec.bench.rounds import NOT_SHOWN
from rulec.cli.main import FINDINGS
from rulec.cli.output import cache_folder, compiled_or_exit
from rulec.driver import Compiled, compile_folder
from rulec.layout.learn import Observed
from rulec.oracle.facts import BadFact, Facts, read_facts
from rulec.ruleset.model import RuleSet
from rulec_runtime import AssumptionError, Program

try:
    from rulec.traffic.rows import first_rows
except ModuleNotFoundError as error:
    if error.name != "pyarrow":
        raise
    first_rows = None  # type: ignore[assignment]

__all__ = ["command"]

SHARE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?) *%")
ROUND_SECONDS: Final = 0.1
MADE: Final = "made from the rules"
COUNTED: Final = 2_000
"""Requests whose candidates are counted."""


def _share(context: click.Context, option: click.Parameter, text: str) -> float:
    """A share written as `10%`."""
    written = SHARE.fullmatch(text)
    if written is None:
        raise click.BadParameter(f"`{text}` is no share: write 10%", context, option)
    return float(written[1]) / 100


@click.command("bench")
@click.argument("rules", type=click.Path(path_type=Path, file_okay=False, exists=True))
@click.argument(
    "traffic", type=click.Path(path_type=Path, dir_okay=False, exists=True), required=False
)
@click.option("--point", metavar="POINT", help="The point single calls ask; the first if left out.")
@click.option("--scenario", metavar="NAME", help="A declared scenario.")
@click.option("--as-of", metavar="TIME", help="The time of every request, as RFC 3339.")
@click.option("--requests", "n", default=2_000, show_default=True, type=click.IntRange(min=1))
@click.option("--seed", default=1, show_default=True, help="Of the requests that are made.")
@click.option("--repeat", default=9, show_default=True, type=click.IntRange(min=1), help="Rounds.")
@click.option(
    "--json", "as_json", is_flag=True, help="One JSON object, to keep or to compare with."
)
@click.option(
    "--compare",
    "base",
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="A file that --json wrote.",
)
@click.option(
    "--fail-slower",
    callback=_share,
    default="10%",
    show_default=True,
    help="Exit 1 where a figure grew by more.",
)
def command(
    rules: Path,
    traffic: Path | None,
    point: str | None,
    scenario: str | None,
    as_of: str | None,
    n: int,
    seed: int,
    repeat: int,
    as_json: bool,
    base: Path | None,
    fail_slower: float,
) -> int:
    """Measure how fast the rule set in the folder RULES decides.

    Requests are the first rows of the Parquet file TRAFFIC, or are made from the rules: facts that
    their conditions name. Everything runs in interleaved rounds; figures are medians between
    quartiles.
    """
    compiled, program = compiled_or_exit(rules)
    assert compiled.ruleset is not None
    if not program.points:
        raise click.UsageError("the rule set has no point to ask")
    asked = Asked(point or program.points[0], scenario, as_of)
    if traffic is None:
        requests, n_refused = _made(compiled, program, n, seed, as_of)
        columns: Any = columns_of(compiled.ruleset.vocabulary, requests)
        origin = f"{MADE}, seed {seed}"
    else:
        requests, columns = _recorded(traffic, compiled.ruleset, n)
        n_refused, origin = 0, traffic.name
    counted = _counted(rules, compiled.ruleset, requests)
    found = bench(program, requests, columns, asked, origin, repeat, ROUND_SECONDS, counted)
    changes = _compared(found, base, fail_slower) if base is not None else []
    if as_json:
        click.echo(json.dumps(found.json(), indent=1, ensure_ascii=False))
    else:
        click.echo("\n".join(_shown(found, n_refused)))
    for line in map(_change, changes):
        click.echo(line, err=as_json)
    return FINDINGS if any(change.is_slower for change in changes) else 0


def _made(
    compiled: Compiled, program: Program, n: int, seed: int, as_of: str | None
) -> tuple[list[Request], int]:
    """Requests that break no assumption, and how many did."""
    kept: list[Request] = []
    made = make_requests(compiled, n, seed)
    for request in made:
        try:
            program.match(request, as_of)
        except AssumptionError:
            continue
        kept.append(request)
    if not kept:
        raise click.ClickException("every request that was made breaks an assumption")
    return kept, n - len(kept)


def _recorded(traffic: Path, ruleset: RuleSet, n: int) -> tuple[list[Request], Any]:
    if first_rows is None:
        raise click.ClickException("traffic is read from Parquet: pip install 'rulec[arrow]'")
    requests, columns = first_rows(traffic, ruleset, n)
    if not requests:
        raise click.ClickException(f"{traffic} has no rows")
    return requests, columns


def _counted(rules: Path, ruleset: RuleSet, requests: list[Request]) -> Mapping[str, float]:
    """What these requests look at, in the program as it is laid out without them."""
    facts: list[Facts] = []
    for request in requests[:COUNTED]:
        # One that breaks the vocabulary is told of where it is decided.
        with contextlib.suppress(BadFact):
            facts.append(read_facts(ruleset.vocabulary, request))
    asked = Observed.of(facts, teaches=False)
    plan = compile_folder(rules, cache=cache_folder(), observe=lambda _: asked).plan
    assert plan is not None
    cost: Mapping[str, float] = plan.manifest["cost"]
    return cost


def _compared(found: Bench, base: Path, slower: float) -> list[Change]:
    try:
        before = json.loads(base.read_text("utf-8"))
        return compare(found, before if isinstance(before, dict) else {}, slower)
    except (NotComparable, ValueError) as error:
        raise click.ClickException(f"cannot compare with {base}: {error}") from None


def _shown(found: Bench, n_refused: int) -> Iterator[str]:
    program, requests = found.program, found.requests
    yield f"program      {program['name']}, {program['definitions']:,} definitions"
    yield f"requests     {requests['n']:,} {requests['from']}"
    if n_refused:
        yield f"             {n_refused:,} more broke an assumption"
    yield f"no winner    {100 * requests['default_share']:.1f} % at {program['asked']['point']}"
    yield f"expected     {_cost(found.expected)}"
    yield f"measured     {_cost(found.measured)}"
    yield f"artifact     {found.memory['artifact_bytes']:,} bytes"
    n_bytes = found.memory["profile_bytes"]
    yield f"profile      {'not measured' if n_bytes is None else f'{n_bytes:,.0f} bytes'}"
    yield ""
    yield f"{'ns a request':<34} {'median':>10} {'quartiles':>21} {'requests/s':>12}"
    for name, figure in found.figures.items():
        quartiles = f"{figure.low:,.0f} - {figure.high:,.0f}"
        yield f"{name:<34} {figure.median:>10,.0f} {quartiles:>21} {1e9 / figure.median:>12,.0f}"
    yield ""
    yield f"{'one call, ns':<34} {'p50':>10} {'p99':>10} {'p99.9':>10}"
    for name, of in found.calls.items():
        yield f"{name:<34} {of['p50']:>10,.0f} {of['p99']:>10,.0f} {of['p99.9']:>10,.0f}"


def _cost(cost: Mapping[str, float | None]) -> str:
    """Candidates and matches a request."""

    def shown(name: str) -> str:
        value = cost[name]
        return "?" if value is None else f"{value:,.1f}"

    return (
        f"{shown('candidates')} candidates a request, {shown('up_to_winner')} up to the winner; "
        f"{shown('matches')} definitions match"
    )


def _change(change: Change) -> str:
    if not change.is_shown:
        return f"{change.name}: {NOT_SHOWN} ({change.share:+.1%})"
    word = "slower" if change.share > 0 else "faster"
    mark = ", more than allowed" if change.is_slower else ""
    return f"{change.name}: {abs(change.share):.1%} {word}{mark}"
