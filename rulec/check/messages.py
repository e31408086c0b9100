"""The sentences of the check stage: one function a finding, in the user's words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeAlias

from rulec.diagnostic import Diagnostic
from rulec.source import Excerpt, Span
from rulec.syntax.tree import Bare, FactName, Value, Word
from rulec.vocabulary.model import Fact, FactType
from rulec.vocabulary.suggest import suggest

__all__ = [
    "Report",
    "bad_arity",
    "bad_method",
    "bad_operator",
    "bad_value",
    "bare_fact",
    "needs_call",
    "not_built",
    "out_of_range",
    "reporter",
    "unknown_entity",
    "unknown_fact",
    "unknown_value",
]

Report: TypeAlias = Callable[[str, str, Span, str | None], None]
"""Takes code, message, span and help of one finding."""


def reporter(condition: Excerpt, found: list[Diagnostic]) -> Report:
    """A `Report` that places findings in the condition's file."""

    def report(code: str, message: str, span: Span, help: str | None) -> None:
        found.append(Diagnostic(code, message, condition.where(span), help))

    return report


def unknown_entity(report: Report, word: Word, known: Iterable[str]) -> None:
    """An entity the vocabulary does not declare."""
    close = suggest(word.text, known)
    help = f"did you mean `{close}`?" if close else "declare it in vocabulary.toml"
    report("VOC101", f"no entity `{word.text}`", word.span, help)


def unknown_fact(report: Report, entity: str, word: Word, known: Iterable[Fact]) -> None:
    """A fact the entity does not declare."""
    facts = {fact.name: fact for fact in known}
    close = suggest(word.text, facts)
    help = "declare it in vocabulary.toml"
    if close is not None:
        where = facts[close].where
        place = f" ({where.source.path}:{where.position.line})" if where else ""
        help = f"did you mean `{close}`?{place}"
    report("VOC101", f"entity `{entity}` has no fact `{word.text}`", word.span, help)


def bare_fact(report: Report, bare: Bare, fact: Fact) -> None:
    """A fact that stands alone."""
    span = bare.fact.span
    if fact.type is FactType.FLAG:
        report("VOC102", f"the flag `{fact.path}` is not called", span, f"write `{fact.path}()`")
    else:
        report(
            "VOC103",
            f"`{fact.path}` is {_a(fact)}, no condition",
            span,
            f"write {_example(fact)}",
        )


def needs_call(report: Report, name: FactName, fact: Fact) -> None:
    """A flag or a tags fact that stands in a comparison or before `in`."""
    report(
        "VOC103",
        f"`{fact.path}` is {_a(fact)} and is not compared",
        name.span,
        f"write {_example(fact)}",
    )


def bad_method(report: Report, fact: Fact, span: Span, method: str | None) -> None:
    """A fact called in a way its type does not know."""
    called = f"is not called with `{method}`" if method else "is not called"
    report("VOC102", f"`{fact.path}` is {_a(fact)} and {called}", span, f"write {_example(fact)}")


def bad_arity(report: Report, what: str, expected: str, span: Span) -> None:
    """A call with the wrong arguments."""
    report("VOC102", f"`{what}` takes {expected}", span, None)


def not_built(report: Report, word: Word) -> None:
    """A method of the language that this version does not build."""
    report("SYN011", f"`{word.text}` is not built yet", word.span, None)


def bad_operator(report: Report, fact: Fact, operator: str, span: Span) -> None:
    """A comparison the type of the fact does not know."""
    report(
        "VOC103",
        f"`{operator}` does not apply to `{fact.path}`, which is {_a(fact)}",
        span,
        "compare it with `==`, `!=` or `in`",
    )


def bad_value(report: Report, fact: Fact, value: Value, problem: str | None = None) -> None:
    """A value of another type than the fact."""
    problem = problem or f"{value.kind.value} cannot be compared"
    report("VOC103", f"`{fact.path}` is {_a(fact)}: {problem}", value.span, None)


def out_of_range(report: Report, fact: Fact, value: Value, low: str, high: str) -> None:
    """A number that the declared range excludes."""
    report(
        "VOC104",
        f"`{value.text}` lies outside the declared range of `{fact.path}`",
        value.span,
        f"the range is {low}..={high}",
    )


def unknown_value(report: Report, fact: Fact, value: Value) -> None:
    """A word the enum does not list."""
    close = suggest(value.text, fact.values)
    shown = ", ".join(f"`{name}`" for name in fact.values[:8])
    more = f" and {len(fact.values) - 8} more" if len(fact.values) > 8 else ""
    help = f"did you mean `{close}`?" if close else f"the values are {shown}{more}"
    report("VOC104", f"`{fact.path}` has no value `{value.text}`", value.span, help)


def _a(fact: Fact) -> str:
    article = "an" if fact.type_name[0] in "aeiou" else "a"
    return f"{article} `{fact.type_name}`"


def _example(fact: Fact) -> str:
    match fact.type:
        case FactType.FLAG:
            return f"`{fact.path}()`"
        case FactType.TAGS_INT:
            return f"`{fact.path}.contains(...)`"
        case FactType.ENUM | FactType.STRING:
            return f'`{fact.path} == "..."`'
        case FactType.INT | FactType.DECIMAL:
            return f"`{fact.path} == ...`"
