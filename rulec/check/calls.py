"""Calls: flags, and the methods of tags and strings.

In: a call and the fact it names. Out: the typed atom, or None after a report.
"""

from __future__ import annotations

from typing import Final

from rulec.check import messages
from rulec.check.messages import Report
from rulec.check.tree import Atom, HasTag, HasTags, IsSet, Matches, Pattern
from rulec.check.types import typed_tag, typed_text
from rulec.source import Span
from rulec.syntax.tree import Call, FactName, ValueList, Word
from rulec.vocabulary.model import Fact, FactType, Vocabulary

__all__ = ["short_form", "typed_call"]

_OF_TAGS: Final = ("contains", "containsAny", "containsAll")
_OF_STRINGS: Final = {pattern.value: pattern for pattern in Pattern}


def short_form(name: FactName, vocabulary: Vocabulary) -> tuple[FactName, Word] | None:
    """`item.contains(x)` as `item.tags.contains(x)`, where the entity names a tags fact."""
    entity = vocabulary.entities.get(name.entity.text)
    if entity is None or entity.contains is None or name.fact.text in entity.facts:
        return None
    if name.fact.text in _OF_TAGS:
        return FactName(name.entity, Word(entity.contains, name.fact.span)), name.fact
    return None


def typed_call(
    report: Report, fact: Fact, call: Call, method: Word | None, span: Span
) -> Atom | None:
    """A call of a fact, or of a method of it."""
    if fact.type is FactType.FLAG and method is None:
        if call.argument is None:
            return IsSet(fact)
        messages.bad_arity(report, f"{fact.path}()", "nothing", span)
        return None
    if fact.type.is_tags and method is not None and method.text in _OF_TAGS:
        return _tags_call(report, fact, call, method)
    if fact.type is FactType.STRING and method is not None and method.text in _OF_STRINGS:
        return _string_call(report, fact, call, method)
    messages.bad_method(report, fact, span, method.text if method else None)
    return None


def _tags_call(report: Report, fact: Fact, call: Call, method: Word) -> Atom | None:
    argument = call.argument
    if method.text == "contains":
        if argument is None or isinstance(argument, ValueList):
            messages.bad_arity(report, method.text, "one value", method.span)
            return None
        tag = typed_tag(report, fact, argument)
        return None if tag is None else HasTag(fact, tag)
    if not isinstance(argument, ValueList):
        messages.bad_arity(report, method.text, "a list, `[a, b]`", method.span)
        return None
    tags = [typed_tag(report, fact, value) for value in argument.values]
    sound = tuple(tag for tag in tags if tag is not None)
    if len(sound) != len(tags):
        return None
    return HasTags(fact, sound, method.text == "containsAll")


def _string_call(report: Report, fact: Fact, call: Call, method: Word) -> Atom | None:
    if fact.is_id:
        messages.bad_id_operator(report, fact, method.text, method.span)
        return None
    argument = call.argument
    if argument is None or isinstance(argument, ValueList):
        messages.bad_arity(report, method.text, "one string", method.span)
        return None
    text = typed_text(report, fact, argument)
    return None if text is None else Matches(fact, _OF_STRINGS[method.text], text)
