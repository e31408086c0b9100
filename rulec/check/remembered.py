"""Checked conditions, remembered between runs by the hash of everything they depend on.

In: a folder for caches, a vocabulary with its checked conditions. Out: `Remembered`: condition
text -> `Typed`.

One file a vocabulary: its name is a hash of the vocabulary, the named conditions and the code of
the stages behind it, so nothing in it can be stale; its first line is the SHA-256 of the rest, so a
torn file is noticed. It holds JSON, never code. A file that is not whole, or whose content is not
what `_encode` writes, is as good as none. Only conditions without findings are remembered.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from contextlib import suppress
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from rulec.check.tree import (
    Atom,
    Compare,
    HasTag,
    HasTags,
    InList,
    InRange,
    IsPresent,
    IsSelected,
    IsSet,
    IsUnder,
    Matches,
    Pattern,
    Typed,
)
from rulec.check.vocabulary import CheckedVocabulary
from rulec.logic import And, Leaf, Not, Or, Truth, Use, fold_once
from rulec.source import Span
from rulec.syntax.tree import Operator
from rulec.vocabulary.model import Fact, Vocabulary

__all__ = ["Remembered"]

_STAGES: Final = ("rulec.syntax", "rulec.check")
_ATOMS: Final[Mapping[str, Callable[..., Atom]]] = {
    atom.__name__: atom
    for atom in (
        IsSet, HasTag, HasTags, Compare, InList, InRange, IsUnder, Matches, IsPresent, IsSelected,
    )
}  # fmt: skip


class Remembered:
    """What one vocabulary's file holds; `save` writes what was added."""

    def __init__(self, folder: Path, vocabulary: Vocabulary, checked: CheckedVocabulary) -> None:
        self._facts = {
            fact.path: fact
            for entity in vocabulary.entities.values()
            for fact in entity.facts.values()
        }
        self._file = folder / f"conditions-{_fingerprint(vocabulary, checked.broken)}.json"
        self._named = {name: named.condition for name, named in checked.defines.items()}
        self._found = _read(self._file)
        self._kept: dict[str, Any] = {}
        self._has_new = False

    def find(self, text: str) -> Typed | None:
        """The checked form of a condition, if it is remembered."""
        encoded = self._found.get(text)
        if encoded is None:
            return None
        try:
            typed = _decode(encoded, self._facts, self._named)
        except (LookupError, TypeError, ValueError):
            return None
        self._kept[text] = encoded
        return typed

    def use(self, text: str) -> None:
        """Go on remembering a condition that was not looked for here."""
        encoded = self._found.get(text)
        if encoded is not None:
            self._kept[text] = encoded

    def keep(self, text: str, typed: Typed) -> None:
        """Remember a condition that has no findings."""
        self._kept[text] = _encode(typed, self._named.values())
        self._has_new = True

    def save(self) -> None:
        """Write what this run used, aside and renamed; a folder that takes none is left alone."""
        if not self._has_new:
            return
        body = json.dumps(self._kept, ensure_ascii=True, separators=(",", ":")).encode()
        aside = self._file.with_suffix(f".{os.getpid()}")
        try:
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            aside.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
            aside.replace(self._file)
        except OSError:
            with suppress(OSError):
                aside.unlink()


def _fingerprint(vocabulary: Vocabulary, broken: Set[str]) -> str:
    entities = vocabulary.entities.values()
    facts = [(one.name, one.contains, tuple(one.facts.values())) for one in entities]
    defines = [(name, text.text) for name, text in vocabulary.defines.items()]
    digest = hashlib.sha256(repr((facts, defines, sorted(broken))).encode())
    for stage in _STAGES:
        for source in sorted(files(stage).iterdir(), key=lambda file: file.name):
            if source.is_file():
                digest.update(source.read_bytes())
    return digest.hexdigest()[:32]


def _read(file: Path) -> Mapping[str, Any]:
    try:
        checksum, _, body = file.read_bytes().partition(b"\n")
        if hashlib.sha256(body).hexdigest().encode() != checksum:
            return {}
        found = json.loads(body)
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _encode(typed: Typed, named: Iterable[Typed]) -> list[list[Any]]:
    """The nodes from the leaves up: `[start, end, kind, ...]`, `&` and `|` with their number.

    A named condition is its name.
    """
    nodes: list[list[Any]] = []

    def visit(node: Typed, items: Sequence[None]) -> None:
        match node:
            case Leaf(value=atom):
                parts = [getattr(atom, name) for name in atom.__slots__ if name != "fact"]
                kind = [type(atom).__name__, atom.fact.path, *map(_plain, parts)]
            case Truth(value=value):
                kind = [value]
            case Not():
                kind = ["!"]
            case And() | Or():
                kind = ["&" if isinstance(node, And) else "|", len(items)]
        nodes.append([*node.span, *kind])

    def use(node: Use[Atom], _: None) -> None:
        nodes.append([*node.span, "=", node.name])

    fold_once(typed, visit, {id(one): (one, None) for one in named}, use)
    return nodes


def _plain(part: Any) -> Any:
    if isinstance(part, Operator | Pattern):
        return part.value
    return list(part) if isinstance(part, tuple) else part


def _decode(nodes: list[list[Any]], facts: Mapping[str, Fact], named: Mapping[str, Typed]) -> Typed:
    stack: list[Typed] = []
    for start, end, kind, *rest in nodes:
        span = Span(start, end)
        if kind is True or kind is False:
            stack.append(Truth(kind, span))
        elif kind == "!":
            stack.append(Not(stack.pop(), span))
        elif kind == "=":
            (name,) = rest
            stack.append(Use((named[name],), span, name))
        elif kind in ("&", "|"):
            (number,) = rest
            items = tuple(stack[-number:])
            if not 0 < number == len(items):
                raise ValueError(number)
            joined = And(items, span) if kind == "&" else Or(items, span)
            stack[-number:] = [joined]
        else:
            path, *parts = rest
            stack.append(Leaf(_atom(kind, facts[path], parts), span))
    (typed,) = stack
    return typed


def _atom(kind: str, fact: Fact, parts: list[Any]) -> Atom:
    made: list[Any] = [tuple(part) if isinstance(part, list) else part for part in parts]
    if kind == "Compare":
        made[0] = Operator(made[0])
    elif kind == "Matches":
        made[0] = Pattern(made[0])
    return _ATOMS[kind](fact, *made)
