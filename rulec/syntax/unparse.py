"""Tree to text: the condition that parses to the tree, with no parentheses it can do without.

In: an `Expr`. Out: one line. Comments and the writer's own parentheses are not in a tree; who needs
them formats tokens (`fmt/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rulec.logic import And, Leaf, Node, Not, Or, Truth, fold
from rulec.syntax.tree import (
    Bare,
    Call,
    Comparison,
    Expr,
    FactName,
    Has,
    Membership,
    Name,
    Rollout,
    Under,
    Value,
    ValueKind,
    ValueList,
    ValueRange,
    Written,
)

__all__ = ["unparse", "unparse_leaf"]

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def unparse(condition: Expr) -> str:
    """A condition as text.

    >>> from rulec.source import Span
    >>> place = Span(0, 0)
    >>> unparse(Not(And((Truth(True, place), Truth(False, place)), place), place))
    '!(true && false)'
    """

    def visit(node: Node[Written], parts: Sequence[str]) -> str:
        match node:
            case Leaf(value=value):
                return unparse_leaf(value)
            case Truth(value=value):
                return "true" if value else "false"
            case Not(item=item):
                is_primary = isinstance(item, Not | Truth) or _is_call(item)
                return f"!{parts[0]}" if is_primary else f"!({parts[0]})"
            case And(items=items):
                return " && ".join(_grouped(items, parts, (And, Or)))
            case Or(items=items):
                return " || ".join(_grouped(items, parts, (Or,)))

    return fold(condition, visit)


def _is_call(node: Expr) -> bool:
    return isinstance(node, Leaf) and not isinstance(node.value, Comparison | Membership | Under)


def _grouped(items: Sequence[Expr], parts: Sequence[str], grouping: tuple[type, ...]) -> list[str]:
    """The parts, in parentheses where an item would otherwise join its surroundings."""
    return [
        f"({part})" if isinstance(item, grouping) else part
        for item, part in zip(items, parts, strict=True)
    ]


def unparse_leaf(leaf: Written) -> str:
    """One leaf as text."""
    match leaf:
        case Bare(fact=fact):
            return _fact(fact)
        case Comparison(fact=fact, operator=operator, value=value):
            return f"{_fact(fact)} {operator.value} {_value(value)}"
        case Membership(fact=fact, is_negated=is_negated, set=members):
            return f"{_fact(fact)} {'not in' if is_negated else 'in'} {_set(members)}"
        case Under(fact=fact, is_negated=is_negated, paths=paths):
            shown = _value(paths.values[0]) if len(paths.values) == 1 else _set(paths)
            return f"{_fact(fact)} {'not under' if is_negated else 'under'} {shown}"
        case Has(fact=fact):
            return f"has({_fact(fact)})"
        case Rollout(percent=percent, by=by, salt=salt):
            return f"rollout({percent.text}%, by: {_fact(by)}, salt: {_value(salt)})"
        case Name(word=word):
            return word.text
        case Call(fact=fact, method=method, argument=argument):
            called = _fact(fact) if method is None else f"{_fact(fact)}.{method.text}"
            return f"{called}({'' if argument is None else _argument(argument)})"


def _fact(fact: FactName) -> str:
    return f"{fact.entity.text}.{fact.fact.text}"


def _argument(argument: Value | ValueList) -> str:
    return _value(argument) if isinstance(argument, Value) else _set(argument)


def _set(members: ValueList | ValueRange) -> str:
    if isinstance(members, ValueList):
        return f"[{', '.join(map(_value, members.values))}]"
    low = "" if members.low is None else _value(members.low)
    high = "" if members.high is None else _value(members.high)
    return f"{low}{'..=' if members.includes_high else '..'}{high}"


def _value(value: Value) -> str:
    if value.kind is not ValueKind.STRING:
        return value.text
    return f'"{"".join(map(_escaped, value.text))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):x}}}"
