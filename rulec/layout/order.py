"""Program order: which definition stands before which, fixed when the program is compiled.

In: a rule set. Out: its definitions, products before businesses, by rank in each lane. Definitions
of one rank never meet at a point (that is LOG310), so their code only makes the order definite.
"""

from __future__ import annotations

from rulec.ruleset.model import Definition, RuleSet

__all__ = ["program_order"]


def program_order(ruleset: RuleSet) -> list[Definition]:
    """Products, then businesses, the strongest of each first."""
    return [
        definition
        for lane in (ruleset.products, ruleset.businesses)
        for definition in sorted(lane, key=lambda definition: (definition.rank, definition.code))
    ]
