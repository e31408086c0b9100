"""Names against the vocabulary: every fact read is declared, every call has the right shape.

In: a parsed condition and the vocabulary. Out: `(Typed, [])`, or `(None, findings)` with every
finding of the condition, not only the first.
"""

from __future__ import annotations

from collections.abc import Set
from typing import Final

from rulec.check import messages
from rulec.check.messages import Report
from rulec.check.tree import Atom, Compare, HasTag, InList, InRange, IsSet, Typed
from rulec.check.types import typed_number, typed_text
from rulec.diagnostic import Diagnostic
from rulec.logic import Leaf, Node, Not, Truth, map_leaves
from rulec.source import Excerpt, Span
from rulec.syntax.tree import (
    Bare,
    Call,
    Comparison,
    Expr,
    FactName,
    Membership,
    Operator,
    Value,
    ValueKind,
    ValueList,
    ValueRange,
    Word,
)
from rulec.vocabulary.model import Fact, FactType, Vocabulary

__all__ = ["check_condition"]

_UNBUILT_METHODS: Final = ("containsAny", "containsAll", "startsWith", "endsWith", "includes")
_EXACT: Final = (Operator.EQUAL, Operator.UNEQUAL)


def check_condition(
    expr: Expr, condition: Excerpt, vocabulary: Vocabulary, broken: Set[str] = frozenset()
) -> tuple[Typed | None, list[Diagnostic]]:
    """Give every leaf its fact and its type.

    `broken` names entities and facts that are declared but wrong: a finding stands there already,
    so none is added here, and the condition has no typed form.
    """
    found: list[Diagnostic] = []
    checker = _Checker(vocabulary, broken, messages.reporter(condition, found))
    typed = map_leaves(expr, checker.leaf)
    return (typed if checker.is_sound else None), found


class _Checker:
    """One condition on its way; `is_sound` turns false at the first leaf without a meaning."""

    def __init__(self, vocabulary: Vocabulary, broken: Set[str], report: Report) -> None:
        self._vocabulary = vocabulary
        self._broken = broken
        self._report = report
        self.is_sound = True

    def leaf(self, leaf: Leaf[Bare | Comparison | Membership | Call]) -> Typed:
        span = leaf.span
        atom: Atom | None = None
        match leaf.value:
            case Bare() as bare:
                fact = self._fact(bare.fact)
                if fact is not None:
                    messages.bare_fact(self._report, bare, fact)
            case Comparison() as comparison:
                atom = self._comparison(comparison)
            case Membership() as membership:
                atom = self._membership(membership)
            case Call() as call:
                atom = self._call(call, span)
        if atom is None:
            self.is_sound = False
            return Truth(False, span)
        typed: Node[Atom] = Leaf(atom, span)
        is_negated = isinstance(leaf.value, Membership) and leaf.value.is_negated
        return Not(typed, span) if is_negated else typed

    def _fact(self, name: FactName) -> Fact | None:
        entity = self._vocabulary.entities.get(name.entity.text)
        if name.entity.text in self._broken:
            return None
        if entity is None:
            messages.unknown_entity(self._report, name.entity, self._vocabulary.entities)
            return None
        fact = entity.facts.get(name.fact.text)
        if fact is None and f"{entity.name}.{name.fact.text}" not in self._broken:
            messages.unknown_fact(self._report, entity.name, name.fact, entity.facts.values())
        return fact

    def _compared(self, name: FactName) -> Fact | None:
        """The fact of a comparison or a membership: a scalar other than a flag."""
        fact = self._fact(name)
        if fact is not None and fact.type in (FactType.FLAG, FactType.TAGS_INT):
            messages.needs_call(self._report, name, fact)
            return None
        return fact

    def _comparison(self, comparison: Comparison) -> Atom | None:
        fact = self._compared(comparison.fact)
        if fact is None:
            return None
        operator, value = comparison.operator, comparison.value
        if fact.type.is_text and operator not in _EXACT:
            messages.bad_operator(self._report, fact, operator.value, value.span)
            return None
        is_exclusive = operator in (Operator.LESS, Operator.AT_LEAST)
        typed = self._value(fact, value, is_exclusive_high=is_exclusive)
        return None if typed is None else Compare(fact, operator, typed)

    def _value(
        self, fact: Fact, value: Value, *, is_exclusive_high: bool = False
    ) -> int | str | None:
        if fact.type.is_text:
            return typed_text(self._report, fact, value)
        return typed_number(self._report, fact, value, is_exclusive_high=is_exclusive_high)

    def _membership(self, membership: Membership) -> Atom | None:
        fact = self._compared(membership.fact)
        if fact is None:
            return None
        members = membership.set
        if isinstance(members, ValueList):
            values = [self._value(fact, value) for value in members.values]
            typed = tuple(value for value in values if value is not None)
            return InList(fact, typed) if len(typed) == len(values) else None
        return self._range(fact, members)

    def _range(self, fact: Fact, members: ValueRange) -> Atom | None:
        if not fact.type.is_number:
            messages.bad_operator(self._report, fact, "..", members.span)
            return None
        low = high = None
        if members.low is not None:
            low = typed_number(self._report, fact, members.low)
        if members.high is not None:
            is_exclusive = not members.includes_high
            high = typed_number(self._report, fact, members.high, is_exclusive_high=is_exclusive)
        if (low is None) != (members.low is None) or (high is None) != (members.high is None):
            return None
        return InRange(fact, low, high, members.includes_high)

    def _call(self, call: Call, span: Span) -> Atom | None:
        method, name = call.method, call.fact
        if method is None:
            short = self._short_form(name)
            if short is not None:
                name, method = short
        if method is not None and method.text in _UNBUILT_METHODS:
            messages.not_built(self._report, method)
            return None
        fact = self._fact(name)
        if fact is None:
            return None
        if fact.type is FactType.FLAG and method is None:
            return self._flag(fact, call, span)
        if fact.type is FactType.TAGS_INT and method is not None and method.text == "contains":
            return self._contains(fact, call, method)
        messages.bad_method(self._report, fact, span, method.text if method else None)
        return None

    def _short_form(self, name: FactName) -> tuple[FactName, Word] | None:
        """`item.contains(x)` as `item.tags.contains(x)`, where the entity names a tags fact."""
        entity = self._vocabulary.entities.get(name.entity.text)
        if entity is None or entity.contains is None or name.fact.text in entity.facts:
            return None
        if name.fact.text == "contains" or name.fact.text in _UNBUILT_METHODS:
            return FactName(name.entity, Word(entity.contains, name.fact.span)), name.fact
        return None

    def _flag(self, fact: Fact, call: Call, span: Span) -> Atom | None:
        if call.argument is None:
            return IsSet(fact)
        messages.bad_arity(self._report, f"{fact.path}()", "nothing", span)
        return None

    def _contains(self, fact: Fact, call: Call, method: Word) -> Atom | None:
        argument = call.argument
        if argument is None or isinstance(argument, ValueList):
            messages.bad_arity(self._report, method.text, "one value", method.span)
            return None
        if argument.kind is not ValueKind.INT:
            messages.bad_value(self._report, fact, argument, "its tags are integers")
            return None
        tag = typed_number(self._report, fact, argument)
        return None if tag is None else HasTag(fact, tag)
