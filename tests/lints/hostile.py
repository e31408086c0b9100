"""Rule sets made to cost as much as they can: a family each, any size, the same for the same seed.

In: a size and a seed. Out: the files of a rule set that compiles, ties settled or none.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Final

__all__ = ["FAMILIES", "Family", "files_of"]

PLATFORM: Final = '[[ability]]\ncode = "x"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'
BIND: Final = '[[{0}.bind]]\npoint = "p"\nimplementation = "{1}"\n'


def files_of(
    facts: str,
    conditions: Sequence[str],
    assumptions: str = "",
    more: Sequence[str] = (),
    has_ranks: bool = True,
) -> dict[str, str]:
    """A business for each condition, each of a rank of its own; `more` stands in each binding."""
    businesses = ""
    for n, condition in enumerate(conditions):
        businesses += f'[[business]]\ncode = "b{n}"\nowner = "o"\nkpi = "k"\n'
        businesses += f"rank = {n if has_ranks else 0}\nidentity = '{condition}'\n"
        businesses += BIND.format("business", f"i{n}") + (more[n] if more else "")
    vocabulary = f'[entity.a]\nkind = "people"\n[entity.a.facts]\n{facts}{assumptions}'
    return {
        "vocabulary.toml": vocabulary,
        "platform.toml": PLATFORM,
        "businesses/all.toml": businesses,
    }


def flags(n: int) -> str:
    """That many flags, `a.f0()` and so on."""
    return "".join(f'f{i} = {{ type = "flag" }}\n' for i in range(n))


def flag(number: int, holds: bool = True) -> str:
    return f"{'' if holds else '!'}a.f{number}()"


def dense(n: int, seed: int, *, has_ranks: bool = True) -> dict[str, str]:
    """Broad rules of two to four of many flags each: random clauses near where they cover all."""
    draw = random.Random(seed)
    n_flags = max(8, n // 4)
    conditions = [
        " && ".join(
            flag(each, draw.random() < 0.5)
            for each in draw.sample(range(n_flags), draw.randint(2, 4))
        )
        for _ in range(n)
    ]
    return files_of(flags(n_flags), conditions, has_ranks=has_ranks)


def tied(n: int, seed: int) -> dict[str, str]:
    """As `dense`, and nothing orders any two of them."""
    return dense(n, seed, has_ranks=False)


def pigeons(n: int, seed: int) -> dict[str, str]:
    """The union of all rules is every request, and any resolution proof of it is exponential."""
    n_holes = max(2, int(n**0.5) // 2 + 1)
    pigeon = [[flag(i * n_holes + hole) for hole in range(n_holes)] for i in range(n_holes + 1)]
    rules = [" && ".join(f"!{each}" for each in own) for own in pigeon]
    for hole in range(n_holes):
        for one in range(n_holes + 1):
            rules += [f"{pigeon[one][hole]} && {pigeon[two][hole]}" for two in range(one)]
    random.Random(seed).shuffle(rules)
    n_flags = n_holes * (n_holes + 1)
    return files_of(flags(n_flags + 1), [*rules, flag(n_flags)])


def nested(n: int, seed: int) -> dict[str, str]:
    """Alternations in alternations: as cubes, some are more than there are atoms."""
    draw = random.Random(seed)
    n_flags = 60

    def deep(depth: int) -> str:
        one = flag(draw.randrange(n_flags), draw.random() < 0.5)
        if not depth:
            return one
        return f"({one} {'&&' if depth % 2 else '||'} {deep(depth - 1)})"

    def wide() -> str:
        each = [flag(i, draw.random() < 0.5) for i in draw.sample(range(n_flags), 36)]
        return " && ".join(f"({' || '.join(each[i : i + 3])})" for i in range(0, 36, 3))

    return files_of(flags(n_flags), [deep(40) if i % 2 else wide() for i in range(n // 4 + 1)])


def tautologies(n: int, seed: int) -> dict[str, str]:
    """`a || !a && b || !a && !b && c ..`, and what only the last branch would make one."""
    draw = random.Random(seed)
    conditions = []
    for length in range(2, n // 6 + 3):
        order = draw.sample(range(40), min(length, 30))
        branches = [
            " && ".join([*(flag(each, False) for each in order[:i]), flag(order[i])])
            for i in range(len(order))
        ]
        whole = " && ".join(flag(each, False) for each in order)
        conditions.append(" || ".join([*branches, whole] if length % 2 else branches))
    return files_of(flags(40), conditions)


def implied(n: int, seed: int) -> dict[str, str]:
    """A long chain of assumptions, and conditions that only all of them together exclude."""
    draw = random.Random(seed)
    n_flags = n + 2
    chain = "".join(
        f'[[assume]]\nimplies = ["{flag(i)}", "{flag(i + 1)}"]\n' for i in range(n_flags - 1)
    )
    ends = [sorted(draw.sample(range(n_flags), 2)) for _ in range(n // 4)]
    conditions = [f"{flag(one)} && {flag(two, draw.random() < 0.5)}" for one, two in ends]
    return files_of(flags(n_flags), conditions, chain)


def exclusive(n: int, seed: int) -> dict[str, str]:
    """One big group of tags that exclude each other, asked for in halves."""
    draw = random.Random(seed)
    group = f'[[assume]]\nexclusive = {{ fact = "a.t", values = {list(range(n))} }}\n'
    halves = [sorted(draw.sample(range(n), n // 2)) for _ in range(n // 4)]
    conditions = [
        f"a.t.containsAny({half}) && !a.t.containsAny({other})"
        for half, other in zip(halves, halves[1:] + halves[:1], strict=True)
    ]
    return files_of('t = { type = "tags<int>" }\n', conditions, group)


def installed(n: int, seed: int) -> dict[str, str]:
    """Every business installs every product."""
    draw = random.Random(seed)
    made = files_of(flags(30), [flag(i) for i in range(5)])
    codes = [f"q{i}" for i in range(n)]
    made["businesses/all.toml"] = made["businesses/all.toml"].replace(
        "identity", f"products = {codes}\nidentity"
    )
    made["products/all.toml"] = "".join(
        f'[[product]]\ncode = "{code}"\nowner = "o"\nkpi = "k"\nrank = {rank}\n'
        f"condition = '{flag(draw.randrange(30))} && {flag(draw.randrange(30), False)}'\n"
        + BIND.format("product", code)
        for rank, code in enumerate(codes)
    )
    return made


def windows(n: int, seed: int) -> dict[str, str]:
    """A window for each binding, all of them over each other."""
    draw = random.Random(seed)

    def window() -> str:
        days = sorted(draw.sample(range(1, 29), 2))
        months = sorted(draw.choices(range(1, 13), k=2))
        ends = [f'"2026-{m:02}-{d:02}T00:00:00Z"' for m, d in zip(months, days, strict=True)]
        return f"active = [{ends[0]}, {ends[1]}]\n"

    conditions = [f"{flag(draw.randrange(10))} || {flag(draw.randrange(10))}" for _ in range(n)]
    return files_of(flags(10), conditions, more=[window() for _ in range(n)])


def rollouts(n: int, seed: int) -> dict[str, str]:
    """Shares of one salt, which nest, and of some others, which do not."""
    draw = random.Random(seed)
    conditions = [
        f'rollout({draw.randint(1, 9999) / 100}%, by: a.id, salt: "s{draw.randrange(3)}")'
        f" && {flag(draw.randrange(4))}"
        for _ in range(n // 2)
    ]
    key = 'id = { type = "int", id = true, optional = true }\n'
    return files_of(key + flags(4), conditions)


def strings(n: int, seed: int) -> dict[str, str]:
    """Patterns that contain each other, and words that match many of them."""
    draw = random.Random(seed)

    def word() -> str:
        return "".join(draw.choices("ab", k=draw.randint(1, 5)))

    def atom() -> str:
        operator = draw.choice((".startsWith", ".endsWith", ".includes"))
        return f'{draw.choice(("", "!"))}a.s{operator}("{word()}")'

    conditions = [" && ".join(atom() for _ in range(3)) for _ in range(n)]
    conditions += [f'a.s == "{word()}"' for _ in range(n // 4)]
    return files_of('s = { type = "string", optional = true }\n', conditions)


Family = Callable[[int, int], dict[str, str]]
FAMILIES: Final[tuple[Family, ...]] = (
    dense, tied, pigeons, nested, tautologies, implied, exclusive, installed, windows, rollouts,
    strings,
)  # fmt: skip
