"""The sentences of the check stage: one function a finding, in the user's words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from rulec.diagnostic import Diagnostic, Fix
from rulec.source import Excerpt, Span
from rulec.syntax.tree import Bare, FactName, Value, Word
from rulec.vocabulary.model import Fact, FactType, Presence
from rulec.vocabulary.name import KEYWORDS
from rulec.vocabulary.suggest import suggest

__all__ = [
    "Report",
    "bad_arity",
    "bad_id_operator",
    "bad_key",
    "bad_method",
    "bad_operator",
    "bad_path",
    "bad_percent",
    "bad_time",
    "bad_value",
    "bare_fact",
    "needs_call",
    "needs_time",
    "never_absent",
    "out_of_range",
    "reporter",
    "too_large",
    "unknown_entity",
    "unknown_fact",
    "unknown_name",
    "unknown_value",
]


class Report(Protocol):
    """Takes one finding; `change` is the span and the text that would repair it."""

    def __call__(
        self,
        code: str,
        message: str,
        span: Span,
        help: str | None,
        change: tuple[Span, str] | None = None,
        is_safe: bool = True,
    ) -> None: ...


def reporter(condition: Excerpt, found: list[Diagnostic]) -> Report:
    """A `Report` that places findings in the condition's file."""

    def report(
        code: str,
        message: str,
        span: Span,
        help: str | None,
        change: tuple[Span, str] | None = None,
        is_safe: bool = True,
    ) -> None:
        changes = () if change is None else (change,)
        fix = Fix.of(condition, f"write `{change[1]}`" if change else "", changes, is_safe)
        found.append(Diagnostic(code, message, condition.where(span), help, fix=fix))

    return report


def unknown_entity(report: Report, word: Word, known: Iterable[str]) -> None:
    """An entity the vocabulary does not declare."""
    close = suggest(word.text, known)
    help = f"did you mean `{close}`?" if close else "declare it in vocabulary.toml"
    report("VOC101", f"no entity `{word.text}`", word.span, help, _instead(word, close), False)


def unknown_fact(report: Report, entity: str, word: Word, known: Iterable[Fact]) -> None:
    """A fact the entity does not declare."""
    facts = {fact.name: fact for fact in known}
    close = suggest(word.text, facts)
    help = "declare it in vocabulary.toml"
    if close is not None:
        where = facts[close].where
        place = f" ({where.source.path}:{where.position.line})" if where else ""
        help = f"did you mean `{close}`?{place}"
    message = f"entity `{entity}` has no fact `{word.text}`"
    report("VOC101", message, word.span, help, _instead(word, close), False)


def _instead(word: Word, close: str | None) -> tuple[Span, str] | None:
    return (word.span, close) if close else None


def bare_fact(report: Report, bare: Bare, fact: Fact) -> None:
    """A fact that stands alone."""
    span = bare.fact.span
    if fact.type is FactType.FLAG:
        message, called = f"the flag `{fact.path}` is not called", (Span(span.end, span.end), "()")
        report("VOC102", message, span, f"write `{fact.path}()`", called)
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


def unknown_name(
    report: Report, word: Word, defines: Iterable[str], entities: Iterable[str]
) -> None:
    """A name that stands alone and names no condition."""
    if word.text in KEYWORDS:
        report("SYN001", f"`{word.text}` alone is no condition", word.span, None)
    elif word.text in entities:
        message = f"the entity `{word.text}` alone is no condition"
        report("VOC102", message, word.span, f"write `{word.text}.fact`, with one of its facts")
    else:
        close = suggest(word.text, defines)
        help = f"did you mean `{close}`?" if close else "declare it under `[define]`"
        message, instead = f"no named condition `{word.text}`", _instead(word, close)
        report("VOC101", message, word.span, help, instead, False)


def never_absent(report: Report, fact: Fact, span: Span) -> None:
    """`has` of a fact that is never absent."""
    absent = {Presence.REQUIRED: "required", Presence.DEFAULT: "there by default"}
    state = absent.get(fact.presence, f"{_a(fact)}, and an absent one has a value")
    help = "`has` takes optional facts only: leave it out"
    report("VOC103", f"`{fact.path}` is {state}", span, help)


def bad_key(report: Report, fact: Fact, span: Span) -> None:
    """A rollout by a fact that is no id."""
    help = "a rollout selects by an `int` or `string` fact declared with `id = true`"
    report("VOC113", f"`{fact.path}` is no id", span, help)


def bad_percent(report: Report, word: Word) -> None:
    """A percentage above 100."""
    report("VOC104", f"`{word.text}%` is more than everyone", word.span, "write 0% to 100%")


def too_large(report: Report, what: str, span: Span) -> None:
    """A condition that names other conditions and grows too large by it."""
    message = f"the condition is too large once its names are written out: {what}"
    report("SYN007", message, span, "name smaller parts, or declare a fact that holds the result")


def bad_operator(report: Report, fact: Fact, operator: str, span: Span) -> None:
    """A comparison the type of the fact does not know."""
    report(
        "VOC103",
        f"`{operator}` does not apply to `{fact.path}`, which is {_a(fact)}",
        span,
        _operators(fact),
    )


def bad_id_operator(report: Report, fact: Fact, operator: str, span: Span) -> None:
    """A comparison an id does not take."""
    help = "an id stands in `has`, `==`, `in [...]` and `rollout` only"
    report("VOC113", f"`{operator}` does not apply to the id `{fact.path}`", span, help)


def bad_value(report: Report, fact: Fact, value: Value, problem: str | None = None) -> None:
    """A value of another type than the fact."""
    problem = problem or f"{value.kind.value} cannot be compared"
    report("VOC103", f"`{fact.path}` is {_a(fact)}: {problem}", value.span, None)


def needs_time(report: Report, fact: Fact, value: Value) -> None:
    """Something else than a time, compared with one."""
    help = "write it as 2026-11-11T00:00:00+08:00, without quotes"
    report("VOC103", f"`{fact.path}` is a `time`, not {value.kind.value}", value.span, help)


def bad_time(report: Report, value: Value) -> None:
    """A time no calendar has."""
    help = "a time is a date of the calendar, 00:00:00 to 23:59:59, and an offset"
    report("SYN005", f"`{value.text}` is no time", value.span, help)


def bad_path(report: Report, fact: Fact, value: Value) -> None:
    """A text that is no node of any tree."""
    help = "join segments that are not empty by `/`"
    report("VOC104", f"`{value.text}` is no path of `{fact.path}`", value.span, help)


def out_of_range(report: Report, fact: Fact, value: Value, low: str, high: str) -> None:
    """A number that the declared range excludes."""
    report(
        "VOC104",
        f"`{value.text}` lies outside the declared range of `{fact.path}`",
        value.span,
        f"the range is {low}..={high} {fact.unit}".rstrip(),
    )


def unknown_value(report: Report, fact: Fact, value: Value) -> None:
    """A word the enum does not list."""
    close = suggest(value.text, fact.values)
    shown = ", ".join(f"`{name}`" for name in fact.values[:8])
    more = f" and {len(fact.values) - 8} more" if len(fact.values) > 8 else ""
    help = f"did you mean `{close}`?" if close else f"the values are {shown}{more}"
    report("VOC104", f"`{fact.path}` has no value `{value.text}`", value.span, help)


def _operators(fact: Fact) -> str:
    if fact.type is FactType.TREE:
        return "compare it with `==`, `!=`, `in` or `under`"
    is_text = fact.type.is_text
    return "compare it with `==`, `!=` or `in`" if is_text else f"write {_example(fact)}"


def _a(fact: Fact) -> str:
    article = "an" if fact.type_name[0] in "aeiou" else "a"
    return f"{article} `{fact.type_name}`{_unit(fact)}"


def _unit(fact: Fact) -> str:
    return f" in {fact.unit}" if fact.unit else ""


def _example(fact: Fact) -> str:
    match fact.type:
        case FactType.FLAG:
            return f"`{fact.path}()`"
        case FactType.TAGS_INT | FactType.TAGS_STRING:
            return f"`{fact.path}.contains(...)`"
        case FactType.ENUM | FactType.STRING:
            return f'`{fact.path} == "..."`'
        case FactType.TREE:
            return f'`{fact.path} under "..."`'
        case FactType.TIME:
            return f"`{fact.path} < 2026-11-11T00:00:00+08:00`"
        case FactType.INT | FactType.DECIMAL:
            return f"`{fact.path} == ...`"
