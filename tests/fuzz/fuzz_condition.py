"""Coverage-guided fuzzing: any text -> parse -> check -> oracle and terms, without an exception.

    python tests/fuzz/fuzz_condition.py -runs=200000 [CORPUS]      (needs atheris)

The seeds are the conditions of the conformance files. A crash is an uncaught exception or a text
that takes longer than libFuzzer's -timeout.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import atheris

TESTS = Path(__file__).resolve().parent.parent

with atheris.instrument_imports(include=["rulec", "lark"]):
    from rulec.check.names import check_condition
    from rulec.check.vocabulary import check_vocabulary
    from rulec.document import Document
    from rulec.oracle.evaluate import evaluate
    from rulec.oracle.facts import read_facts
    from rulec.render.text import render
    from rulec.simplify.passes import simplify
    from rulec.source import Excerpt, Source
    from rulec.syntax.parse import parse
    from rulec.terms.factor import factor
    from rulec.terms.share import Shared
    from rulec.vocabulary.load import load_vocabulary

TOPICS = [
    tomllib.loads(file.read_text(encoding="utf-8"))
    for file in sorted((TESTS / "conformance").glob("language-*.toml"))
]


def vocabularies() -> list[tuple[object, object, object]]:
    """Each topic's vocabulary, its named conditions, and facts that give what is required."""
    made = []
    for topic in TOPICS:
        document = Document.parse(Source("vocabulary.toml", topic["vocabulary"]))
        assert isinstance(document, Document)
        vocabulary, findings, _ = load_vocabulary(document)
        assert vocabulary is not None
        assert not findings
        defines = check_vocabulary(vocabulary)[0].defines
        made.append((vocabulary, defines, read_facts(vocabulary, topic.get("base", {}))))
    return made


WORLDS = vocabularies()


def one_input(data: bytes) -> None:
    """One text, against the vocabulary its first byte chooses."""
    provider = atheris.FuzzedDataProvider(data)
    vocabulary, defines, facts = WORLDS[provider.ConsumeIntInRange(0, len(WORLDS) - 1)]
    text = provider.ConsumeUnicode(400)
    condition = Excerpt(Source("condition", text), text, range(len(text) + 1))
    expr, findings = parse(condition)
    if expr is not None:
        typed, more = check_condition(expr, condition, vocabulary, frozenset(), defines)
        findings += more
        if typed is not None:
            evaluate(typed, facts)
            factor(simplify(typed), Shared())
    render(findings)


def seeds(folder: Path) -> None:
    """Write the conformance conditions as a corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, topic in enumerate(TOPICS):
        for at, case in enumerate((*topic.get("case", ()), *topic.get("refused", ()))):
            # FuzzedDataProvider takes integers from the end and text from the start.
            content = b"\x01" + case["condition"].encode() + bytes([number])
            (folder / f"{number}-{at}").write_bytes(content)


if __name__ == "__main__":
    for folder in [argument for argument in sys.argv[1:] if not argument.startswith("-")]:
        seeds(Path(folder))
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
