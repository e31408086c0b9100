"""The rules of a handmade world: facets, runs, triggers, conditions, terms and checks.

Runs are written the plain way: a term stands at every class that its condition may hold with, and
at no block of classes, or in every request where that is not plain to see.
"""

from __future__ import annotations

from collections.abc import Callable

from engine.handmade_world import Condition, Entity, World, any_of

from rulec_runtime.format import CONDITION_FALSE, CONDITION_TRUE, ENTITY_KINDS, N_INLINE, NONE

Sections = dict[str, list[tuple[int, ...]]]


def add_rules(world: World, sections: Sections, strings: Callable[[str | None], int]) -> None:
    """Entities with what they are asked, and terms."""
    positions: dict[str, dict[Condition, int]] = {entity.name: {} for entity in world.entities}
    hung: dict[str, list[tuple[int, Condition]]] = {entity.name: [] for entity in world.entities}
    terms = [(number, term) for number, own in enumerate(world.definitions) for term in own.terms]
    for number, (_, term) in enumerate(terms):
        access, *others = term
        hung[access].append((number, term[access]))
        for name in others:
            positions[name].setdefault(term[name], len(positions[name]))
    n_products = sum(world.definitions[owner].lane == "product" for owner, _ in terms)
    conditions: dict[str, dict[Condition, int]] = {}
    first_fact = 0
    for entity in world.entities:
        own = dict.fromkeys([*positions[entity.name], *(asked for _, asked in hung[entity.name])])
        first = len(sections["conditions"])
        conditions[entity.name] = {asked: first + place for place, asked in enumerate(own)}
        runs, triggers = _Runs(entity), _Runs(entity)
        for number, asked in hung[entity.name]:
            runs.post(cover(entity, asked), number)
        for asked, position in positions[entity.name].items():
            triggers.post(_turns(entity, asked), position)
        quiet_run = runs.add_run(sections, runs.everywhere, n_products) if runs.everywhere else NONE
        sections["entities"].append(
            (
                strings(entity.name),
                ENTITY_KINDS.index(entity.kind),
                0,
                first_fact,
                len(entity.facts),
                len(sections["facets"]),
                len(entity.facets()),
                entity.n_scalars,
                first,
                len(own),
                len(positions[entity.name]),
                len(sections["quiet_bits"]),
                quiet_run,
            )
        )
        first_fact += len(entity.facts)
        _add_facets(sections, entity, runs, triggers, n_products)
        _add_conditions(sections, entity, list(own), len(positions[entity.name]))
    numbers = {entity.name: number for number, entity in enumerate(world.entities)}
    for owner, term in terms:
        access, *others = term
        checks = [numbers[name] << 24 | positions[name][term[name]] for name in others]
        inline = (checks + [0] * N_INLINE)[:N_INLINE]
        own_condition = conditions[access][term[access]]
        more = len(sections["checks"])
        sections["terms"].append(
            (owner, own_condition, numbers[access], len(checks), *inline, more)
        )
        sections["checks"].extend((check,) for check in checks[N_INLINE:])


def cover(entity: Entity, condition: Condition) -> list[tuple[int, int]] | None:
    """Facets and classes, one of which a request has if the condition holds; None: any request."""
    facets, n_classes = entity.facets(), entity.n_classes()
    literals = [(facets[name], low, high) for name, low, high, _, _ in condition]
    is_any = condition == any_of(*(test[:3] for test in condition)) if condition else False
    is_all = bool(condition) and condition[0][4] == CONDITION_FALSE
    if not condition or not (is_any or is_all):
        return None
    posts: list[tuple[int, int]] = []
    for facet, low, high in literals if is_any else literals[:1]:
        if facet >= entity.n_scalars and low == 0:
            return None
        posts += [(facet, each) for each in range(low, min(high, n_classes[facet] - 1) + 1)]
    return posts


def _turns(entity: Entity, condition: Condition) -> list[tuple[int, int]]:
    """Every class but the quiet one of every facet a condition asks about."""
    facets, n_classes = entity.facets(), entity.n_classes()
    own = dict.fromkeys(facets[test[0]] for test in condition)
    return [(facet, each) for facet in own for each in range(1, n_classes[facet])]


def _holds_in_quiet(condition: Condition) -> bool:
    """Whether a condition holds where every class is 0."""
    at = 0 if condition else CONDITION_TRUE
    while at < CONDITION_FALSE:
        _, low, high, on_true, on_false = condition[at]
        at = on_true if low <= 0 <= high else on_false
    return at == CONDITION_TRUE


class _Runs:
    """What the classes of an entity's facets bring about."""

    def __init__(self, entity: Entity) -> None:
        self._n_classes, self._n_scalars = entity.n_classes(), entity.n_scalars
        self.everywhere: list[int] = []
        self._posts: dict[tuple[int, int], list[int]] = {}

    def post(self, posts: list[tuple[int, int]] | None, number: int) -> None:
        if posts is None:
            self.everywhere.append(number)
        for post in dict.fromkeys(posts or ()):
            self._posts.setdefault(post, []).append(number)

    def steps(self, facet: int) -> list[list[int]]:
        """Numbers by step, blocks of classes left empty; none where there is no number at all."""
        if facet >= self._n_scalars:
            own = [self._posts.get((facet, 1), [])]
        else:
            own = [self._posts.get((facet, each), []) for each in range(self._n_classes[facet])]
            size = len(own)
            while size > 16:
                size = (size + 15) // 16
                own += [[]] * size
        return own if any(own) else []

    @staticmethod
    def add_run(sections: Sections, terms: list[int], n_products: int) -> int:
        n_product = sum(term < n_products for term in terms)
        sections["runs"].append((len(sections["candidates"]), n_product, len(terms), len(terms)))
        sections["candidates"].extend((term,) for term in terms)
        return len(sections["runs"]) - 1


def _add_facets(
    sections: Sections, entity: Entity, runs: _Runs, triggers: _Runs, n_products: int
) -> None:
    for facet, n_classes in enumerate(entity.n_classes()):
        own_runs, own_triggers = runs.steps(facet), triggers.steps(facet)
        sections["facets"].append(
            (
                n_classes,
                0,
                len(sections["runs"]) if own_runs else NONE,
                len(sections["triggers"]) if own_triggers else NONE,
                NONE,
            )
        )
        for terms in own_runs:
            runs.add_run(sections, terms, n_products)
        for conditions in own_triggers:
            sections["triggers"].append((len(sections["triggered"]), len(conditions)))
            sections["triggered"].extend((each,) for each in conditions)


def _add_conditions(
    sections: Sections, entity: Entity, conditions: list[Condition], n_positions: int
) -> None:
    facets = entity.facets()
    words = [0] * ((n_positions + 63) // 64)
    for position, condition in enumerate(conditions[:n_positions]):
        words[position // 64] |= _holds_in_quiet(condition) << position % 64
    sections["quiet_bits"].extend((word,) for word in words)
    for condition in conditions:
        sections["conditions"].append((len(sections["tests"]), len(condition)))
        sections["tests"].extend((facets[test[0]], *test[1:]) for test in condition)
