"""Each `<pass>.txt` here holds `condition => what the pass makes of it`, a line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from rulec.check.names import check_condition
from rulec.check.tree import Typed
from rulec.document import Document
from rulec.logic import Leaf, Node, Or, Truth, fold
from rulec.simplify.describe import describe
from rulec.simplify.passes import simplify
from rulec.simplify.push_negations import push_negations
from rulec.simplify.values import Literal
from rulec.source import Excerpt, Source
from rulec.syntax.parse import parse
from rulec.vocabulary.load import load_vocabulary

FOLDER = Path(__file__).parent
PASSES: dict[str, Callable[[Typed], Node[Literal]]] = {
    "push_negations": push_negations,
    "fold_constants": simplify,
}
CASES = [
    (path.stem, line)
    for path in sorted(FOLDER.glob("*.txt"))
    for line in path.read_text("utf-8").splitlines()
    if line and not line.startswith("#")
]


def checked(text: str) -> Typed:
    document = Document.parse(
        Source("vocabulary.toml", (FOLDER / "vocabulary.toml").read_text("utf-8"))
    )
    assert isinstance(document, Document)
    vocabulary, *_ = load_vocabulary(document)
    assert vocabulary is not None
    excerpt = Excerpt(Source("condition", text), text, range(len(text) + 1))
    expr, findings = parse(excerpt)
    assert expr is not None, findings
    typed, findings = check_condition(expr, excerpt, vocabulary)
    assert typed is not None, [str(finding) for finding in findings]
    return typed


def shown(root: Node[Literal]) -> str:
    def visit(node: Node[Literal], items: Sequence[str]) -> str:
        if isinstance(node, Leaf):
            return describe(node.value)
        if isinstance(node, Truth):
            return "true" if node.value else "false"
        text = (" || " if isinstance(node, Or) else " && ").join(items)
        return text if node is root else f"({text})"

    return fold(root, visit)


@pytest.mark.parametrize(("name", "line"), CASES)
def test_rewrite(name: str, line: str) -> None:
    text, _, expected = (part.strip() for part in line.partition("=>"))
    assert shown(PASSES[name](checked(text))) == expected


def test_every_pass_has_a_file() -> None:
    assert {name for name, _ in CASES} == PASSES.keys()
