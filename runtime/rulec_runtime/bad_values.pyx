# cython: language_level=3, embedsignature=True
"""Says in words what a bad row of a column was given.

In: a column that is bound as an `rk_column`, and a row that classifying called bad. Out: a short
phrase for an error: the value, the first tag of a list that is none, or the place that leads out of
the column's buffers.
"""

import sys
from decimal import Decimal

from libc.string cimport memcpy

from rulec_runtime.column_kernels cimport (
    RK_BAD,
    RK_COLUMN_CODES,
    RK_COLUMN_DECIMALS,
    RK_COLUMN_FLOATS,
    RK_COLUMN_TIMES,
    RK_COLUMN_WIDE_TEXTS,
    RK_IS_BAD,
    RK_NONE_ROW,
    RK_VALUE_TAG,
    rk_code_at,
    rk_facet_at,
    rk_is_lists,
    rk_is_null,
    rk_is_texts,
    rk_list_at,
    rk_stored_text_at,
)
from rulec_runtime.kernels cimport RK_NONE, u8, u32

from rulec_runtime.wording import NOTHING, given

_UTF_32 = f"utf-32-{sys.byteorder[0]}e"


cdef str words_of_bad(FactSpec spec, const rk_column *column, u64 row):
    """What a bad row was given, in words."""
    cdef u64 code
    cdef const u8 *text = NULL
    cdef u64 n = 0
    if rk_is_null(column, row):
        return NOTHING
    if column.kind == RK_COLUMN_CODES:
        code = rk_code_at(column, row)
        if code != RK_NONE_ROW:
            return words_of_bad(spec, column.inner, code)
        return f"the index `{value_at(column, row)}` of {column.inner.n_rows}"
    if rk_is_lists(column.kind):
        return words_of_list(spec, column, row)
    if rk_is_texts(column.kind) and not rk_stored_text_at(column, row, &text, &n):
        return "a string outside its buffers"
    value = value_at(column, row)
    if column.kind == RK_COLUMN_TIMES:
        return f"the time `{value}` seconds after 1970"
    return given(value)


cdef str words_of_list(FactSpec spec, const rk_column *column, u64 row):
    """The first value of a bad list that is no tag, in words."""
    cdef u64 place, end
    cdef u32 facet = RK_NONE
    if not rk_list_at(column, row, &place, &end):
        return f"a list outside its {column.inner.n_rows} values"
    while facet == RK_NONE or not RK_IS_BAD(facet):
        facet = rk_facet_at(spec.program, spec.fact, column.inner, place)
        place += 1
    if facet == RK_BAD(RK_VALUE_TAG):
        return "a list with a null"
    return f"a list with {words_of_bad(spec, column.inner, place - 1)}"


cdef object value_at(const rk_column *column, u64 row):
    """The number, index or text of a row that is not null; bytes that are no text come as bytes."""
    cdef double number
    cdef float narrow_number
    cdef const u8 *text = NULL
    cdef u64 n = column.width
    if rk_is_texts(column.kind):
        rk_stored_text_at(column, row, &text, &n)
        raw = (<const char *>text)[:n] if n else b""
        return text_of(raw, _UTF_32 if column.kind == RK_COLUMN_WIDE_TEXTS else "utf-8")
    raw = (<const char *>column.values + (column.start + row) * n)[:n]
    if column.kind == RK_COLUMN_FLOATS:
        if n == sizeof(float):
            memcpy(&narrow_number, <const char *>raw, n)
            return narrow_number
        memcpy(&number, <const char *>raw, n)
        return number
    is_scaled = column.kind == RK_COLUMN_DECIMALS or column.kind == RK_COLUMN_TIMES
    value = int.from_bytes(raw, sys.byteorder, signed=column.is_signed or is_scaled)
    # Times as seconds since 1970: what a datetime cannot hold is what is shown here.
    return Decimal(f"{value}e-{column.scale}") if is_scaled else value


cdef object text_of(bytes raw, str encoding):
    """Text, or the bytes themselves where they are none."""
    try:
        return raw.decode(encoding, "surrogatepass")
    except UnicodeDecodeError:
        return raw
