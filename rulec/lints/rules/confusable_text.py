"""Text that reads otherwise than it is.

## Finds

In codes, names, owners, conditions and enum values: characters that change the direction of text or
show nothing, words that mix scripts, letters that look like ASCII ones; and two codes that look
alike.

## Why it matters

A reviewer sees one rule and the engine runs another.

## Example

```toml businesses/drone.toml
code = "drоne"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Instead

```toml businesses/drone.toml
code = "drone"
owner = "insurance"
kpi = "attach rate"
identity = "item.contains(4199)"

[[bind]]
point = "Price.discount"
implementation = "com.shop.Drone"
```

## Exactness

No false alarm, but may miss: letters are told apart by script, and look-alike codes by a short list
(Cyrillic, Greek, full width, and `0 O`, `1 l I`). The `о` of the example is Cyrillic.

## Fix

Type the word anew.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import Any, Final

from rulec.diagnostic import Diagnostic
from rulec.document import Document, Keys
from rulec.lints.subject import Subject
from rulec.source import Span
from rulec.vocabulary.conform import quoted

__all__ = ["find"]

_READ: Final = frozenset("code name owner identity condition values define".split())
"""Keys whose text people take at its face."""
_UNSEEN: Final = frozenset(
    "\u00ad\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e"
    "\u2060\u2061\u2062\u2063\u2064\u2066\u2067\u2068\u2069\ufeff"
)
"""Marks of direction, and characters without a width; emoji need the joiners, which stay out."""
_TWINS: Final = {"LATIN", "CYRILLIC", "GREEK", "ARMENIAN", "CHEROKEE", "COPTIC"}
"""Scripts with letters that look alike; Chinese beside Latin is how people write."""
_LOOKS: Final = str.maketrans(
    "аеорсухіјѕһԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧАВЕКМНОРСТУХοονIl0O",
    "aeopcyxijshdqwABEZH1KMNoPTYXABEKMHoPCTYXoov11oo",
)


def find(subject: Subject) -> Iterator[Diagnostic]:
    """Every doubtful word, and every code that looks like an earlier one."""
    for document in subject.documents.values():
        for keys, text in _texts(document):
            yield from _doubtful(document, keys, text)
    seen: dict[str, str] = {}
    for definition in subject.ruleset.definitions if subject.ruleset else ():
        look = unicodedata.normalize("NFKC", definition.code).translate(_LOOKS)
        first = seen.setdefault(look, definition.code)
        if first != definition.code:
            message = f"{quoted(definition.code)} looks like {quoted(first)}"
            yield Diagnostic("VOC111", message, definition.where, "give one of them another code")


def _texts(document: Document) -> Iterator[tuple[Keys, str]]:
    """Every text that is no ASCII and stands below a key of `_READ`."""
    if document.source.text.isascii() and "\\" not in document.source.text:
        return
    pending: list[tuple[Keys, Any]] = [((), document.values)]
    while pending:
        keys, value = pending.pop()
        if isinstance(value, dict):
            pending.extend(((*keys, key), inner) for key, inner in value.items())
        elif isinstance(value, list):
            pending.extend(((*keys, number), inner) for number, inner in enumerate(value))
        elif isinstance(value, str) and not value.isascii() and not _READ.isdisjoint(keys):
            yield keys, value


def _doubtful(document: Document, keys: Keys, text: str) -> Iterator[Diagnostic]:
    excerpt = document.excerpt(keys)
    for start, end, message in (*_unseen(text), *_mixed(text)):
        yield Diagnostic("VOC111", message, excerpt.where(Span(start, end)), "type the word anew")


def _unseen(text: str) -> Iterator[tuple[int, int, str]]:
    for at, character in enumerate(text):
        if character in _UNSEEN:
            yield at, at + 1, f"the character U+{ord(character):04X} cannot be seen"


def _mixed(text: str) -> Iterator[tuple[int, int, str]]:
    """Words of letters of several scripts, or of forms of ASCII letters that are none."""
    start = 0
    while start < len(text):
        end = start
        while end < len(text) and text[end].isalnum():
            end += 1
        word = text[start:end]
        scripts = sorted({unicodedata.name(letter, "?").split()[0] for letter in word} & _TWINS)
        if len(scripts) > 1:
            shown = " and ".join(script.capitalize() for script in scripts)
            yield start, end, f"{quoted(word)} mixes {shown} letters"
        elif not word.isascii() and any(_is_disguised(letter) for letter in word):
            plain = unicodedata.normalize("NFKC", word)
            yield start, end, f"{quoted(word)} looks like {quoted(plain)}"
        start = max(end, start + 1)


def _is_disguised(letter: str) -> bool:
    """Whether a letter or digit is a form of an ASCII one: full width, mathematical."""
    plain = unicodedata.normalize("NFKC", letter)
    return not letter.isascii() and len(plain) == 1 and plain.isascii()
