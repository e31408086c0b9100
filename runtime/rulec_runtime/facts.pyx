# cython: language_level=3, embedsignature=True
"""Reads a request's facts: a mapping entity -> fact -> value becomes one class a facet.

In: the caller's own mapping, and a `Workspace`. Out: classes and tags in it; `FactError` for the first
value that breaks the vocabulary.

The caller's mapping is walked, not the vocabulary: so an undeclared name is found without a second
pass, and a request pays for the facts it gives. Every facet starts at the class of its absence; the
facet of a required fact starts at RK_NONE, and is missing if it still says so at the end.

Thread-safety: reads the artifact only. A mapping may run the caller's code, so the workspace must
belong to this call alone.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from decimal import Decimal

from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_Check
from cpython.long cimport PyLong_Check
from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_FLAG,
    RK_INT,
    RK_NONE,
    RK_TAGS_INT,
    RK_TIME,
    RK_TREE,
    rk_class_of_int,
    rk_class_of_word,
    rk_decimal_of_double,
    rk_facet_of_tag,
    rk_facet_of_word,
    rk_facts_add,
    rk_is_path,
    rk_side_class_of_int,
    rk_side_class_of_text,
    rk_time_of_text,
    u8,
    u64,
)

from rulec_runtime.errors import FactError
from rulec_runtime.wording import NOTHING, expected, given, shown, suggestion

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object value, int *overflow) except? -1
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *n_bytes) except NULL
    object PyUnicode_FromObject(object text)
    object PyNumber_Index(object value)

cdef u64 I64_MAGNITUDE = <u64>1 << 63

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


cdef int read_facts(Workspace space, object facts) except -1:
    """Fills the facts of all entities."""
    cdef Artifact artifact = space.artifact
    cdef EntityTable table
    space.clear_all()
    if type(facts) is dict:
        for name, given_facts in (<dict>facts).items():
            table = table_of(artifact, name)
            read_given(table, given_facts, space.facts + table.number)
    else:
        for name, given_facts in pairs_of("facts", facts, "a mapping of entities"):
            table = table_of(artifact, name)
            read_given(table, given_facts, space.facts + table.number)
    for table in artifact.entities:
        check_required(table, space.facts + table.number)
    return 0


cdef int read_entity(Workspace space, EntityTable table, object facts) except -1:
    """Fills the facts of one entity. None: all of them are absent."""
    space.clear(table.number)
    read_given(table, facts, space.facts + table.number)
    check_required(table, space.facts + table.number)
    return 0


cdef int read_given(EntityTable table, object facts, rk_facts *out) except -1:
    if facts is None:
        return 0
    if type(facts) is dict:
        for name, value in (<dict>facts).items():
            read_fact(table, name, value, out)
    else:
        for name, value in pairs_of(table.name, facts, "a mapping of facts"):
            read_fact(table, name, value, out)
    return 0


cdef list pairs_of(str place, object mapping, str what):
    """A snapshot of a mapping: walking it may run code that changes it."""
    if not isinstance(mapping, Mapping):
        raise FactError(place, None, what, given(mapping))
    return [(name, mapping[name]) for name in mapping]


cdef EntityTable table_of(Artifact artifact, object name):
    number = artifact.entity_numbers.get(name)
    if number is None:
        hint = suggestion(shown(name), artifact.entity_numbers)
        raise FactError(
            shown(name), None, "an entity of the vocabulary" + hint, "an undeclared name"
        )
    return artifact.entities[number]


cdef inline int read_fact(EntityTable table, object name, object value, rk_facts *out) except -1:
    cdef FactSpec spec = table.fact_by_name.get(name)
    if spec is None:
        hint = suggestion(shown(name), table.fact_by_name)
        raise FactError(
            table.name, shown(name), "a fact of the vocabulary" + hint, "an undeclared name"
        )
    if value is None:
        return 0
    if spec.is_tags:
        return read_tags(spec, value, out)
    return read_scalar(spec, value, out.classes + spec.fact.first_facet)


cdef int check_required(EntityTable table, const rk_facts *out) except -1:
    cdef FactSpec spec
    for spec in table.required:
        if out.classes[spec.fact.first_facet] == RK_NONE:
            raise FactError(table.name, spec.name, expected(spec), NOTHING)
    return 0


cdef object wrong(FactSpec spec, object value):
    """The error for a value a fact does not take."""
    return FactError(spec.entity, spec.name, expected(spec), given(value))


cdef int read_scalar(FactSpec spec, object value, u32 *classes) except -1:
    """Fills the classes of a scalar's value, which is not None: one a facet of the fact."""
    cdef u32 kind = spec.fact.type
    if kind == RK_FLAG:
        if value is not True and value is not False:
            raise wrong(spec, value)
        classes[0] = value is True
    elif kind == RK_INT:
        read_number(spec, value, int_of_value(spec, value), classes)
    elif kind == RK_DECIMAL:
        read_number(spec, value, decimal_of_value(spec, value), classes)
    elif kind == RK_TIME:
        read_number(spec, value, time_of_value(spec, value), classes)
    else:
        read_text(spec, value, classes)
    return 0


cdef inline int read_number(FactSpec spec, object value, i64 number, u32 *classes) except -1:
    cdef u32 k
    if number < spec.low or number > spec.high:
        raise wrong(spec, value)
    classes[0] = rk_class_of_int(spec.program, spec.fact, number)
    for k in range(1, spec.fact.n_facets):
        classes[k] = rk_side_class_of_int(spec.program, spec.fact, k, number)
    return 0


cdef int read_text(FactSpec spec, object value, u32 *classes) except -1:
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *bytes
    cdef u32 k
    text = text_of(spec, value)
    found = None if spec.fact.type == RK_TREE else spec.words.get(text)
    if found is not None and spec.fact.n_facets == 1:
        classes[0] = found
        return 0
    bytes = utf8_of(spec, text, &n_bytes)
    if spec.fact.type == RK_TREE and not rk_is_path(bytes, n_bytes):
        raise wrong(spec, text)
    classes[0] = rk_class_of_word(spec.program, spec.fact, bytes, n_bytes)
    if classes[0] == RK_NONE:
        raise wrong(spec, text)
    for k in range(1, spec.fact.n_facets):
        classes[k] = rk_side_class_of_text(spec.program, spec.fact, k, bytes, n_bytes)
    return 0


cdef inline str text_of(FactSpec spec, object value):
    """The text itself: a subclass may answer `hash` and `==` as it likes."""
    if not isinstance(value, str):
        raise wrong(spec, value)
    return value if type(value) is str else PyUnicode_FromObject(value)


cdef const u8 *utf8_of(FactSpec spec, str text, Py_ssize_t *n_bytes) except NULL:
    try:
        return <const u8 *>PyUnicode_AsUTF8AndSize(text, n_bytes)
    except UnicodeEncodeError as error:
        raise wrong(spec, text) from error


cdef i64 time_of_value(FactSpec spec, object value) except? -1:
    """Microseconds since 1970, UTC, of an aware datetime or of text."""
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *bytes
    cdef i64 micros = 0
    if isinstance(value, str):
        bytes = utf8_of(spec, text_of(spec, value), &n_bytes)
        if not rk_time_of_text(bytes, n_bytes, &micros):
            raise wrong(spec, value)
        return micros
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise wrong(spec, value)
    # A pandas Timestamp is a datetime with nanoseconds.
    if getattr(value, "nanosecond", 0):
        raise wrong(spec, value)
    return (value - _EPOCH) // _MICROSECOND


cdef int read_tags(FactSpec spec, object tags, rk_facts *out) except -1:
    """Adds the tags given."""
    if type(tags) is list:
        for tag in <list>tags:
            read_tag(spec, tag, out)
    elif isinstance(tags, (list, tuple, set, frozenset)):
        for tag in tuple(tags):
            read_tag(spec, tag, out)
    else:
        raise wrong(spec, tags)
    return 0


cdef inline int read_tag(FactSpec spec, object tag, rk_facts *out) except -1:
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *bytes
    cdef u32 facet
    if spec.fact.type == RK_TAGS_INT:
        facet = rk_facet_of_tag(spec.program, spec.fact, int_of_value(spec, tag))
    else:
        text = text_of(spec, tag)
        bytes = utf8_of(spec, text, &n_bytes)
        facet = rk_facet_of_word(spec.program, spec.fact, bytes, n_bytes)
    if facet != RK_NONE:
        rk_facts_add(out, facet)
    return 0


cdef i64 int_of_value(FactSpec spec, object value) except? -1:
    """An int of 64 bits; objects that stand for an int (`__index__`) too, but no flag."""
    cdef int overflow = 0
    cdef i64 number
    if value is True or value is False:
        raise wrong(spec, value)
    index = value
    if not PyLong_Check(value):
        try:
            index = PyNumber_Index(value)
        except TypeError as error:
            raise wrong(spec, value) from error
    number = PyLong_AsLongLongAndOverflow(index, &overflow)
    if overflow:
        raise wrong(spec, value)
    return number


cdef i64 decimal_of_value(FactSpec spec, object value) except? -1:
    """An exact decimal in units of the fact's scale."""
    cdef i64 number = 0
    cdef bint is_taken
    if PyFloat_Check(value):
        is_taken = rk_decimal_of_double(PyFloat_AS_DOUBLE(value), spec.fact.scale, &number)
    elif isinstance(value, str):
        is_taken = decimal_of_text(PyUnicode_FromObject(value), spec.fact.scale, &number)
    elif isinstance(value, Decimal):
        is_taken = decimal_of_parts(Decimal.as_tuple(value), spec.fact.scale, &number)
    else:
        is_taken = decimal_of_int(int_of_value(spec, value), spec.fact.scale, &number)
    if not is_taken:
        raise wrong(spec, value)
    return number


cdef inline bint append_digit(u64 *magnitude, u32 digit) noexcept:
    if magnitude[0] > (I64_MAGNITUDE - digit) // 10:
        return False
    magnitude[0] = magnitude[0] * 10 + digit
    return True


cdef inline bint append_zeros(u64 *magnitude, i64 n) noexcept:
    if not magnitude[0]:
        return True
    for _ in range(n):
        if not append_digit(magnitude, 0):
            return False
    return True


cdef inline bint signed(u64 magnitude, bint is_negative, i64 *out) noexcept:
    if magnitude == I64_MAGNITUDE and not is_negative:
        return False
    # Two's complement: the one magnitude without a positive twin is its own negation.
    out[0] = <i64>(0 - magnitude if is_negative else magnitude)
    return True


cdef bint decimal_of_int(i64 value, u32 scale, i64 *out) noexcept:
    cdef u64 magnitude = 0 - <u64>value if value < 0 else <u64>value
    return append_zeros(&magnitude, scale) and signed(magnitude, value < 0, out)


cdef bint decimal_of_text(str text, u32 scale, i64 *out):
    """Takes `-?digits[.digits]` in ASCII, and nothing else."""
    cdef Py_ssize_t i = 0, n = 0, n_whole = 0, n_places = 0
    cdef const char *digits
    cdef bint is_negative, has_point = False
    cdef u64 magnitude = 0
    cdef u32 digit
    if not text.isascii():
        return False
    digits = PyUnicode_AsUTF8AndSize(text, &n)
    is_negative = n > 0 and digits[0] == b"-"
    for i in range(is_negative, n):
        if digits[i] == b"." and not has_point:
            has_point = True
            continue
        if not b"0" <= digits[i] <= b"9":
            return False
        digit = digits[i] - <char>b"0"
        n_places += has_point
        n_whole += not has_point
        if n_places > scale:
            if digit:
                return False
        elif not append_digit(&magnitude, digit):
            return False
    if not n_whole or (has_point and not n_places):
        return False
    return append_zeros(&magnitude, scale - n_places) and signed(magnitude, is_negative, out)


cdef bint decimal_of_parts(object parts, u32 scale, i64 *out):
    """Takes sign, digits and exponent of a finite Decimal."""
    cdef u64 magnitude = 0
    cdef i64 place
    is_negative, digits, exponent = parts
    if not isinstance(exponent, int):
        return False
    place = len(digits) + <i64>exponent + scale
    for digit in digits:
        place -= 1
        if place < 0:
            if digit:
                return False
        elif not append_digit(&magnitude, digit):
            return False
    return append_zeros(&magnitude, place) and signed(magnitude, is_negative, out)
