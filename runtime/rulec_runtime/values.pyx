# cython: language_level=3, embedsignature=True
"""Reads one value of a fact: a Python object becomes one class a facet.

In: a declared fact and a value of any kind. Out: classes, in the caller's memory, or what stands in
the way.

A *plain* value is of a built-in type itself: an int, float, text, Decimal, or a list, tuple or set of
ints or texts. Reading one runs no code but ours. Any other value is *settled* first: a subclass or
what has `__index__` becomes the plain value it stands for, by code of its own.

Thread-safety: reads the artifact only; the classes must belong to this call alone.
"""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

from cpython.float cimport PyFloat_AS_DOUBLE, PyFloat_Check

from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_FLAG,
    RK_INT,
    RK_NONE,
    RK_TAGS_INT,
    RK_TIME,
    RK_TREE,
    i64,
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
from rulec_runtime.wording import expected, given

cdef extern from "Python.h":
    long long PyLong_AsLongLongAndOverflow(object value, int *overflow) except? -1
    const char *PyUnicode_AsUTF8AndSize(object text, Py_ssize_t *n_bytes) except NULL
    object PyUnicode_FromObject(object text)
    object PyNumber_Index(object value)

cdef extern from "rk_decimal.h" nogil:
    enum:
        RK_VALUE_FINE
        RK_VALUE_RANGE
    u32 rk_decimal_of_int(i64 value, u32 scale, i64 *out)
    u32 rk_decimal_of_text(const u8 *s, u64 n, u32 scale, i64 *out)
    u32 rk_decimal_of_scientific(const u8 *s, u64 n, u32 scale, i64 *out)

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)


cdef object wrong(FactSpec spec, object value):
    """The error for a value a fact does not take; of a list, for its first such tag."""
    if spec.is_tags and isinstance(value, (list, tuple, set, frozenset)):
        for tag in tuple(value):
            if read_tag(spec, settled_scalar(tag), NULL) != READ:
                return FactError(spec.entity, spec.name, expected(spec), given(tag))
    return FactError(spec.entity, spec.name, expected(spec), given(value))


cdef int read_scalar(FactSpec spec, object value, u32 *classes) except -1:
    """Fills the classes of a scalar's value, which is not None: one a facet of the fact.

    FactError for a value the fact does not take, in whatever program.
    """
    cdef int found = read_plain_scalar(spec, value, classes)
    if found == FOREIGN:
        found = read_foreign_scalar(spec, value, classes)
    if found == OUTSIDE:
        raise wrong(spec, value)
    return 0


cdef int read_plain(FactSpec spec, object value, rk_facts *out) except -1:
    """Reads a value without any code of its own into the facts of its entity."""
    if spec.is_tags:
        return read_tags(spec, value, out)
    return read_plain_scalar(spec, value, out.classes + spec.fact.first_facet)


cdef int read_foreign(FactSpec spec, object value, rk_facts *out) except -1:
    """Reads a value of any type, which is not plain, into the facts of its entity."""
    cdef int found
    if not spec.is_tags:
        return read_foreign_scalar(spec, value, out.classes + spec.fact.first_facet)
    found = read_tags(spec, settled(value), out)
    if found == FOREIGN:
        raise wrong(spec, value)
    return found


cdef int read_foreign_scalar(FactSpec spec, object value, u32 *classes) except -1:
    cdef int found
    if spec.fact.type == RK_TIME and isinstance(value, datetime):
        found = read_moment(spec, value, classes)
    else:
        found = read_plain_scalar(spec, settled_scalar(value), classes)
    if found == FOREIGN:
        raise wrong(spec, value)
    return found


cdef object settled(object value):
    """The plain value that a value stands for, or the value itself: no later change reaches it.

    Of a list, a tuple or a set: a tuple of what stands in it.
    """
    if isinstance(value, (list, tuple, set, frozenset)):
        return tuple([settled_scalar(each) for each in tuple(value)])
    return settled_scalar(value)


cdef object settled_scalar(object value):
    if type(value) in (str, int, bool, float, Decimal) or value is None:
        return value
    if isinstance(value, str):
        return PyUnicode_FromObject(value)
    if PyFloat_Check(value):
        return PyFloat_AS_DOUBLE(value)
    if isinstance(value, Decimal):
        return Decimal(value)
    try:
        return PyNumber_Index(value)
    except TypeError:
        return value


cdef int read_plain_scalar(FactSpec spec, object value, u32 *classes) except -1:
    """READ, OUTSIDE, or FOREIGN, when nothing was written."""
    cdef u32 kind = spec.fact.type
    cdef int overflow = 0
    cdef i64 number
    if kind == RK_FLAG:
        if value is not True and value is not False:
            return FOREIGN
        classes[0] = value is True
        return READ
    if kind == RK_INT:
        if type(value) is not int:
            return FOREIGN
        number = PyLong_AsLongLongAndOverflow(value, &overflow)
        return OUTSIDE if overflow else read_number(spec, number, classes)
    if kind == RK_DECIMAL:
        return read_decimal(spec, value, classes)
    if type(value) is not str:
        return FOREIGN
    return read_text(spec, <str>value, classes)


cdef inline int read_number(FactSpec spec, i64 number, u32 *classes) noexcept:
    cdef u32 k
    if number < spec.low or number > spec.high:
        return OUTSIDE
    classes[0] = rk_class_of_int(spec.program, spec.fact, number)
    for k in range(1, spec.fact.n_facets):
        classes[k] = rk_side_class_of_int(spec.program, spec.fact, k, number)
    return READ


cdef int read_decimal(FactSpec spec, object value, u32 *classes) except -1:
    """Reads an int, float, text or Decimal, in units of the fact's scale."""
    cdef Py_ssize_t n = 0
    cdef const u8 *digits
    cdef int overflow = 0
    cdef u32 scale = spec.fact.scale
    cdef i64 number = 0
    cdef u32 reason
    if type(value) is int:
        number = PyLong_AsLongLongAndOverflow(value, &overflow)
        reason = RK_VALUE_RANGE if overflow else rk_decimal_of_int(number, scale, &number)
    elif type(value) is float:
        if not rk_decimal_of_double(PyFloat_AS_DOUBLE(value), scale, &number):
            return FOREIGN
        reason = RK_VALUE_FINE
    elif type(value) is str:
        digits = utf8_of(value, &n)
        if not digits:
            return FOREIGN
        reason = rk_decimal_of_text(digits, n, scale, &number)
    elif type(value) is Decimal:
        text = str(value)
        digits = utf8_of(text, &n)
        reason = rk_decimal_of_scientific(digits, n, scale, &number)
    else:
        return FOREIGN
    if reason == RK_VALUE_FINE:
        return read_number(spec, number, classes)
    return OUTSIDE if reason == RK_VALUE_RANGE else FOREIGN


cdef int read_text(FactSpec spec, str text, u32 *classes) except -1:
    """Reads a word, a path, or a time of RFC 3339."""
    cdef Py_ssize_t n = 0
    cdef const u8 *bytes
    cdef i64 micros = 0
    cdef u32 k, class_id
    if spec.fact.n_facets == 1 and spec.fact.type != RK_TREE and spec.fact.type != RK_TIME:
        found = spec.classes_by_word().get(text)
        if found is not None:
            classes[0] = found
            return READ
    bytes = utf8_of(text, &n)
    if not bytes:
        return FOREIGN
    if spec.fact.type == RK_TIME:
        return read_number(spec, micros, classes) if rk_time_of_text(bytes, n, &micros) else FOREIGN
    if spec.fact.type == RK_TREE and not rk_is_path(bytes, n):
        return FOREIGN
    class_id = rk_class_of_word(spec.program, spec.fact, bytes, n)
    if class_id == RK_NONE:
        return OUTSIDE
    classes[0] = class_id
    for k in range(1, spec.fact.n_facets):
        classes[k] = rk_side_class_of_text(spec.program, spec.fact, k, bytes, n)
    return READ


cdef const u8 *utf8_of(str text, Py_ssize_t *n) except? NULL:
    """The UTF-8 of a text; NULL without an error: it holds a lone surrogate."""
    try:
        return <const u8 *>PyUnicode_AsUTF8AndSize(text, n)
    except UnicodeEncodeError:
        return NULL


cdef int read_moment(FactSpec spec, object value, u32 *classes) except -1:
    """Reads a datetime in microseconds since 1970, UTC; FOREIGN: it has no offset, or is finer.

    The datetimes of pandas count nanoseconds as well.
    """
    cdef int overflow = 0
    cdef i64 micros
    if value.utcoffset() is None or getattr(value, "nanosecond", 0):
        return FOREIGN
    micros = PyLong_AsLongLongAndOverflow((value - _EPOCH) // _MICROSECOND, &overflow)
    return OUTSIDE if overflow else read_number(spec, micros, classes)


cdef int read_tags(FactSpec spec, object tags, rk_facts *out) except -1:
    """Adds the tags given; FOREIGN: some may have been."""
    cdef int found, worst = READ
    if type(tags) is list:
        for tag in <list>tags:
            found = read_tag(spec, tag, out)
            if found == FOREIGN:
                return FOREIGN
            worst = max(worst, found)
    elif type(tags) in (tuple, set, frozenset):
        for tag in tags:
            found = read_tag(spec, tag, out)
            if found == FOREIGN:
                return FOREIGN
            worst = max(worst, found)
    else:
        return FOREIGN
    return worst


cdef inline int read_tag(FactSpec spec, object tag, rk_facts *out) except -1:
    """Reads a plain tag; no facts: only whether it is one."""
    cdef Py_ssize_t n = 0
    cdef const u8 *bytes
    cdef int overflow = 0
    cdef i64 number
    cdef u32 facet
    if spec.fact.type == RK_TAGS_INT:
        if type(tag) is not int:
            return FOREIGN
        number = PyLong_AsLongLongAndOverflow(tag, &overflow)
        if overflow:
            return OUTSIDE
        facet = rk_facet_of_tag(spec.program, spec.fact, number)
    else:
        if type(tag) is not str:
            return FOREIGN
        bytes = utf8_of(tag, &n)
        if not bytes:
            return FOREIGN
        facet = rk_facet_of_word(spec.program, spec.fact, bytes, n)
    if facet != RK_NONE and out:
        rk_facts_add(out, facet)
    return READ
