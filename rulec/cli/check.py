"""`rulec check`: every finding of one or more rule sets in one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Final

import click

from rulec.cli.main import FINDINGS
from rulec.cli.output import cache_folder, show_findings
from rulec.codes import SEVERITIES, Severity
from rulec.diagnostic import Diagnostic, ordered
from rulec.lints.baseline import BaselineError, fingerprint, write_baseline
from rulec.lints.catalogue import rule_of
from rulec.lints.engine import Report, inspect
from rulec.render.concise import render_concise, statistics
from rulec.render.github import render_github
from rulec.render.json import render_json, render_json_lines
from rulec.render.sarif import render_sarif
from rulec.render.text import summary
from rulec.ruleset.discover import find_root

__all__ = ["command"]

_FORMATS: Final = ("full", "concise", "json", "json-lines", "github", "sarif")


@dataclass(frozen=True, slots=True)
class _Shown:
    """The findings of one rule set that lie in the given paths."""

    report: Report
    root: Path
    findings: list[Diagnostic] = field(default_factory=list)


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--select", multiple=True, help="Only these codes, names or families, `A,B`.")
@click.option("--ignore", multiple=True, help="All but these codes, names or families.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of known findings, which are not shown.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found to --baseline instead.")
@click.option("--fail-level", type=click.Choice(SEVERITIES), help="Exit 1 from here up [error].")
@click.option("--output-format", "style", type=click.Choice(_FORMATS), default="full")
@click.option("--statistics", "counts", is_flag=True, help="Count the findings by code.")
@click.option("--as-of", help="The day or time by which suppressions expire [now].")
def command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    baseline: Path | None,
    write_baseline: bool,
    fail_level: Severity | None,
    style: str,
    counts: bool,
    as_of: str | None,
) -> int:
    """Check the rule sets that PATHS lie in (default: here); show the findings in PATHS.

    A rule set is read whole, since who wins is a question about all of it; a PATH below its root
    selects which findings are shown. How it is checked may stand in rulec.toml beside
    vocabulary.toml, or in `[tool.rulec]` of a pyproject.toml; options go before both.
    """
    if write_baseline and baseline is None:
        raise click.UsageError("--write-baseline needs --baseline FILE")
    roots: dict[Path, list[Path]] = {}
    for path in paths or (Path(),):
        roots.setdefault(find_root(path), []).append(path.resolve())
    known = None if write_baseline else baseline
    today = _day(as_of)
    shown = [
        _shown(root, inside, _words(select), _words(ignore), known, today)
        for root, inside in roots.items()
    ]
    if write_baseline and baseline is not None:
        return _write(shown, baseline)
    findings = ordered(finding for item in shown for finding in item.findings)
    _print(shown, findings, style)
    if counts:
        click.echo(statistics(findings), nl=False, err=style not in ("full", "concise"))
    return FINDINGS if any(_fails(item, fail_level) for item in shown) else 0


def _words(given: Sequence[str]) -> list[str] | None:
    words = [word.strip() for text in given for word in text.split(",")]
    return [word for word in words if word] or None


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).date()
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"--as-of: `{text}` is no date, nor a time with offset") from None
    return moment.astimezone(UTC).date() if moment.tzinfo else moment.date()


def _shown(
    root: Path,
    inside: Sequence[Path],
    select: Sequence[str] | None,
    ignore: Sequence[str] | None,
    baseline: Path | None,
    today: date,
) -> _Shown:
    try:
        report = inspect(root, select, ignore, baseline, today, cache_folder())
    except BaselineError as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None
    shown = _Shown(report, root)
    for finding in report.findings:
        # A path is shown from the current folder or from beside the root; here it is a file again.
        shown_path, shown_root = Path(finding.path), Path(report.shown_root)
        is_below = shown_path.is_relative_to(shown_root)
        file = (root / shown_path.relative_to(shown_root)).resolve() if is_below else root.parent
        # A pyproject.toml above the root speaks about all of it.
        is_above = not file.is_relative_to(root)
        if is_above or any(file.is_relative_to(path) for path in inside):
            shown.findings.append(finding)
    return shown


def _write(shown: Sequence[_Shown], baseline: Path) -> int:
    if len(shown) > 1:
        raise click.UsageError("a baseline belongs to one rule set")
    findings = shown[0].findings
    text = write_baseline(findings, shown[0].report.shown_root)
    baseline.write_text(text, encoding="utf-8")
    click.echo(f"{baseline}: {summary(findings)}")
    return 0


def _fails(item: _Shown, given: Severity | None) -> bool:
    grave = SEVERITIES[: SEVERITIES.index(given or item.report.config.fail_level) + 1]
    return any(finding.severity in grave for finding in item.findings)


def _print(shown: Sequence[_Shown], findings: Sequence[Diagnostic], style: str) -> None:
    match style:
        case "full":
            show_findings(findings)
        case "concise":
            click.echo(render_concise(findings) + summary(findings))
        case "json":
            click.echo(render_json(findings), nl=False)
        case "json-lines":
            click.echo(render_json_lines(findings), nl=False)
        case "github":
            click.echo(render_github(findings), nl=False)
        case _:
            prints = {f: item.report.shown_root for item in shown for f in item.findings}
            identify = partial(_fingerprint, prints)
            text = render_sarif(findings, identify, _title, version("rulec"))
            click.echo(text, nl=False)


def _fingerprint(roots: dict[Diagnostic, str], finding: Diagnostic) -> str:
    return fingerprint(finding, roots[finding])


def _title(code: str) -> str:
    rule = rule_of(code)
    assert rule is not None
    return rule.page.partition("\n")[0]
