"""Every operator on every type of fact has cases: true, false, missing, and at its boundary.

The cells are read out of language-*.toml: the operator and the type from conditions of one atom (a
negation around it does not matter), the column from the case's facts. *missing* is an absent fact;
*boundary* is a value that the atom names, or one next to it: for a flag a `false` that is given,
for `has` a present value that is zero, empty or the first of its list, for `rollout` a key whose
bucket lies less than the finest step of a percentage from the threshold. A cell without a case
fails.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rulec.check.names import check_condition
from rulec.check.tree import (
    Atom,
    Compare,
    HasTag,
    HasTags,
    InList,
    InRange,
    IsPresent,
    IsSelected,
    IsSet,
    IsUnder,
    Matches,
)
from rulec.document import Document
from rulec.logic import leaves
from rulec.oracle.facts import read_facts
from rulec.rollout import bucket
from rulec.source import Excerpt, Source
from rulec.syntax.parse import parse
from rulec.syntax.tree import Comparison, Membership, Under
from rulec.vocabulary.load import load_vocabulary
from rulec.vocabulary.model import Fact, Presence, Vocabulary

FOLDER = Path(__file__).parent
ORDERED = ("int", "decimal", "time")
TEXT = ("enum", "string", "tree")
OPERATORS = {
    "call": ("flag",),
    "contains": ("tags_int", "tags_string"),
    "containsAny": ("tags_int", "tags_string"),
    "containsAll": ("tags_int", "tags_string"),
    **dict.fromkeys(("==", "!="), (*ORDERED, *TEXT)),
    **dict.fromkeys(("<", "<=", ">", ">="), ORDERED),
    **dict.fromkeys(("in []", "not in []"), (*ORDERED, *TEXT)),
    **dict.fromkeys(("in ..", "not in .."), ORDERED),
    **dict.fromkeys(("startsWith", "endsWith", "includes"), ("string",)),
    **dict.fromkeys(("under", "not under"), ("tree",)),
    "has": (*ORDERED, *TEXT),
    "rollout": ("int", "string"),
}
"""Which types each operator takes: the table of docs/language.md."""

FINEST_SHARE = 2**64 // 10**8
"""Buckets of the least share a rollout can be changed by: 0.000001 %."""


def cells() -> set[tuple[str, str, str]]:
    return {
        (operator, kind, column)
        for operator, kinds in OPERATORS.items()
        for kind in kinds
        for column in ("true", "false", "missing", "boundary")
    }


def operator_of(written: object, atom: Atom) -> str:
    negated = "not " if isinstance(written, Membership | Under) and written.is_negated else ""
    match atom:
        case IsSet():
            return "call"
        case HasTag():
            return "contains"
        case HasTags(needs_all=needs_all):
            return "containsAll" if needs_all else "containsAny"
        case Compare(operator=operator):
            assert isinstance(written, Comparison)
            return operator.value
        case InList():
            return f"{negated}in []"
        case InRange():
            return f"{negated}in .."
        case IsUnder():
            return f"{negated}under"
        case Matches(pattern=pattern):
            return pattern.value
        case IsPresent():
            return "has"
        case IsSelected():
            return "rollout"


def is_boundary(atom: Atom, value: Any) -> bool:
    """Whether a value that a request gives is one the atom names, or lies next to one."""
    match atom:
        case Compare(value=named):
            return _is_near(named, value)
        case InList(values=listed):
            return any(_is_near(named, value) for named in listed)
        case InRange(low=low, high=high):
            return any(_is_near(end, value) for end in (low, high) if end is not None)
        case IsUnder(paths=paths):
            return value in paths or any(path.startswith(f"{value}/") for path in paths)
        case Matches(text=text):
            return bool(value == text)
        case HasTag(tag=tag):
            return tag in value
        case HasTags(tags=tags):
            return any(tag in value for tag in tags)
        case IsSet():
            return value is False
        case IsPresent(fact=fact):
            return value in (0, "", *fact.values[:1])
        case IsSelected(salt=salt, threshold=threshold):
            return abs(bucket(salt, value) - threshold) < FINEST_SHARE


def _is_near(named: Any, value: Any) -> bool:
    return abs(named - value) <= 1 if isinstance(named, int) else bool(named == value)


def atom_of(text: str, vocabulary: Vocabulary) -> tuple[str, Fact, Atom] | None:
    """The operator, the fact and the atom of a condition that has one."""
    excerpt = Excerpt(Source("condition", text), text, range(len(text) + 1))
    expr, _ = parse(excerpt)
    assert expr is not None, text
    typed, _ = check_condition(expr, excerpt, vocabulary)
    written = leaves(expr)
    if typed is None or len(written) != 1 or len(leaves(typed)) != 1:
        return None
    atom = leaves(typed)[0].value
    return operator_of(written[0].value, atom), atom.fact, atom


def with_base(topic: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    base = topic.get("base", {})
    return {name: base.get(name, {}) | facts.get(name, {}) for name in base | facts}


def covered() -> Iterator[tuple[str, str, str]]:
    for path in sorted(FOLDER.glob("language-*.toml")):
        topic = tomllib.loads(path.read_text("utf-8"))
        document = Document.parse(Source("vocabulary.toml", topic["vocabulary"]))
        assert isinstance(document, Document)
        vocabulary = load_vocabulary(document)[0]
        assert vocabulary is not None
        for case in topic.get("case", []):
            found = atom_of(case["condition"], vocabulary)
            if found is None:
                continue
            operator, fact, atom = found
            for truth in ("true", "false", "unknown"):
                for facts in case.get(truth, []):
                    request = with_base(topic, facts)
                    kind = fact.type.value
                    given = request.get(fact.entity, {}).get(fact.name)
                    if given is None:
                        yield operator, kind, "missing"
                    if truth != "unknown":
                        yield operator, kind, truth
                        value = read_facts(vocabulary, request)[fact.path]
                        is_read = given is not None or fact.presence is Presence.DEFAULT
                        if is_read and is_boundary(atom, value):
                            yield operator, kind, "boundary"


def test_no_cell_is_empty() -> None:
    assert sorted(cells() - set(covered())) == []


def test_no_case_lies_outside_the_table() -> None:
    rows = {(operator, kind) for operator, kinds in OPERATORS.items() for kind in kinds}
    assert {cell[:2] for cell in covered()} <= rows
