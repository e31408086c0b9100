"""What would settle a finding, ready to paste: choices that only the owners of rules can make.

In: a subject and the definitions of a finding. Out: a `Fix` for each choice, never a safe one; its
description is what stands in the file then. Each alone makes the finding go: tests apply them all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from rulec.analysis.condition import Condition, conjuncts
from rulec.check.tree import Atom, Compare, HasTag, HasTags, InList, InRange, IsUnder, Typed
from rulec.diagnostic import Fix
from rulec.document import Document
from rulec.lints.edits import appended, keys_at, with_item, with_key
from rulec.lints.subject import Subject
from rulec.logic import And, Leaf, Not, Or, Use
from rulec.ruleset.model import Definition
from rulec.source import Edit, Excerpt, Span
from rulec.vocabulary.model import Fact, Presence

__all__ = ["installing", "overriding", "settling"]


def settling(subject: Subject, first: Definition, second: Definition) -> tuple[Fix, ...]:
    """What would keep two definitions without an order apart: order, exclusion, an assumption."""
    found = [
        overriding(subject, first, second),
        overriding(subject, second, first),
        _excluding(subject, second, first),
        _assuming(subject, first, second),
    ]
    return tuple(one for one in found if one is not None)


def overriding(subject: Subject, stronger: Definition, weaker: Definition) -> Fix | None:
    """The one says that it stands before the other."""
    document = subject.documents.get(stronger.where.source.path)
    if document is None:
        return None
    keys, item = keys_at(document, stronger.where), json.dumps(weaker.code, ensure_ascii=False)
    edit = (
        with_item(document, (*keys, "overrides"), item)
        if stronger.overrides
        else with_key(document, (*keys, "code"), "overrides", f"[{item}]")
    )
    codes = ", ".join(json.dumps(c, ensure_ascii=False) for c in (*stronger.overrides, weaker.code))
    return _fix(f"in `{stronger.code}`: overrides = [{codes}]", edit)


def installing(subject: Subject, special: Definition, general: Definition) -> Iterator[Fix]:
    """A business takes over the products of another one, or says that it has none."""
    document = subject.documents.get(special.where.source.path)
    if document is None:
        return
    code = (*keys_at(document, special.where), "code")
    like = json.dumps(general.code, ensure_ascii=False)
    for key, value in (("products_like", like), ("products", "[]")):
        fix = _fix(f"in `{special.code}`: {key} = {value}", with_key(document, code, key, value))
        if fix is not None:
            yield fix


def _fix(description: str, edit: Edit | None) -> Fix | None:
    return None if edit is None else Fix(description, (edit,), is_safe=False)


def _excluding(subject: Subject, loser: Definition, winner: Definition) -> Fix | None:
    """One clause of the other's condition denied, such that something is left."""
    own, theirs = (subject.conditions.get(one.code) for one in (loser, winner))
    if own is None or theirs is None or subject.ruleset is None:
        return None
    for clause in sorted(conjuncts(theirs), key=lambda one: _optional(one) is not None):
        denied = _denied(winner.condition, clause)
        if denied is None:
            continue
        rest: Typed = And((own, Not(clause, clause.span)), own.span)
        asked = Condition(subject.ruleset.vocabulary, rest, subject.assumptions)
        if asked.core() is None:
            return _narrowed(loser, own, denied)
    return None


def _narrowed(loser: Definition, own: Typed, denied: str) -> Fix | None:
    """A condition with one more clause in front."""
    text, start = loser.condition, own.span.start
    changes = [(Span(start, start), f"{denied} && ")]
    shown = f"{denied} && {_plain(text.text)}"
    if isinstance(own, Or):
        if "//" in text.text:
            return None
        changes = [(Span(start, start), f"{denied} && ("), (Span(own.span.end, own.span.end), ")")]
        shown = f"{denied} && ({_plain(text.text)})"
    key = "identity" if loser.lane.value == "business" else "condition"
    return Fix.of(text, f"in `{loser.code}`: {key} = {_toml(shown)}", changes, is_safe=False)


def _denied(text: Excerpt, clause: Typed) -> str | None:
    """Where a clause is not true, as it is written: a missing fact does not make it so."""
    inner = clause.item if isinstance(clause, Not) else clause
    written = text.text[slice(*inner.span)]
    fact = _optional(clause)
    if "//" in written or "/*" in written or (fact and not isinstance(inner, Leaf)):
        return None
    if isinstance(clause, Not):
        return f"({_plain(written)})" if fact is None else None
    is_call = isinstance(inner, Use) or (isinstance(inner, Leaf) and not _is_compared(inner.value))
    denied = f"!{_plain(written)}" if is_call else f"!({_plain(written)})"
    return denied if fact is None else f"(!has({fact.path}) || {denied})"


def _optional(clause: Typed) -> Fact | None:
    """An optional fact that a clause reads."""
    waiting: list[Typed] = [clause]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Leaf):
            fact: Fact | None = getattr(node.value, "fact", None)
            if fact is not None and fact.presence is Presence.OPTIONAL:
                return fact
        elif isinstance(node, Not):
            waiting.append(node.item)
        elif isinstance(node, And | Or):
            waiting.extend(node.items)
    return None


def _is_compared(atom: Atom) -> bool:
    return isinstance(atom, Compare | InList | InRange | IsUnder)


def _assuming(subject: Subject, first: Definition, second: Definition) -> Fix | None:
    """The vocabulary says that no request is both."""
    if subject.ruleset is None:
        return None
    document = subject.documents.get(Path(subject.shown, "vocabulary.toml").as_posix())
    conditions = [subject.conditions.get(one.code) for one in (first, second)]
    if document is None or None in conditions:
        return None
    tags = [dict(_tags(one)) for one in conditions if one is not None]
    for fact in tags[0].keys() & tags[1].keys():
        values = [own[fact] for own in tags]
        if values[0] != values[1] and not _named(document, values):
            listed = ", ".join(_toml(value) for value in values)
            said = f'exclusive = {{ fact = "{fact}", values = [{listed}] }}'
            return _assumed(document, said)
    texts = [one.condition.text for one in (first, second)]
    if any("//" in text or "/*" in text for text in texts):
        return None
    one, two = map(_plain, texts)
    return _assumed(document, f"implies = [{_toml(one)}, {_toml(f'!({two})')}]")


def _named(document: Document, values: list[int | str]) -> bool:
    """Whether the vocabulary says already which tags exclude one of these."""
    said = document.values.get("assume", ())
    listed = [one["exclusive"]["values"] for one in said if "exclusive" in one]
    return any(value in own for own in listed for value in values)


def _assumed(document: Document, said: str) -> Fix | None:
    edit = appended(document, f"[[assume]]\n{said}")
    return _fix(f"in `vocabulary.toml`: [[assume]] {said}", edit)


def _tags(condition: Typed) -> Iterator[tuple[str, int | str]]:
    """A tag that every request has of which a condition is true, by its fact."""
    for clause in conjuncts(condition):
        if isinstance(clause, Leaf):
            atom = clause.value
            if isinstance(atom, HasTag):
                yield atom.fact.path, atom.tag
            elif isinstance(atom, HasTags) and atom.needs_all and atom.tags:
                yield atom.fact.path, next(iter(atom.tags))


def _plain(text: str) -> str:
    """A condition on one line; strings of the language hold no line ends."""
    return re.sub(r"\s*\n\s*", " ", text).strip()


def _toml(value: int | str) -> str:
    """A value as TOML writes it: without escapes where that can be."""
    if isinstance(value, str) and "'" not in value and '"' in value and value.isprintable():
        return f"'{value}'"
    return json.dumps(value, ensure_ascii=False)
