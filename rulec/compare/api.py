"""`rulec.diff`: two versions of a rule set, compared from Python."""

from __future__ import annotations

from os import PathLike, fspath

from rulec.compare.report import LIMIT, Comparison, compare
from rulec.compare.versions import Options, Version, VersionError, open_version, version_of
from rulec.diagnostic import RuleSetError
from rulec.driver import compile_ruleset
from rulec.instant import instant
from rulec.ruleset.model import RuleSet

__all__ = ["diff"]


def diff(
    old: RuleSet | str | PathLike[str],
    new: RuleSet | str | PathLike[str],
    *,
    limit: int | None = LIMIT,
    as_of: str | None = None,
    only_owner: str | None = None,
    system: str | None = None,
    allow_ties: bool = False,
) -> Comparison:
    """Every class of requests whose winner changes from one version to another.

    A version is a rule set, its folder, an artifact that keeps its rules, or `FOLDER@REVISION` of a
    git repository. `limit` bounds the classes to look for, None for all of them; `as_of` is the one
    time to compare at, as RFC 3339; `only_owner` asks for a verdict: are requests of other owners
    altered? `system` and `allow_ties` are as in `compile`.

    Raises `RuleSetError` with every finding where a version does not compile, `ValueError` for one
    that cannot be read, and where a fact has two types, so that no request could be compared.
    """
    if as_of is not None and instant(as_of) is None:
        raise ValueError(f"`{as_of}` is no time with an offset, as RFC 3339 has it")
    options = Options(system, allow_ties)
    try:
        versions = _version(old, options), _version(new, options)
    except VersionError as error:
        if error.findings:
            raise RuleSetError(error.findings) from None
        raise
    return compare(*versions, limit=limit, as_of=as_of, only_owner=only_owner)


def _version(rules: RuleSet | str | PathLike[str], options: Options) -> Version:
    if not isinstance(rules, RuleSet):
        return open_version(fspath(rules), options)
    compiled = compile_ruleset(rules, system=options.system, allow_ties=options.allow_ties)
    return version_of(rules.name, compiled)
