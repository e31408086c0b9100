"""`rulec check`: every finding of one or more rule sets in one run."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import click

from rulec.analysis.budget import RUN
from rulec.cli.fixing import said, show_difference, write
from rulec.cli.formats import FOR_PEOPLE, FORMATS, Shown, print_findings
from rulec.cli.main import FINDINGS
from rulec.cli.output import cache_folder
from rulec.cli.recorded import Recorded, check_clock, columns_option, time_options
from rulec.cli.watching import watch
from rulec.codes import SEVERITIES, Severity
from rulec.diagnostic import Diagnostic, ordered
from rulec.fix.repair import Repaired, repair
from rulec.limits import MAX_FILE_BYTES
from rulec.lints.baseline import BaselineError, write_baseline
from rulec.lints.engine import Report, inspect
from rulec.lints.session import Session
from rulec.lints.subject import Draw
from rulec.render.concise import statistics
from rulec.render.text import summary
from rulec.ruleset.discover import Texts, discover, find_root
from rulec.traffic.named import Named

__all__ = ["command"]

_STDIN = Path("-")


@contextmanager
def _faults_of_options() -> Iterator[None]:
    """What is wrong with what was asked for is the fault of who asked."""
    try:
        yield
    except BaselineError as error:
        raise click.ClickException(str(error)) from None
    except ValueError as error:
        raise click.UsageError(str(error)) from None


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was asked for, of whom."""

    inside: Mapping[Path, Sequence[Path]]
    """Root of a rule set -> the paths whose findings are shown."""
    select: Sequence[str] | None
    ignore: Sequence[str] | None
    baseline: Path | None
    as_of: date | None
    texts: Texts = field(default_factory=dict)
    """What stdin said."""
    draw: Draw | None = None
    """The sample of recorded traffic."""
    budget: int | None = None

    def _options(
        self,
    ) -> tuple[Sequence[str] | None, Sequence[str] | None, Path | None, date | None, Path | None]:
        """What `inspect` and `Session` take behind the root."""
        return self.select, self.ignore, self.baseline, self.as_of, cache_folder()

    def look(self, root: Path, texts: Texts) -> Report:
        """Examine one rule set, some texts in place of its files."""
        with _faults_of_options():
            own = {**self.texts, **texts}
            return inspect(root, *self._options(), own, self.draw, budget=self.budget)

    def looks(self, sessions: dict[Path, Session]) -> dict[Path, Report]:
        """Examine every rule set; one that was looked at before, as far as it changed since.

        Recorded traffic is asked about the whole each time.
        """
        if self.draw is not None:
            return _reports(self)
        with _faults_of_options():
            for root in self.inside:
                if root in sessions:
                    sessions[root].update_all({})
                else:
                    sessions[root] = Session(root, *self._options(), budget=self.budget)
        return {root: session.report for root, session in sessions.items()}

    def is_inside(self, root: Path, shown_root: str, finding: Diagnostic) -> bool:
        """Whether a finding lies in the paths that were given."""
        # A path is shown from the current folder or from beside the root; here it is a file again.
        shown_path = Path(finding.path)
        is_below = shown_path.is_relative_to(shown_root)
        file = (root / shown_path.relative_to(shown_root)).resolve() if is_below else root.parent
        # A pyproject.toml above the root speaks about all of it.
        return not file.is_relative_to(root) or any(
            file.is_relative_to(path) for path in self.inside[root]
        )

    def findings(self, root: Path, report: Report) -> list[Diagnostic]:
        """The findings of a report to show."""
        shown = report.shown_root
        return [one for one in report.findings if self.is_inside(root, shown, one)]


@click.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, exists=True, allow_dash=True))
@click.option("--select", multiple=True, help="Only these codes, names or families, `A,B`.")
@click.option("--ignore", multiple=True, help="All but these codes, names or families.")
@click.option("--fix", is_flag=True, help="Repair what can be repaired safely, then check.")
@click.option("--unsafe-fixes", is_flag=True, help="With --fix: also what may be meant otherwise.")
@click.option("--diff", is_flag=True, help="Write nothing; show what --fix would change.")
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file of known findings, which are not shown.",
)
@click.option("--write-baseline", is_flag=True, help="Write what is found to --baseline instead.")
@click.option("--fail-level", type=click.Choice(SEVERITIES), help="Exit 1 from here up [error].")
@click.option("--output-format", "style", type=click.Choice(FORMATS), default="full")
@click.option("--statistics", "counts", is_flag=True, help="Count the findings by code.")
@click.option("--as-of", help="The day or time by which suppressions and windows end [now].")
@click.option(
    "--budget", type=click.IntRange(min=0), help=f"What proofs may cost, in looks [{RUN:,}]."
)
@click.option(
    "--traffic",
    multiple=True,
    metavar="SAMPLE",
    help="Recorded requests, for what they show: Parquet files, folders, patterns.",
)
@columns_option
@time_options
@click.option("--watch", "is_watching", is_flag=True, help="Check again after every change.")
@click.option(
    "--stdin-filename",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With PATHS `-`: the file that the text on stdin stands for.",
)
def command(
    paths: tuple[Path, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fix: bool,
    unsafe_fixes: bool,
    diff: bool,
    baseline: Path | None,
    write_baseline: bool,
    fail_level: Severity | None,
    style: str,
    counts: bool,
    as_of: str | None,
    budget: int | None,
    traffic: tuple[str, ...],
    columns_file: Path | None,
    time_column: str | None,
    timezone: str | None,
    is_watching: bool,
    stdin_filename: Path | None,
) -> int:
    """Check the rule sets that PATHS lie in (default: here); show the findings in PATHS.

    A rule set is read whole, since who wins is a question about all of it; a PATH below its root
    selects which findings are shown. `-` is a text on stdin in place of --stdin-filename. How it
    is checked may stand in rulec.toml beside vocabulary.toml, or in `[tool.rulec]` of a
    pyproject.toml; options go before both.
    """
    fixes = fix or diff
    has_stdin = paths == (_STDIN,)
    _check_usage(
        {
            "--write-baseline needs --baseline FILE": write_baseline and baseline is None,
            "--unsafe-fixes needs --fix": unsafe_fixes and not fixes,
            "--write-baseline changes no rules: leave --fix out": write_baseline and fixes,
            "--watch only checks": is_watching and (fixes or write_baseline or has_stdin),
            "`-` stands alone": _STDIN in paths and not has_stdin,
            "`-` needs --stdin-filename PATH, and the other way round": (
                has_stdin is (stdin_filename is None)
            ),
            "stdin cannot be written: use --diff": has_stdin and fix and not diff,
            "--columns and --time-column belong to --traffic": (
                not traffic and (columns_file is not None or time_column is not None)
            ),
        }
    )
    check_clock(time_column, timezone)
    texts = _stdin(stdin_filename) if stdin_filename is not None else {}
    inside: dict[Path, list[Path]] = {}
    for path in texts or paths or (Path(),):
        inside.setdefault(find_root(path), []).append(path.resolve())
    known = None if write_baseline else baseline
    draw = None
    if traffic:
        draw = Recorded(Named(traffic, time_column, timezone), columns_file).sample
    words = _words(select), _words(ignore)
    asked = _Asked(inside, *words, known, _moment(as_of), texts, draw, budget)
    if fixes:
        return _fix(asked, unsafe_fixes, diff, fail_level, style, counts)
    if write_baseline and baseline is not None:
        return _write_baseline(asked, baseline)
    if is_watching:
        sessions: dict[Path, Session] = {}
        watch(lambda: _show(asked, asked.looks(sessions), fail_level, style, counts), inside)
    return _show(asked, _reports(asked), fail_level, style, counts)


def _check_usage(faults: Mapping[str, bool]) -> None:
    for message, is_fault in faults.items():
        if is_fault:
            raise click.UsageError(message)


def _stdin(name: Path) -> Texts:
    """The text on stdin, for the file it stands for, which must be one of a rule set."""
    path = name.resolve()
    # What is no UTF-8 stays so, and is a finding.
    data = sys.stdin.buffer.read(MAX_FILE_BYTES + 1)
    texts = {path: data.decode("utf-8", "surrogateescape")}
    files, _ = discover(find_root(path), texts)
    own = (files.vocabulary, files.platform, files.columns, *files.businesses, *files.products)
    if path not in own:
        raise click.UsageError(f"--stdin-filename: `{name}` is no file of a rule set")
    return texts


def _reports(asked: _Asked) -> dict[Path, Report]:
    return {root: asked.look(root, {}) for root in asked.inside}


def _fix(
    asked: _Asked,
    unsafe_fixes: bool,
    is_preview: bool,
    fail_level: Severity | None,
    style: str,
    counts: bool,
) -> int:
    """Repair every rule set; write and check, or show what would be written."""
    repaired: dict[Path, Repaired] = {}
    for root in asked.inside:
        files, _ = discover(root)

        def is_wanted(
            finding: Diagnostic, root: Path = root, shown: str = files.shown(root)
        ) -> bool:
            is_safe = finding.fix is not None and finding.fix.is_safe
            return (is_safe or unsafe_fixes) and asked.is_inside(root, shown, finding)

        repaired[root] = repair(partial(asked.look, root), is_wanted)
    lines = said(list(repaired.values()))
    if is_preview:
        for root, one in repaired.items():
            show_difference(one, Path(one.report.shown_root), root)
        click.echo(lines.replace(" fixed in ", " would be fixed in ", 1), nl=False, err=True)
        return FINDINGS if any(one.texts for one in repaired.values()) else 0
    for one in repaired.values():
        write(one)
    reports = {root: one.report for root, one in repaired.items()}
    code = _show(asked, reports, fail_level, style, counts)
    click.echo(lines, nl=False, err=style not in FOR_PEOPLE)
    return code


def _show(
    asked: _Asked,
    reports: Mapping[Path, Report],
    fail_level: Severity | None,
    style: str,
    counts: bool,
) -> int:
    """Print the findings, and say how it ended."""
    by_finding: dict[Diagnostic, Report] = {}
    for root, report in reports.items():
        by_finding |= dict.fromkeys(asked.findings(root, report), report)
    findings = ordered(by_finding)

    def fails(finding: Diagnostic) -> bool:
        level = fail_level or by_finding[finding].config.fail_level
        return SEVERITIES.index(finding.severity) <= SEVERITIES.index(level)

    shown = Shown(findings, lambda one: by_finding[one].shown_root, fails)
    print_findings(shown, style)
    if counts:
        click.echo(statistics(findings), nl=False, err=style not in FOR_PEOPLE)
    return FINDINGS if any(map(fails, findings)) else 0


def _words(given: Iterable[str]) -> list[str] | None:
    words = [word.strip() for text in given for word in text.split(",")]
    return [word for word in words if word] or None


def _moment(text: str | None) -> date | None:
    """A day, or a time with an offset."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
        is_day = moment.tzinfo is None
        return moment.date() if is_day else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise click.UsageError(f"--as-of: `{text}` is no date, nor a time with offset") from None


def _write_baseline(asked: _Asked, baseline: Path) -> int:
    if len(asked.inside) > 1:
        raise click.UsageError("a baseline belongs to one rule set")
    ((root, report),) = _reports(asked).items()
    findings = asked.findings(root, report)
    baseline.write_text(write_baseline(findings, report.shown_root), encoding="utf-8")
    click.echo(f"{baseline}: {summary(findings)}")
    return 0
