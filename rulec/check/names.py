"""Names against the vocabulary: every fact read is declared, every call has the right shape.

In: a parsed condition, the vocabulary and its named conditions. Out: `(Typed, [])`, or
`(None, findings)` with every finding of the condition, not only the first.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from types import MappingProxyType
from typing import Final, NamedTuple, TypeAlias

from rulec.check import messages
from rulec.check.calls import short_form, typed_call
from rulec.check.messages import Report
from rulec.check.size import Size, size
from rulec.check.tree import Atom, Compare, InList, InRange, IsPresent, IsSelected, IsUnder, Typed
from rulec.check.types import typed_ordered, typed_text
from rulec.diagnostic import Diagnostic
from rulec.limits import MAX_DEPTH, MAX_TOKENS
from rulec.logic import Leaf, Node, Not, Truth, Use, map_leaves
from rulec.rollout import threshold
from rulec.source import Excerpt, Span
from rulec.syntax.tree import (
    Bare,
    Call,
    Comparison,
    Expr,
    FactName,
    Has,
    Membership,
    Name,
    Operator,
    Rollout,
    Under,
    Value,
    ValueList,
    ValueRange,
    Word,
    Written,
)
from rulec.vocabulary.model import Fact, FactType, Presence, Vocabulary

__all__ = ["Defines", "Named", "check_condition", "size_of"]

_EXACT: Final = (Operator.EQUAL, Operator.UNEQUAL)


class Named(NamedTuple):
    """A named condition that is sound, and how large it is with all names written out."""

    condition: Typed
    size: Size


Defines: TypeAlias = Mapping[str, Named]
_NO_DEFINES: Final[Defines] = MappingProxyType({})


def check_condition(
    expr: Expr,
    condition: Excerpt,
    vocabulary: Vocabulary,
    broken: Set[str] = frozenset(),
    defines: Defines = _NO_DEFINES,
) -> tuple[Typed | None, list[Diagnostic]]:
    """Give every leaf its fact and its type, and every name what it stands for.

    `broken` names entities, facts and named conditions that are declared but wrong: a finding
    stands there already, so none is added here, and the condition has no typed form.
    """
    found: list[Diagnostic] = []
    report = messages.reporter(condition, found)
    if defines and not _fits(expr, defines, report):
        return None, found
    checker = _Checker(vocabulary, broken, defines, report)
    typed = map_leaves(expr, checker.leaf)
    return (typed if checker.is_sound else None), found


def size_of(defines: Defines, name: str) -> Size | None:
    """The size of a named condition; None where there is no sound one."""
    named = defines.get(name)
    return None if named is None else named.size


def _fits(expr: Expr, defines: Defines, report: Report) -> bool:
    """Whether a condition keeps the limits with its names written out; nothing is written out."""
    whole = size(expr, lambda name: size_of(defines, name))
    if whole.n_nodes > MAX_TOKENS:
        messages.too_large(report, f"more than {MAX_TOKENS:,} parts", whole.heaviest)
    elif whole.depth > MAX_DEPTH:
        messages.too_large(report, f"nested deeper than {MAX_DEPTH}", whole.heaviest)
    else:
        return True
    return False


class _Checker:
    """One condition on its way; `is_sound` turns false at the first leaf without a meaning."""

    def __init__(
        self, vocabulary: Vocabulary, broken: Set[str], defines: Defines, report: Report
    ) -> None:
        self._vocabulary = vocabulary
        self._broken = broken
        self._defines = defines
        self._report = report
        self.is_sound = True

    def leaf(self, leaf: Leaf[Written]) -> Typed:
        span, written = leaf.span, leaf.value
        if isinstance(written, Name):
            return self._name(written.word, span)
        atom = self._atom(written, span)
        if atom is None:
            return self._nothing(span)
        typed: Node[Atom] = Leaf(atom, span)
        is_negated = isinstance(written, Membership | Under) and written.is_negated
        return Not(typed, span) if is_negated else typed

    def _atom(self, written: Written, span: Span) -> Atom | None:
        match written:
            case Bare(fact=name):
                fact = self._fact(name)
                if fact is not None:
                    messages.bare_fact(self._report, written, fact)
                return None
            case Comparison():
                return self._comparison(written)
            case Membership():
                return self._membership(written)
            case Under():
                return self._under(written)
            case Call():
                return self._call(written, span)
            case Has(fact=name):
                return self._has(name)
            case Rollout():
                return self._rollout(written)
        raise AssertionError("a name is no atom")

    def _nothing(self, span: Span) -> Typed:
        self.is_sound = False
        return Truth(False, span)

    def _name(self, word: Word, span: Span) -> Typed:
        named = self._defines.get(word.text)
        if named is not None:
            return Use((named.condition,), span, word.text)
        if word.text not in self._broken:
            entities = self._vocabulary.entities
            messages.unknown_name(self._report, word, self._vocabulary.defines, entities)
        return self._nothing(span)

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
        if fact is not None and (fact.type is FactType.FLAG or fact.type.is_tags):
            messages.needs_call(self._report, name, fact)
            return None
        return fact

    def _comparison(self, comparison: Comparison) -> Atom | None:
        fact = self._compared(comparison.fact)
        if fact is None:
            return None
        operator, value = comparison.operator, comparison.value
        if fact.is_id and operator is not Operator.EQUAL:
            span = comparison.fact.span
            messages.bad_id_operator(self._report, fact, operator.value, span)
            return None
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
        return typed_ordered(self._report, fact, value, is_exclusive_high=is_exclusive_high)

    def _membership(self, membership: Membership) -> Atom | None:
        fact = self._compared(membership.fact)
        if fact is None:
            return None
        members = membership.set
        if fact.is_id and (membership.is_negated or isinstance(members, ValueRange)):
            operator = "not in" if membership.is_negated else ".."
            messages.bad_id_operator(self._report, fact, operator, membership.fact.span)
            return None
        if isinstance(members, ValueList):
            values = [self._value(fact, value) for value in members.values]
            typed = tuple(value for value in values if value is not None)
            return InList(fact, typed) if len(typed) == len(values) else None
        return self._range(fact, members)

    def _range(self, fact: Fact, members: ValueRange) -> Atom | None:
        if not fact.type.is_ordered:
            messages.bad_operator(self._report, fact, "..", members.span)
            return None
        low = high = None
        if members.low is not None:
            low = typed_ordered(self._report, fact, members.low)
        if members.high is not None:
            is_exclusive = not members.includes_high
            high = typed_ordered(self._report, fact, members.high, is_exclusive_high=is_exclusive)
        if (low is None) != (members.low is None) or (high is None) != (members.high is None):
            return None
        return InRange(fact, low, high, members.includes_high)

    def _under(self, under: Under) -> Atom | None:
        fact = self._compared(under.fact)
        if fact is None:
            return None
        if fact.type is not FactType.TREE:
            messages.bad_operator(self._report, fact, "under", under.paths.span)
            return None
        paths = [typed_text(self._report, fact, value) for value in under.paths.values]
        typed = tuple(path for path in paths if path is not None)
        return IsUnder(fact, typed) if len(typed) == len(paths) else None

    def _has(self, name: FactName) -> Atom | None:
        fact = self._fact(name)
        if fact is None:
            return None
        if fact.presence is not Presence.OPTIONAL:
            messages.never_absent(self._report, fact, name.span)
            return None
        return IsPresent(fact)

    def _rollout(self, rollout: Rollout) -> Atom | None:
        limit = threshold(rollout.percent.text)
        if limit is None:
            messages.bad_percent(self._report, rollout.percent)
        fact = self._fact(rollout.by)
        if fact is not None and not fact.is_id:
            messages.bad_key(self._report, fact, rollout.by.span)
            return None
        if fact is None or limit is None:
            return None
        return IsSelected(fact, rollout.salt.text, limit)

    def _call(self, call: Call, span: Span) -> Atom | None:
        method, name = call.method, call.fact
        if method is None:
            short = short_form(name, self._vocabulary)
            if short is not None:
                name, method = short
        fact = self._fact(name)
        return None if fact is None else typed_call(self._report, fact, call, method, span)
