"""`rulec diff`: which requests change winner from one version to another."""

from __future__ import annotations

from pathlib import Path

import click

from rulec.analysis.diff import IncomparableError
from rulec.cli.main import FINDINGS, UNABLE
from rulec.cli.output import cache_folder, has_color, show_findings
from rulec.cli.recorded import check_clock, columns_option, time_options
from rulec.cli.sampled import Rows
from rulec.compare.report import LIMIT, Comparison, compare
from rulec.compare.versions import Options, Version, VersionError, open_revision, open_version
from rulec.instant import instant
from rulec.render.diff_github import render_diff_github
from rulec.render.diff_html import render_diff_html
from rulec.render.diff_json import render_diff_json
from rulec.render.diff_text import render_diff
from rulec.vocabulary.suggest import suggest

__all__ = ["command"]


@click.command("diff")
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--rules",
    type=click.Path(path_type=Path),
    help="OLD and NEW are revisions of this folder; without NEW, the folder as it is.",
)
@click.option(
    "--output-format",
    "style",
    type=click.Choice(["text", "json", "github", "html"]),
    default="text",
)
@click.option("--exit-code", is_flag=True, help="Exit 1 where a winner changes, or may.")
@click.option("--only-owner", metavar="OWNER", help="Exit 1 where requests of others are altered.")
@click.option(
    "--max",
    "limit",
    type=click.IntRange(min=0),
    default=LIMIT,
    show_default=True,
    help="Classes of requests to look for; 0 for all.",
)
@click.option("--all", "is_all", is_flag=True, help="Show every pair of winners, not the first 20.")
@click.option("--as-of", metavar="TIME", help="Compare at one time only, as RFC 3339.")
@click.option("--traffic", multiple=True, metavar="PARQUET", help="Recorded rows; repeatable.")
@columns_option
@click.option("--scenario", metavar="NAME", help="With --traffic: the scenario of the rows.")
@time_options
@click.option("--system", metavar="NAME", help="Compare what this application runs.")
@click.option(
    "--allow-ties", is_flag=True, help="Let the smaller code stand first where nothing decides."
)
def command(
    old: str,
    new: str | None,
    rules: Path | None,
    style: str,
    exit_code: bool,
    only_owner: str | None,
    limit: int,
    is_all: bool,
    as_of: str | None,
    traffic: tuple[str, ...],
    columns_file: Path | None,
    scenario: str | None,
    time_column: str | None,
    timezone: str | None,
    system: str | None,
    allow_ties: bool,
) -> int:
    """Show every class of requests whose winner changes from OLD to NEW.

    OLD and NEW are folders of a rule set, artifacts that keep their rules, or FOLDER@REVISION of a
    git repository. Each class comes with a request that shows it, replayed on both versions.
    """
    if new is None and rules is None:
        raise click.UsageError("say OLD and NEW, or OLD and --rules FOLDER")
    if as_of is not None and instant(as_of) is None:
        raise click.UsageError(f"--as-of: `{as_of}` is no time with an offset, as RFC 3339 has it")
    check_clock(time_column, timezone)
    rows = Rows(traffic, columns_file, scenario, as_of, time_column, timezone)
    rows.check()
    options = Options(system, allow_ties, cache_folder())
    try:
        versions = _versions(old, new, rules, options)
        if only_owner is not None:
            _check_owner(only_owner, versions)
        report = compare(
            *versions,
            limit=limit or None,
            as_of=as_of,
            only_owner=only_owner,
            sample=rows.sample(versions),
        )
    except VersionError as error:
        if error.findings:
            show_findings(error.findings)
        click.echo(f"rulec: {error}", err=True)
        raise click.exceptions.Exit(UNABLE) from None
    except IncomparableError as error:
        raise click.ClickException(str(error)) from None
    click.echo(_rendered(report, style, is_all=is_all), nl=False)
    if report.verdict is not None and not report.verdict.passes:
        return FINDINGS
    return FINDINGS if exit_code and report.differs else 0


def _check_owner(owner: str, versions: tuple[Version, Version]) -> None:
    """Refuse an owner who owns nothing: a verdict about nobody would say that all is well."""
    owners = {one.owner for v in versions for one in v.checked.ruleset.definitions}
    if owner not in owners:
        close = suggest(owner, sorted(owners))
        advice = f"; did you mean `{close}`?" if close else ""
        raise click.UsageError(f"--only-owner: `{owner}` owns no definition{advice}")


def _versions(
    old: str, new: str | None, rules: Path | None, options: Options
) -> tuple[Version, Version]:
    if rules is None:
        assert new is not None
        return open_version(old, options), open_version(new, options)
    earlier = open_revision(rules, old, options)
    if new is not None:
        return earlier, open_revision(rules, new, options)
    return earlier, open_version(str(rules), options)


def _rendered(report: Comparison, style: str, *, is_all: bool) -> str:
    match style:
        case "json":
            return render_diff_json(report)
        case "github":
            return render_diff_github(report)
        case "html":
            return render_diff_html(report)
    return render_diff(report, is_all=is_all, color=has_color())
