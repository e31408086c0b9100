"""The engine of rulec: opens a compiled rule set and decides requests.

>>> import rulec_runtime
>>> program = rulec_runtime.open("shop.rulec")                      # doctest: +SKIP
>>> facts = {"seller": {"isTMSeller": True}, "item": {"tags": [4199]}}
>>> program.resolve("Order.validate", facts).code                   # doctest: +SKIP
'tmall.g20'
"""

from __future__ import annotations

from rulec_runtime.batch import Batch
from rulec_runtime.decision import Decision
from rulec_runtime.errors import (
    ArtifactError,
    AssumptionError,
    ColumnError,
    ExplainError,
    FactError,
    JsonError,
    PointError,
    ProfileError,
    RulecError,
    ScenarioError,
    TimeError,
)
from rulec_runtime.match import Match
from rulec_runtime.profile import Profile
from rulec_runtime.program import Program, from_bytes
from rulec_runtime.program import open_program as open
from rulec_runtime.refusals import Refusal
from rulec_runtime.resolver import Resolver

__all__ = [
    "ArtifactError",
    "AssumptionError",
    "Batch",
    "ColumnError",
    "Decision",
    "ExplainError",
    "FactError",
    "JsonError",
    "Match",
    "PointError",
    "Profile",
    "ProfileError",
    "Program",
    "Refusal",
    "Resolver",
    "RulecError",
    "ScenarioError",
    "TimeError",
    "from_bytes",
    "open",
]
