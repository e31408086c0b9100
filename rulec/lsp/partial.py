"""A condition up to the cursor: what may stand there.

In: the text of a condition, whole or not, and an offset. Out: `Expected`.

The grammar cannot say what is missing from a text that it refuses, and most texts are refused while
they are typed. So this reads words and signs only, and follows one relation: every connective and
every opening bracket begins a new one, whatever was wrong before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from rulec.source import Span

__all__ = ["Expected", "Here", "Token", "expected", "tokens"]

_TOKEN: Final = re.compile(
    r"""(?P<comment> //[^\n]*+ | /\*(?:[^*]|\*(?!/))*+(?:\*/)? )
      | (?P<string> "(?:[^"\\\r\n]|\\.)*+"? | '(?:[^'\\\r\n]|\\.)*+'? )
      | (?P<number> -?[0-9](?:[0-9A-Za-z_:+-]|\.[0-9])*+%? )
      | (?P<name> [A-Za-z_][A-Za-z0-9_]*+ )
      | (?P<sign> && | \|\| | \.\.=? | [=!<>]= | \S )""",
    re.VERBOSE | re.DOTALL,
)
_COMPARISONS: Final = frozenset(("==", "!=", "<", "<=", ">", ">="))


class Token(NamedTuple):
    """A word or a sign; a string that is not closed goes to the end of its line."""

    kind: str
    text: str
    span: Span

    @property
    def is_closed(self) -> bool:
        """Whether a string ends with its quote."""
        return len(self.text) > 1 and self.text[-1] == self.text[0]


class Here(Enum):
    """What may stand at a place."""

    OPERAND = auto()
    """The beginning of a relation: an entity, a named condition, `has`."""
    FACT = auto()
    """A fact of an entity, or a short form of its tags."""
    METHOD = auto()
    OPERATOR = auto()
    """What follows a fact."""
    SET = auto()
    """What follows `in`: a list or a range."""
    PATHS = auto()
    """What follows `under`."""
    VALUE = auto()
    """One value of a fact."""
    NAMED = auto()
    """An entity, of which a fact is named: in `has(...)`, behind `by:`."""
    CONNECTIVE = auto()
    NOTHING = auto()
    """Nothing that can be told."""


class Expected(NamedTuple):
    """What may stand at the cursor."""

    here: Here
    entity: str
    fact: str
    """The fact of the relation; "" where there is none yet."""
    method: str
    word: Span
    """What is written there already: the name, the value, or what a string holds."""
    quote: str
    """The quote of the string around the cursor, "" outside."""
    is_closed: bool
    within: str
    """`has` or `rollout` where only the name of a fact is asked for."""


def tokens(text: str) -> Iterator[Token]:
    """The words and signs of any text, comments included."""
    for match in _TOKEN.finditer(text):
        yield Token(match.lastgroup or "", match[0], Span(*match.span()))


def expected(text: str, at: int) -> Expected:
    """What may stand at an offset.

    >>> expected("seller.level >= 3 && item.", 26)[:2]
    (<Here.FACT: 2>, 'item')
    """
    relation = _Relation()
    for token in tokens(text):
        start, end = token.span
        if start >= at:
            break
        if token.kind == "comment" and (at < end or ("\n" not in text[start:at] and at == end)):
            return relation.expected(Here.NOTHING, Span(at, at))
        if token.kind == "string" and (at < end or not token.is_closed):
            close = end - token.is_closed
            word = Span(start + 1, max(close, start + 1))
            return relation.expected(relation.here, word, token.text[0], token.is_closed)
        if token.kind in ("name", "number") and at <= end:
            return relation.expected(relation.here, token.span)
        if token.kind != "comment":
            relation.read(token)
    return relation.expected(relation.here, Span(at, at))


class _Relation:
    """The relation that is being written."""

    def __init__(self) -> None:
        self._start()

    def _start(self) -> None:
        """Begin an operand."""
        self.here = Here.OPERAND
        self._entity = self._fact = self._method = self._within = ""
        self._is_list = False

    def expected(
        self, here: Here, word: Span, quote: str = "", is_closed: bool = False
    ) -> Expected:
        names = self._entity, self._fact, self._method
        return Expected(here, *names, word, quote, is_closed, self._within)

    def read(self, token: Token) -> None:
        """Take one more token before the cursor."""
        text = token.text
        if text in ("&&", "||") or (text == "(" and self.here is Here.OPERAND):
            self._start()
        elif self.here in (Here.OPERAND, Here.NAMED):
            self._read_operand(token)
        elif token.kind in ("string", "number"):
            self.here = Here.VALUE if self._is_list else Here.CONNECTIVE
            if self._within == "rollout":
                self.here = Here.NOTHING
        else:
            self._read_rest(token)

    def _read_operand(self, token: Token) -> None:
        if token.text in ("has", "rollout"):
            self._within = token.text
            self.here = Here.NOTHING
        elif token.text in ("true", "false"):
            self.here = Here.CONNECTIVE
        elif token.kind == "name":
            self._entity = token.text
            self.here = Here.CONNECTIVE

    def _read_rest(self, token: Token) -> None:
        text, here = token.text, self.here
        match text:
            case "(" if self._within == "has" and here is Here.NOTHING:
                self.here = Here.NAMED
            case ":" if self._within == "rollout" and self._method == "by":
                self.here = Here.NAMED
            case "." if self._entity and not self._fact:
                self.here = Here.FACT
            case "." if here is Here.OPERATOR:
                self.here = Here.METHOD
            case "(" if here in (Here.OPERATOR, Here.METHOD):
                self.here = Here.VALUE
            case "[" if here in (Here.SET, Here.PATHS, Here.VALUE):
                self.here, self._is_list = Here.VALUE, True
            case "]" | ")":
                self.here, self._is_list = Here.CONNECTIVE, False
            case ".." | "..=" if here in (Here.SET, Here.CONNECTIVE):
                self.here = Here.VALUE
            case "in" | "under" if here is Here.OPERATOR:
                self.here = Here.SET if text == "in" else Here.PATHS
            case _ if text in _COMPARISONS and here is Here.OPERATOR:
                self.here = Here.VALUE
            case _ if token.kind == "name":
                self._read_name(text)

    def _read_name(self, text: str) -> None:
        if self.here is Here.FACT:
            self._fact = text
            self.here = Here.NOTHING if self._within else Here.OPERATOR
        elif self.here is Here.METHOD or self._within == "rollout":
            self._method = text
