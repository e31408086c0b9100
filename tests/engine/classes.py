"""Asks the engine which class a value falls into, by a program that has one business a class.

In: a fact. Out: `Probe`, which answers the class of a value of that fact, or lets the error pass.
"""

from __future__ import annotations

from engine.handmade import artifact_of
from engine.handmade_world import Definition, Entity, Fact, Point, World, all_of

from rulec_runtime import from_bytes


class Probe:
    """A program over the one fact `thing.it`; the business `n` wins where its class is n."""

    def __init__(self, fact: Fact) -> None:
        if fact.type == "tags_int":
            literals = [(f"it={cut}", 1) for cut in fact.cuts]
        else:
            n_classes = max(len(fact.words), len(fact.cuts)) + 2
            literals = [("it", number) for number in range(n_classes)]
        businesses = tuple(
            Definition(str(rank), "business", ({"thing": all_of((facet, low, low))},), rank=rank)
            for rank, (facet, low) in enumerate(literals)
        )
        world = World((Entity("thing", (fact,)),), (Point("point"),), businesses)
        self.program = from_bytes(artifact_of(world))

    def class_of(self, value: object) -> int:
        """The class of a scalar; 0 is missing."""
        return int(self.program.identify({"thing": {"it": value}}))

    def tags_of(self, value: object) -> list[int]:
        """The numbers of the named tags a value carries."""
        return [int(code) for code in self.program.match({"thing": {"it": value}}).codes]
