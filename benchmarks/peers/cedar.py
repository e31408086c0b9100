"""cedarpy: a parsed policy set, of which the smallest number among the permitting ones wins.

Cedar has no order among policies: it decides them all and names those that permit, in the order
written. Its documentation advises to parse policies and entities once and to hand on the handles;
the context goes over as JSON text, so that is the form a caller can keep.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Final

import cedarpy

from benchmarks.peers.cel_text import rule_text
from benchmarks.worlds import Rule, World

__all__ = ["Rival"]

_SCOPE: Final = {"principal": 'User::"u"', "action": 'Action::"a"', "resource": 'Thing::"r"'}


class Rival:
    name = "Cedar"
    packages = ("cedarpy",)
    most = 10_000
    why = "some 20 requests a second at 10,000"

    def __init__(self, world: World, rules: Sequence[Rule]) -> None:
        del world
        policies = [
            "permit(principal, action, resource) when { "
            + rule_text(rule, "context.", "{set}.contains({value})")
            + " };"
            for rule in rules
        ]
        self.policies = cedarpy.PolicySet.from_str("\n".join(policies))
        self.entities = cedarpy.Entities.from_json_str("[]")

    def own(self, request: dict[str, dict[str, Any]]) -> dict[str, Any]:
        return {**_SCOPE, "context": json.dumps(request)}

    def winner(self, own: dict[str, Any]) -> int:
        decided = cedarpy.is_authorized(own, self.policies, self.entities)
        found = [int(name.removeprefix("policy")) for name in decided.diagnostics.reasons]
        return min(found, default=-1)
