# cython: language_level=3, embedsignature=True
"""Decodes a request's JSON: text to entity -> fact -> value, every number exact.

In: UTF-8, or text, from anyone. Out: dicts, lists, text, ints and Decimals, as `facts` reads them;
`JsonError` for what is no JSON, or JSON that two readers may understand in two ways.

msgspec decodes; it is imported with the first request. What it lets pass is found by a scan before:
nesting, which costs the stack, and names that stand twice in an object. No more is open at once than
opens at all, so most texts are shallow by their count alone. There are as many colons outside of
strings as members, so an object lost one where the decoded dicts are fewer. Only then is the text read
again, to say where or which.

Thread-safety: the text is copied unless nobody can change it; nothing is kept but the decoder.
"""

import json
import re
from decimal import Decimal, InvalidOperation

from rulec_runtime.kernels cimport rk_json_count, rk_json_counts, u8, u64

from rulec_runtime.errors import JsonError
from rulec_runtime.wording import given, shown

cdef enum:
    DEPTH = 64

MAX_DEPTH = DEPTH
"""Objects and lists inside each other; a request has three."""

_OBJECT = "a JSON object of entities"
_OFFSET = re.compile(r"^(?:JSON is malformed: )?(.*?)(?: \(byte (\d+)\))?$")
_ESCAPE = re.compile(rb"\\(?:u([0-9a-fA-F]{4})|.)", re.DOTALL)
cdef object _decode = None


cpdef object decoded(object data):
    """What a JSON text holds; `JsonError` for what is none."""
    cdef bytes text = text_of(data)
    cdef rk_json_counts counts = rk_json_count(text, len(text))
    if counts.n_opened > DEPTH:
        refuse_depth(text, len(text))
    try:
        found = decoder()(text)
    except UnicodeDecodeError as error:
        raise JsonError("JSON in UTF-8", "a byte that is none", first_foreign(text)) from error
    except InvalidOperation as error:
        raise JsonError(
            "JSON with numbers of a finite size", "an exponent of too many digits", None
        ) from error
    except ValueError as error:
        raise refusal(text, str(error)) from error
    if type(found) is dict and counts.n_members != n_members_of(<dict>found):
        name = name_given_twice(text)
        if name is not None:
            raise JsonError("JSON in which no name stands twice", f"`{shown(name)}` twice", None)
    return found


cdef object decoder():
    """What decodes; made on first use."""
    global _decode
    if _decode is None:
        from msgspec.json import Decoder
        _decode = Decoder(float_hook=Decimal).decode
    return _decode


cdef bytes text_of(object data):
    if type(data) is bytes:
        return <bytes>data
    if isinstance(data, str):
        try:
            return data.encode("utf-8")
        except UnicodeEncodeError as error:
            at = len(data[: error.start].encode("utf-8"))
            raise JsonError("JSON of Unicode text", "a lone surrogate", at) from error
    if isinstance(data, (bytes, bytearray, memoryview)):
        return bytes(data)
    raise JsonError("JSON as bytes or text", given(data), None)


cdef int refuse_depth(const u8 *text, Py_ssize_t n) except -1:
    """JsonError for the place where a text nests too deep, if it does."""
    cdef Py_ssize_t i = 0
    cdef int depth = 0
    cdef u8 c
    while i < n:
        c = text[i]
        if c == b'"':
            i = string_end(text, n, i + 1)
        elif c == b"{" or c == b"[":
            depth += 1
            if depth > DEPTH:
                raise JsonError(f"JSON nested at most {MAX_DEPTH} deep", "more", i)
        elif c == b"}" or c == b"]":
            depth -= 1
        i += 1
    return 0


cdef inline Py_ssize_t string_end(const u8 *text, Py_ssize_t n, Py_ssize_t start) noexcept:
    """The place of the quote that ends a string, or one past the text."""
    cdef Py_ssize_t i = start
    while i < n and text[i] != b'"':
        i += 2 if text[i] == b"\\" else 1
    return i


cdef u64 n_members_of(dict facts):
    """The members of the entities and of the request; what lies deeper is not counted."""
    cdef u64 n = len(facts)
    for given_facts in facts.values():
        if type(given_facts) is dict:
            n += len(<dict>given_facts)
    return n


def name_given_twice(text):
    """A name that an object of a JSON text gives twice, or None."""
    twice = []

    def note(pairs):
        seen = set()
        for name, _ in pairs:
            if name in seen:
                twice.append(name)
            seen.add(name)

    json.loads(text, object_pairs_hook=note, parse_float=len, parse_int=len)
    return twice[0] if twice else None


cdef object first_foreign(bytes text):
    """Where a text is no UTF-8, or None."""
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


cdef object refusal(bytes text, str message):
    """The error for what the decoder refuses, in its words."""
    at = lone_surrogate(text)
    if at is not None:
        return JsonError("JSON of Unicode text", "a lone surrogate", at)
    words, offset = _OFFSET.match(message).groups()
    if words == "Input data was truncated":
        return JsonError(_OBJECT, "text that ends too early", len(text))
    at = None if offset is None else int(offset)
    if words == "trailing characters":
        # Of these the decoder counts the first one as read.
        at -= 1
    return JsonError(_OBJECT, words[:1].lower() + words[1:], at)


cdef object lone_surrogate(bytes text):
    """Where an escape stands for half a character, or None."""
    waiting = None
    for escape in _ESCAPE.finditer(text):
        code = int(escape[1], 16) if escape[1] else 0
        is_second = 0xDC00 <= code < 0xE000
        if waiting is not None and not (is_second and waiting.end() == escape.start()):
            return waiting.start()
        if is_second and waiting is None:
            return escape.start()
        waiting = escape if 0xD800 <= code < 0xDC00 else None
    return None if waiting is None else waiting.start()
