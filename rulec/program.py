"""The Python API: from rule sets to programs.

Everything here raises instead of returning findings: who asks for a program wants one, or every
reason why there is none (`RuleSetError.diagnostics`).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from os import PathLike
from pathlib import Path
from typing import Any

from rulec.check.tree import CheckedRuleSet
from rulec.diagnostic import RuleSetError
from rulec.driver import compile_folder, compile_ruleset
from rulec.explain.explanation import Explanation, Moment, explain
from rulec.ruleset.model import RuleSet
from rulec.ruleset.read import read_ruleset
from rulec.traffic.named import Named, Sources
from rulec_runtime import Decision, Program, from_bytes

__all__ = ["compile", "load"]


def load(path: str | PathLike[str]) -> RuleSet:
    """Read a rule-set folder; conditions stay text until `compile` gives them meaning.

    Raises `RuleSetError` with every finding about the files, `OSError` where there is no rule set.
    """
    ruleset, findings, _ = read_ruleset(Path(path))
    if ruleset is None or any(finding.severity == "error" for finding in findings):
        raise RuleSetError(findings)
    return ruleset


def compile(
    rules: RuleSet | str | PathLike[str],
    *,
    strict: bool = True,
    allow_ties: bool = False,
    system: str | None = None,
    traffic: Sources | None = None,
) -> Program:
    """Compile a rule set, or the folder of one, to a program.

    `strict` is how the program takes requests that break the vocabulary (see `Program`). `system`
    keeps only the definitions for that application, and those that name none. Where nothing orders
    two definitions that can meet, `allow_ties` lets the smaller code stand first: their decisions
    say `TIE`. `traffic` names recorded requests - Parquet files, folders, patterns; columns as
    `rulec replay` reads them - from which it is learnt how rare facts are: that moves cost, and
    never a decision. It needs pyarrow (`rulec[arrow]`); what does not fit is a `ColumnError`.

    The program keeps the checked rule set, for `Program.explain`: it alone can say why. Equal rule
    sets, and samples, give programs that are equal to the byte. Raises `RuleSetError` with every
    finding of every file, `OSError` where there is no rule set.
    """
    observe = None if traffic is None else Named(traffic).observed
    if isinstance(rules, RuleSet):
        compiled = compile_ruleset(rules, system=system, allow_ties=allow_ties, observe=observe)
    else:
        compiled = compile_folder(
            Path(rules), system=system, allow_ties=allow_ties, observe=observe
        )
    if compiled.artifact is None or compiled.checked is None:
        raise RuleSetError(compiled.findings)
    checked: CheckedRuleSet = compiled.checked

    def explainer(
        facts: Mapping[str, Any],
        decision: Decision,
        code: str | None,
        scenario: str | None,
        as_of: str | datetime | None,
    ) -> Explanation:
        moment = Moment(decision.point, scenario, as_of)
        return explain(checked, facts, moment, code, strict=strict)

    return from_bytes(compiled.artifact, strict=strict, explainer=explainer)
