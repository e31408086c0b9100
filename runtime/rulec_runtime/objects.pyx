# cython: language_level=3, embedsignature=True
"""Reads Python values that stand in a column: tags as facets, and why a value is none of its fact.

In: a declared fact and an object. Out: the facet of a tag, or FactError; a reason of RK_VALUE_*, the
same that a column of numbers or text would give.
"""

from datetime import datetime
from decimal import Decimal

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
from rulec_runtime.facts cimport decimal_of_value, int_of_value
from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_ENUM,
    RK_INT,
    RK_TAGS_INT,
    RK_TAGS_STRING,
    RK_TIME,
    RK_TREE,
    rk_facet_of_tag,
    rk_facet_of_word,
    u8,
)

import numpy as np

from rulec_runtime.clock import micros_of
from rulec_runtime.errors import FactError, TimeError
from rulec_runtime.wording import expected, given


cdef u32 facet_of_object(FactSpec spec, object tag) except? 0xFFFFFFFE:
    """The facet of a tag; RK_NONE: no condition names it."""
    cdef bytes text
    if spec.fact.type == RK_TAGS_INT:
        return rk_facet_of_tag(spec.program, spec.fact, int_of_value(spec, tag))
    try:
        text = str.encode(tag)
    except (TypeError, UnicodeEncodeError):
        raise FactError(spec.entity, spec.name, expected(spec), given(tag)) from None
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
    try:
        if kind == RK_INT:
            int_of_value(spec, value)
            return RK_VALUE_RANGE
        if kind == RK_DECIMAL:
            decimal_of_value(spec, value)
            return RK_VALUE_RANGE
        if kind == RK_TIME:
            micros_of(value)
            return RK_VALUE_RANGE
    except TimeError:
        return RK_VALUE_TIME if isinstance(value, (str, datetime)) else RK_VALUE_TYPE
    except FactError:
        if isinstance(value, bool):
            return RK_VALUE_TYPE
        if isinstance(value, int):
            return RK_VALUE_RANGE
        is_decimal = kind == RK_DECIMAL and isinstance(value, (float, str, Decimal))
        return RK_VALUE_DECIMAL if is_decimal else RK_VALUE_TYPE
    if not isinstance(value, str):
        return RK_VALUE_TYPE
    try:
        str.encode(value)
    except UnicodeEncodeError:
        return RK_VALUE_TEXT
    return RK_VALUE_PATH if kind == RK_TREE else RK_VALUE_WORD if kind == RK_ENUM else RK_VALUE_TYPE
