"""Made worlds as rule sets of rulec: in memory, or as the files of one.

In: a world. Out: a `RuleSet` for `compile_ruleset`, or vocabulary.toml, platform.toml and files of
`[[business]]`. Every rule is a business of its own rank, so nothing ties. It binds the main point,
whose winner is the winner of the world, and one other of the points, so that asking every point of
a request has something to find.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Final

from benchmarks.domains import vocabulary
from benchmarks.worlds import Atom, Clause, Rule, World
from rulec.document import Document
from rulec.ruleset.model import (
    Ability,
    Binding,
    Definition,
    Implementation,
    Lane,
    LaneOrder,
    Point,
    RuleSet,
)
from rulec.source import Excerpt, Source, Span, Where
from rulec.vocabulary.load import load_vocabulary

__all__ = [
    "MAIN",
    "N_POINTS",
    "condition",
    "points",
    "points_of",
    "rank_of",
    "ruleset",
    "write_files",
]

MAIN: Final = "Made.main"
N_POINTS: Final = 50
DEFAULT: Final = "platform.Default"
RULES_A_FILE: Final = 10_000


def points(n: int = N_POINTS) -> list[str]:
    """The codes of the points, the main one first."""
    return [MAIN, *(f"Made.p{number:02d}" for number in range(1, n))]


def points_of(rule: Rule) -> tuple[int, int]:
    """The places in `points()` of those that a rule binds."""
    return 0, _other_point(rule)


def rank_of(code: str) -> int:
    """The rank of the rule that a decision's code names; -1 for the platform's.

    >>> rank_of("d0000012"), rank_of("platform")
    (12, -1)
    """
    return int(code[1:]) if code[1:].isdigit() else -1


def condition(rule: Rule) -> str:
    """A rule as rulec's language writes it.

    >>> flag, tag = Atom("seller.isOverseas", "on", 1), Atom("item.tags", "has", 7)
    >>> condition(Rule(0, (Clause((flag, tag)), Clause((tag,), is_negated=True))))
    '(seller.isOverseas() || item.contains(7)) && !item.contains(7)'
    """
    return " && ".join(_clause(clause, len(rule.clauses)) for clause in rule.clauses)


def _clause(clause: Clause, n_clauses: int) -> str:
    text = " || ".join(_atom(atom) for atom in clause.atoms)
    if clause.is_negated:
        return f"!{text}" if clause.atoms[0].relation in ("has", "on") else f"!({text})"
    return f"({text})" if len(clause.atoms) > 1 and n_clauses > 1 else text


def _atom(atom: Atom) -> str:
    match atom.relation:
        case "has":
            return f"{atom.path.partition('.')[0]}.contains({atom.value})"
        case "on":
            return f"{atom.path}()"
        case "from":
            return f"{atom.path} >= {atom.value}"
    written = f'"{atom.value}"' if isinstance(atom.value, str) else atom.value
    return f"{atom.path} == {written}"


def ruleset(world: World, n_points: int = N_POINTS, n_bindings: int = 2) -> RuleSet:
    """The world without files: findings in it would point into one text a rule.

    Every rule binds the main point and `n_bindings` - 1 others.
    """
    document = Document.decode("vocabulary.toml", vocabulary().encode())
    assert isinstance(document, Document)
    read, findings, _ = load_vocabulary(document)
    assert read is not None, findings
    whole = Where(document.source, Span(0, 0))
    declared = tuple(
        Point(code, code, "", "made", LaneOrder.PRODUCT_FIRST, Implementation(DEFAULT, None), whole)
        for code in points(n_points)
    )
    return RuleSet(
        world.name,
        read,
        (Ability("made", "Made", "", whole),),
        declared,
        (),
        tuple(_definition(rule, declared, n_bindings) for rule in world.rules()),
    )


def _definition(rule: Rule, declared: tuple[Point, ...], n_bindings: int) -> Definition:
    text = condition(rule)
    source = Source(f"{rule.code}.toml", text)
    where = Where(source, Span(0, 0))
    runs = Implementation(f"made.{rule.code}", "java")
    others = (_other_point(rule, len(declared), number) for number in range(n_bindings - 1))
    bindings = (
        Binding(MAIN, runs, where),
        *(Binding(declared[place].code, runs, where) for place in others),
    )
    return Definition(
        lane=Lane.BUSINESS,
        code=rule.code,
        name=rule.code,
        description="",
        owner=f"team{rule.rank % 40}",
        kpi="made",
        condition=Excerpt(source, text, range(len(text) + 1)),
        rank=rule.rank,
        bindings=bindings,
        where=where,
        rank_where=where,
    )


def _other_point(rule: Rule, n_points: int = N_POINTS, number: int = 0) -> int:
    """One of the points behind the main one; others of one rule differ."""
    return 1 + (rule.rank + number) % (n_points - 1)


def write_files(world: World, folder: Path, rules_a_file: int = RULES_A_FILE) -> Path:
    """Write the world as the files of a rule set, so many businesses in each."""
    (folder / "businesses").mkdir(parents=True, exist_ok=True)
    (folder / "vocabulary.toml").write_text(vocabulary(), "utf-8")
    (folder / "platform.toml").write_text(_platform(), "utf-8")
    rules = world.rules()
    number = 0
    while part := list(islice(rules, rules_a_file)):
        path = folder / "businesses" / f"part{number:03d}.toml"
        path.write_text("\n".join(_businesses(part)), "utf-8")
        number += 1
    return folder


def _platform() -> str:
    lines = ["[[ability]]", 'code = "made"', 'name = "Made"']
    for code in points():
        lines += ["", "[[ability.point]]", f'code = "{code}"', f'name = "{code}"']
        lines.append(f'default = {{ implementation = "{DEFAULT}" }}')
    return "\n".join(lines) + "\n"


def _businesses(rules: list[Rule]) -> Iterator[str]:
    codes = points()
    for rule in rules:
        yield (
            f'[[business]]\ncode = "{rule.code}"\nname = "{rule.code}"\n'
            f'owner = "team{rule.rank % 40}"\nkpi = "made"\nrank = {rule.rank}\n'
            f"identity = '{condition(rule)}'\n"
        )
        for code in (MAIN, codes[_other_point(rule)]):
            yield (
                f'[[business.bind]]\npoint = "{code}"\n'
                f'implementation = "made.{rule.code}"\nmode = "java"\n'
            )
