"""rulec: a rule-engine compiler with a native hot path.

    program = rulec.compile("examples/tmall")
    decision = program.resolve(point, facts)

Names are imported when they are first used: `rulec.open` and `program.resolve` never load the
grammar.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from rulec.compare.api import diff as diff
    from rulec.compare.report import Comparison as Comparison
    from rulec.diagnostic import Diagnostic as Diagnostic
    from rulec.diagnostic import RuleSetError as RuleSetError
    from rulec.earlier import Earlier as Earlier
    from rulec.lints.engine import lint as lint
    from rulec.program import compile as compile
    from rulec.program import load as load
    from rulec.ruleset.model import RuleSet as RuleSet
    from rulec_runtime import ArtifactError as ArtifactError
    from rulec_runtime import AssumptionError as AssumptionError
    from rulec_runtime import Batch as Batch
    from rulec_runtime import ColumnError as ColumnError
    from rulec_runtime import Decision as Decision
    from rulec_runtime import ExplainError as ExplainError
    from rulec_runtime import FactError as FactError
    from rulec_runtime import JsonError as JsonError
    from rulec_runtime import Match as Match
    from rulec_runtime import PointError as PointError
    from rulec_runtime import Profile as Profile
    from rulec_runtime import ProfileError as ProfileError
    from rulec_runtime import Program as Program
    from rulec_runtime import RulecError as RulecError
    from rulec_runtime import ScenarioError as ScenarioError
    from rulec_runtime import TimeError as TimeError
    from rulec_runtime import open as open

_HOMES: Final = {
    "ArtifactError": "rulec_runtime",
    "AssumptionError": "rulec_runtime",
    "Batch": "rulec_runtime",
    "ColumnError": "rulec_runtime",
    "Comparison": "rulec.compare.report",
    "Decision": "rulec_runtime",
    "Diagnostic": "rulec.diagnostic",
    "Earlier": "rulec.earlier",
    "ExplainError": "rulec_runtime",
    "FactError": "rulec_runtime",
    "JsonError": "rulec_runtime",
    "Match": "rulec_runtime",
    "PointError": "rulec_runtime",
    "Profile": "rulec_runtime",
    "ProfileError": "rulec_runtime",
    "Program": "rulec_runtime",
    "RuleSet": "rulec.ruleset.model",
    "RuleSetError": "rulec.diagnostic",
    "RulecError": "rulec_runtime",
    "ScenarioError": "rulec_runtime",
    "TimeError": "rulec_runtime",
    "compile": "rulec.program",
    "diff": "rulec.compare.api",
    "lint": "rulec.lints.engine",
    "load": "rulec.program",
    "open": "rulec_runtime",
}

__all__ = [
    "Batch",
    "Comparison",
    "Decision",
    "Diagnostic",
    "Earlier",
    "FactError",
    "Match",
    "Profile",
    "ProfileError",
    "Program",
    "RuleSet",
    "RuleSetError",
    "RulecError",
    "compile",
    "diff",
    "lint",
    "load",
    "open",
]
"""What most programs need; the other errors stand in `_HOMES`, and are reached the same way."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'rulec' has no attribute {name!r}")
    value = getattr(importlib.import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
