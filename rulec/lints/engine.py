"""`lint`: everything there is to say about a rule set, less what its owners know and accept.

    examine     folder or RuleSet -> Subject    what the compiler found, and what rules look at
    check       Subject  -> findings            catalogue.py, rules/
    suppress    findings -> findings            comments in the files
    select      findings -> findings            configuration, command line
    baseline    findings -> findings            known ones

In: a folder or a rule set. Out: findings in order, each with its culprit as `group`. Nothing here
prints. What keeps a rule set from having a meaning passes every filter but the baseline.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import Final

from rulec.codes import CODES, stops
from rulec.diagnostic import Diagnostic, ordered
from rulec.document import Document
from rulec.earlier import Earlier
from rulec.instant import written_instant
from rulec.lints.baseline import new_findings, read_baseline
from rulec.lints.catalogue import CHECKS, PROVED, codes_of, rule_of
from rulec.lints.config import Config, bad_ignore, bad_word, read_config
from rulec.lints.culprits import blamed
from rulec.lints.seen import counted
from rulec.lints.subject import Draw, Subject, examine
from rulec.lints.suppress import suppress
from rulec.pause import without_collection
from rulec.ruleset.discover import Texts
from rulec.ruleset.model import RuleSet
from rulec.traffic.named import Named, Sources

__all__ = ["Report", "chosen", "inspect", "lint", "moment_of"]

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Report:
    """The findings to show, and the configuration they were chosen by."""

    findings: tuple[Diagnostic, ...]
    config: Config
    subject: Subject
    """What was looked at."""
    found: Mapping[str, Sequence[Diagnostic]] = field(default_factory=dict, repr=False)
    """By check, everything it found, before anything was taken away; "": what no check did."""
    moment: datetime = _EPOCH
    """When it was."""
    off: frozenset[str] = frozenset()
    """The codes that were not looked for."""

    @property
    def shown_root(self) -> str:
        """What paths of findings begin with; fingerprints leave it out."""
        return self.subject.shown


def lint(
    rules: RuleSet | str | PathLike[str],
    *,
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    baseline: str | PathLike[str] | None = None,
    as_of: date | None = None,
    traffic: Sources | None = None,
    budget: int | None = None,
) -> list[Diagnostic]:
    """Every finding of a rule set, or of the folder of one, in order; a broken one has some too.

    `select` and `ignore` hold codes, names or the first letters of codes; they and `baseline`
    stand before the rule set's own configuration (rulec.toml). `as_of` is the day, or the time with
    an offset, by which suppressions and windows end; now if left out. `traffic` names recorded
    requests, as `rulec.compile` takes them, for what only they can show. `budget` is what proofs
    may cost, in looks (docs/checking.md); what is over it is ANA901. Raises `ValueError` for a word
    that is no code and a file that is no baseline, `OSError` where there is no rule set, and what
    `rulec.compile` raises for traffic that does not fit.
    """
    known = None if baseline is None else Path(baseline)
    draw = None if traffic is None else Named(traffic).sample
    report = inspect(rules, select, ignore, known, as_of, draw=draw, budget=budget)
    return list(report.findings)


def inspect(
    rules: RuleSet | str | PathLike[str],
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    baseline: Path | None = None,
    as_of: date | None = None,
    cache: Path | None = None,
    texts: Texts | None = None,
    draw: Draw | None = None,
    earlier: Earlier | None = None,
    budget: int | None = None,
) -> Report:
    """As `lint`, with what the command line needs besides; `texts` stand for files.

    `earlier` gives what did not change since the last time.
    """
    for words, problem_of in ((select, bad_word), (ignore, bad_ignore)):
        for word in words or ():
            if problem := problem_of(word):
                raise ValueError(": ".join(problem))
    with without_collection():
        moment = moment_of(as_of)
        micros = (moment - _EPOCH) // timedelta(microseconds=1)
        subject = examine(rules, micros, cache, texts, draw, earlier)
        return _inspected(subject, select, ignore, baseline, moment, texts, budget)


def _inspected(
    subject: Subject,
    select: Sequence[str] | None,
    ignore: Sequence[str] | None,
    baseline: Path | None,
    moment: datetime,
    texts: Texts | None,
    budget: int | None,
) -> Report:
    """The findings of a subject that are asked for."""
    config, findings = Config(), list(subject.findings)
    if subject.root is not None:
        config, found = read_config(subject.root, subject.shown, texts)
        findings += found
    config = replace(
        config,
        select=config.select if select is None else tuple(select),
        ignore=config.ignore if ignore is None else tuple(ignore),
        baseline=config.baseline if baseline is None else baseline,
    )
    subject.budget.allow(config.budget if budget is None else budget)
    off = _off(config)
    by_check = {"": findings}
    by_check |= {code: list(check(subject)) for code, check in CHECKS.items() if code not in off}
    unasked = off if subject.proofs else off | PROVED
    everything = chain.from_iterable(by_check.values())
    findings = chosen(everything, subject.documents, config, moment.date(), unasked)
    findings = blamed(findings, subject.documents)
    if config.baseline is not None:
        findings = new_findings(findings, read_baseline(config.baseline), subject.shown)
    if subject.traffic is not None and subject.proofs is not None:
        proofs, time = subject.proofs, written_instant(subject.as_of)
        ruleset, program = proofs.checked.ruleset, proofs.program
        findings = counted(findings, ruleset, program, subject.traffic, time)
    return Report(tuple(findings), config, subject, by_check, moment, off)


def moment_of(as_of: date | None) -> datetime:
    """When an examination is: a day begins at midnight, times without offset are UTC."""
    if as_of is None:
        return datetime.now(UTC)
    if not isinstance(as_of, datetime):
        return datetime(as_of.year, as_of.month, as_of.day, tzinfo=UTC)
    return as_of.astimezone(UTC) if as_of.tzinfo else as_of.replace(tzinfo=UTC)


def _off(config: Config) -> frozenset[str]:
    """The codes that are looked for only where their own code or name selects them, and is not."""
    named = {rule.code for word in config.select or () if (rule := rule_of(word))}
    return frozenset(code for code, entry in CODES.items() if not entry.is_on) - named


def chosen(
    findings: Iterable[Diagnostic],
    documents: Mapping[str, Document],
    config: Config,
    today: date,
    unasked: frozenset[str],
) -> list[Diagnostic]:
    """The findings that no comment hides and that are asked for, in order."""
    return ordered(_selected(suppress(findings, documents, today, unasked), config))


def _selected(findings: Iterable[Diagnostic], config: Config) -> list[Diagnostic]:
    ignored = {code for word in config.ignore for code in codes_of(word)}
    selected = {code for word in config.select or () for code in codes_of(word)}
    return [
        finding
        for finding in findings
        if stops(finding.code)
        or (finding.code not in ignored and (config.select is None or finding.code in selected))
    ]
