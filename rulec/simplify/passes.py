"""The passes from typed atoms to literals, in the order they run.

In: `Typed`. Out: a tree of And and Or over literals, or one lone `Truth`. Every pass keeps the set
of requests on which the whole condition is true. A named condition is simplified once for each sign
it stands under, however often it is used.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from rulec.check.tree import Typed
from rulec.logic import Node
from rulec.simplify.fold_constants import Folded, fold_constants
from rulec.simplify.push_negations import Pushed, push_negations
from rulec.simplify.values import Literal

__all__ = ["Simplified", "simplify"]


@dataclass(frozen=True, slots=True)
class Simplified:
    """What the passes made so far of what many conditions share."""

    pushed: Pushed = field(default_factory=Pushed)
    folded: Folded = field(default_factory=Folded)
    _whole: dict[int, tuple[Typed, Node[Literal]]] = field(default_factory=dict)
    """Conditions by identity, which are thereby kept alive, with what the passes made of each."""
    _used: dict[int, tuple[Typed, Node[Literal]]] = field(default_factory=dict)

    def of(self, condition: Typed) -> Node[Literal]:
        """A condition through all passes."""
        found = self._whole.get(id(condition))
        if found is None:
            pushed = push_negations(condition, self.pushed)
            found = self._whole[id(condition)] = condition, fold_constants(pushed, self.folded)
        self._used[id(condition)] = found
        return found[1]

    def forget(self) -> None:
        """Forget the conditions that were not asked for since the last time."""
        self._whole.clear()
        self._whole.update(self._used)
        self._used.clear()


def simplify(condition: Typed, known: Simplified | None = None) -> Node[Literal]:
    """A checked condition as literals in negation normal form, without constants inside.

    `known` remembers named conditions from one call to the next.
    """
    return (known or Simplified()).of(condition)
