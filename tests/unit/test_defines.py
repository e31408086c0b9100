"""Named conditions: what they cost, and where they end."""

from __future__ import annotations

from pathlib import Path

import pytest
from roads import write_ruleset

from rulec.check.vocabulary import CheckedVocabulary, check_vocabulary
from rulec.diagnostic import Diagnostic
from rulec.document import Document
from rulec.driver import Compiled, compile_folder
from rulec.logic import Node, Use
from rulec.simplify import push_negations, values
from rulec.source import Source
from rulec.vocabulary.load import load_vocabulary

FACTS = """
[entity.r]
kind = "context"
facts.a = { type = "flag" }
[define]
"""


def checked(defines: str) -> tuple[CheckedVocabulary, list[Diagnostic]]:
    document = Document.parse(Source("vocabulary.toml", FACTS + defines))
    assert isinstance(document, Document)
    vocabulary, found, broken = load_vocabulary(document)
    assert vocabulary is not None
    assert not found
    return check_vocabulary(vocabulary, broken)


def test_names_that_double_are_refused_without_writing_them_out() -> None:
    chain = "".join(f"d{i} = 'd{i - 1} && d{i - 1}'\n" for i in range(1, 1000))
    _, findings = checked("d0 = 'r.a()'\n" + chain)
    assert [finding.code for finding in findings] == ["SYN007"]
    assert "parts" in findings[0].message


def test_names_that_nest_are_refused_at_the_limit() -> None:
    chain = "".join(f"d{i} = '!(d{i - 1})'\n" for i in range(1, 1000))
    vocabulary, findings = checked("d0 = 'r.a()'\n" + chain)
    assert [finding.code for finding in findings] == ["SYN007"]
    assert "deeper" in findings[0].message
    assert len(vocabulary.defines) == 64 + 1


def test_a_long_chain_leans_on_no_recursion() -> None:
    circle = "".join(f"d{i} = 'd{i + 1}'\n" for i in range(5000))
    _, findings = checked(circle + "d5000 = 'd0'\n")
    assert [finding.code for finding in findings] == ["VOC112"]


def test_order_does_not_matter() -> None:
    vocabulary, findings = checked("x = 'y || z'\ny = '!z'\nz = 'r.a()'\n")
    assert not findings
    assert set(vocabulary.defines) == {"x", "y", "z"}


def test_every_circle_is_shown_once() -> None:
    _, findings = checked("a = 'b'\nb = 'a'\nc = 'c'\nd = 'a && c'\n")
    assert [finding.code for finding in findings] == ["VOC112", "VOC112"]


PLATFORM = '[[ability]]\ncode = "a"\n[[ability.point]]\ncode = "p"\ndefault = "none"\n'
PAIRS = " && ".join(f"(r.a() || s.a{n}())" for n in range(13))
"""Over two entities: more terms than one condition may have."""
VOCABULARY = (
    '[entity.r]\nkind = "context"\nfacts.a = { type = "flag" }\n'
    'facts.n = { type = "int", optional = true }\n[entity.s]\nkind = "context"\n'
    + "".join(f'facts.a{n} = {{ type = "flag" }}\n' for n in range(13))
    + "[define]\n"
)


def compiled(tmp_path: Path, defines: str, conditions: list[str]) -> Compiled:
    businesses = "".join(
        f'[[business]]\ncode = "b{n}"\nowner = "o"\nrank = {n}\nidentity = "{condition}"\n'
        for n, condition in enumerate(conditions)
    )
    files = {"vocabulary.toml": VOCABULARY + defines, "platform.toml": PLATFORM}
    return compile_folder(write_ruleset(tmp_path, {**files, "businesses/all.toml": businesses}))


def named_in(root: Node[object]) -> object:
    """What the first name in a condition stands for."""
    return next(item.item for item in root.items if isinstance(item, Use))


def test_a_name_costs_once_however_often_it_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    n_atoms = n_literals = 0
    leaf = push_negations.Pushed.leaf

    def visited(*atom: object) -> object:
        nonlocal n_atoms
        n_atoms += 1
        return leaf(*atom)

    def made_new(*atom: object) -> object:
        nonlocal n_literals
        n_literals += 1
        return values.literals(*atom)

    monkeypatch.setattr(push_negations.Pushed, "leaf", visited)
    monkeypatch.setattr(push_negations, "literals", made_new)
    big = "big = '" + " || ".join(f"r.n == {3 * n}" for n in range(1000)) + "'\n"
    conditions = [f"big && s.a{n % 13}()" for n in range(300)] + ["r.a() && !(big)"] * 50
    made = compiled(tmp_path, big, conditions)
    assert made.artifact is not None
    assert n_atoms == 2 * 1000 + 350
    assert n_literals == 2 * 1000 + 14
    shared = {id(named_in(made.conditions[f"b{n}"])) for n in range(300)}
    assert len(shared) == 1


def test_names_that_double_share_what_they_double(tmp_path: Path) -> None:
    chain = "d0 = 'r.a() && s.a1()'\n" + "".join(
        f"d{n} = 'd{n - 1} && d{n - 1}'\n" for n in range(1, 14)
    )
    made = compiled(tmp_path, chain, ["d13", "!d13"])
    assert made.artifact is not None
    assert [len(made.terms[code]) for code in ("b0", "b1")] == [1, 2]
    nodes, pending = set(), [made.conditions["b0"]]
    while pending:
        node = pending.pop()
        if id(node) not in nodes:
            nodes.add(id(node))
            pending.extend(getattr(node, "items", ()))
    assert len(nodes) < 60


def test_what_multiplies_below_a_name_is_shown_at_the_name(tmp_path: Path) -> None:
    made = compiled(tmp_path, f"wide = '{PAIRS}'\n", ["s.a0() && wide", "wide || r.a()"])
    assert [finding.code for finding in made.findings] == ["PRF501"] * 2
    for finding in made.findings:
        assert finding.where is not None
        start, end = finding.where.span
        assert finding.where.source.text[start:end] == "wide"
