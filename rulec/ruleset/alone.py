"""Some definitions of a rule set, each on its own: nothing stands before or behind anybody.

In: a rule set, some of its definitions, what each binds. Out: a rule set of those, in which each is
effective wherever its condition is true and it is live.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rulec.ruleset.model import Binding, Definition, Lane, RuleSet, Scope

__all__ = ["alone"]


def alone(
    ruleset: RuleSet,
    definitions: Sequence[Definition],
    bindings: Callable[[Definition], tuple[Binding, ...]],
) -> RuleSet:
    """The same vocabulary and points, and `definitions`, each at a rank of its own."""
    kept = [
        replace(
            one,
            rank=rank,
            bindings=bindings(one),
            overrides=(),
            is_isolated=False,
            products=(),
            products_like=None,
            scope=Scope.ALL,
            installed=(),
        )
        for rank, one in enumerate(definitions)
    ]
    return replace(
        ruleset,
        products=tuple(one for one in kept if one.lane is Lane.PRODUCT),
        businesses=tuple(one for one in kept if one.lane is Lane.BUSINESS),
        origin=None,
    )
