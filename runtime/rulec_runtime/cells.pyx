# cython: language_level=3, embedsignature=True
"""Reads Python values that stand in a column: tags as facets, and why a value is none of its fact.

In: a declared fact and an object. Out: the facet of a tag, or FactError; a reason of RK_VALUE_*, the
same that a column of numbers or text would give.
"""

from datetime import datetime
from decimal import Decimal

from cpython.mem cimport PyMem_Free, PyMem_Malloc

from rulec_runtime.column_kernels cimport (
    RK_VALUE_DECIMAL,
    RK_VALUE_PATH,
    RK_VALUE_RANGE,
    RK_VALUE_TAG,
    RK_VALUE_TEXT,
    RK_VALUE_TIME,
    RK_VALUE_TYPE,
    RK_VALUE_WORD,
)
from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_ENUM,
    RK_FLAG,
    RK_TAGS_INT,
    RK_TAGS_STRING,
    RK_TIME,
    RK_TREE,
    i64,
    rk_facet_of_tag,
    rk_facet_of_word,
    u8,
)
from rulec_runtime.values cimport OUTSIDE, read_plain_scalar, settled, wrong

import numpy as np


cdef u32 facet_of_object(FactSpec spec, object tag) except? 0xFFFFFFFE:
    """The facet of a tag; RK_NONE: no condition names it."""
    cdef bytes text
    cdef i64 number
    if spec.fact.type == RK_TAGS_INT:
        plain = settled(tag)
        if type(plain) is not int:
            raise wrong(spec, tag)
        try:
            number = plain
        except OverflowError:
            raise wrong(spec, tag) from None
        return rk_facet_of_tag(spec.program, spec.fact, number)
    try:
        text = str.encode(tag)
    except (TypeError, UnicodeEncodeError):
        raise wrong(spec, tag) from None
    return rk_facet_of_word(spec.program, spec.fact, <const u8 *><const char *>text, len(text))


cdef u32 reason_of_tag(FactSpec spec, object tag) except? 0xFFFFFFFF:
    """Why an object is no tag of its fact."""
    if tag is None:
        return RK_VALUE_TAG
    if spec.fact.type == RK_TAGS_STRING:
        return RK_VALUE_TEXT if isinstance(tag, str) else RK_VALUE_TYPE
    is_int = isinstance(tag, (int, np.integer)) and not isinstance(tag, bool)
    return RK_VALUE_RANGE if is_int else RK_VALUE_TYPE


cdef u32 reason_of_object(FactSpec spec, object value) except? 0xFFFFFFFF:
    """Why an object is no value of its scalar fact."""
    cdef u32 kind = spec.fact.type
    plain = settled(value)
    if kind == RK_FLAG:
        return RK_VALUE_TYPE
    if is_outside(spec, plain):
        return RK_VALUE_WORD if kind == RK_ENUM else RK_VALUE_RANGE
    if kind == RK_DECIMAL:
        is_decimal = isinstance(plain, (float, str, Decimal))
        return RK_VALUE_DECIMAL if is_decimal else RK_VALUE_TYPE
    if kind == RK_TIME:
        return RK_VALUE_TIME if isinstance(plain, (str, datetime)) else RK_VALUE_TYPE
    if not isinstance(plain, str):
        return RK_VALUE_TYPE
    try:
        str.encode(plain)
    except UnicodeEncodeError:
        return RK_VALUE_TEXT
    return RK_VALUE_PATH if kind == RK_TREE else RK_VALUE_TYPE


cdef bint is_outside(FactSpec spec, object value) except *:
    """Whether a value is of its fact's type, but beyond its words or its range."""
    cdef u32 *classes = <u32 *>PyMem_Malloc(spec.fact.n_facets * sizeof(u32))
    if not classes:
        raise MemoryError
    try:
        return read_plain_scalar(spec, value, classes) == OUTSIDE
    finally:
        PyMem_Free(classes)
