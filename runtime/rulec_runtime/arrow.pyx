# cython: language_level=3, embedsignature=True
"""Reads columns and tables that come through the Arrow C interfaces.

In: any object with `__arrow_c_stream__` or `__arrow_c_array__`: an array or a chunked array as one
column, a record batch, a table or a reader as all of them. A column is named `entity.fact`, or like
an entity and holds structs of its facts. Out: their rows, added to `FactColumn`s.

No Arrow library is needed: the interface is a few C structs (rk_arrow.h). Pieces of a stream are
read in place one after the other, and each is released before the next one is asked for.
"""

from types import MappingProxyType

cimport cython
from cpython.exc cimport PyErr_CheckSignals
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_IsValid
from libc.string cimport memset

from rulec_runtime.column_kernels cimport RK_COLUMN_NULLS, RK_COLUMN_TIMES, rk_column_fits
from rulec_runtime.columns cimport micros_of_column

import numpy as np

from rulec_runtime.errors import ColumnError
from rulec_runtime.wording import shown, suggestion

TABLE = "*"
"""What stands for a column's name where a whole table is at fault."""

_TYPES = MappingProxyType(
    {
        "n": "null", "b": "bool", "c": "int8", "C": "uint8", "s": "int16", "S": "uint16",
        "i": "int32", "I": "uint32", "l": "int64", "L": "uint64", "e": "float16", "f": "float32",
        "g": "float64", "z": "binary", "Z": "large_binary", "vz": "binary_view",
        "w": "fixed_size_binary", "u": "utf8", "U": "large_utf8", "vu": "utf8_view",
        "tD": "duration", "ts": "timestamp", "tt": "time", "td": "date", "ti": "interval",
        "+l": "list", "+L": "large_list", "+vl": "list_view", "+vL": "large_list_view",
        "+w": "fixed_size_list", "+s": "struct", "+m": "map", "+u": "union",
        "+r": "run_end_encoded",
    }
)  # fmt: skip
"""Types by the start of their format string, as the specification names them."""
_LISTS = frozenset(["+l", "+L", "+vl", "+vL"])


cdef bint is_arrow(object source):
    return hasattr(source, "__arrow_c_stream__") or hasattr(source, "__arrow_c_array__")


@cython.final
cdef class ArrowPieces:
    """The pieces of an Arrow object, one at a time.

    Owns what it imports: every structure is released exactly once, at the latest with this object.
    """

    cdef str name
    cdef ArrowArrayStream stream
    cdef ArrowSchema schema
    cdef ArrowArray array
    cdef bint is_started

    def __cinit__(self, str name not None, source):
        self.name = name
        if hasattr(source, "__arrow_c_stream__"):
            self.take_stream(source.__arrow_c_stream__())
        else:
            self.take_array(source.__arrow_c_array__())

    def __dealloc__(self):
        if self.array.release:
            self.array.release(&self.array)
        if self.schema.release:
            self.schema.release(&self.schema)
        if self.stream.release:
            self.stream.release(&self.stream)

    cdef int take_stream(self, object capsule) except -1:
        cdef ArrowArrayStream *theirs = <ArrowArrayStream *>self.pointer(
            capsule, "arrow_array_stream"
        )
        cdef int code
        if not theirs.release:
            raise self.refusal("a stream that was read before")
        self.stream = theirs[0]
        theirs.release = NULL
        with nogil:
            code = self.stream.get_schema(&self.stream, &self.schema)
        self.check(code)
        return 0

    cdef int take_array(self, object capsules) except -1:
        cdef ArrowSchema *schema
        cdef ArrowArray *array
        if not isinstance(capsules, tuple) or len(capsules) != 2:
            raise self.refusal("an object without a schema and an array")
        schema = <ArrowSchema *>self.pointer(capsules[0], "arrow_schema")
        array = <ArrowArray *>self.pointer(capsules[1], "arrow_array")
        if not schema.release or not array.release:
            raise self.refusal("an array that was read before")
        self.schema = schema[0]
        schema.release = NULL
        self.array = array[0]
        array.release = NULL
        return 0

    cdef void *pointer(self, object capsule, const char *kind) except NULL:
        if not PyCapsule_IsValid(capsule, kind):
            raise self.refusal(f"an object without a capsule `{kind.decode('ascii')}`")
        return PyCapsule_GetPointer(capsule, kind)

    cdef object refusal(self, str given):
        return misfit(self.name, given)

    cdef int check(self, int code) except -1:
        """Raises the error a stream reported."""
        cdef const char *words = NULL
        if not code:
            return 0
        if self.stream.get_last_error:
            words = self.stream.get_last_error(&self.stream)
        told = (<bytes>words).decode("utf-8", "replace") if words else f"error {code}"
        raise ColumnError(self.name, "a stream that can be read", f"`{shown(told)}`")

    cdef bint next(self) except? False:
        """Moves to the next piece; False: there is none."""
        cdef int code
        if not self.stream.release:
            is_first, self.is_started = not self.is_started, True
            return is_first
        if self.array.release:
            self.array.release(&self.array)
        memset(&self.array, 0, sizeof(self.array))
        # A stream may run anything, another thread's Python too.
        with nogil:
            code = self.stream.get_next(&self.stream, &self.array)
        self.check(code)
        return self.array.release != NULL


@cython.final
cdef class Field:
    """One column of a table, and the fact it is read as; or an entity, and its facts."""

    cdef FactColumn column      # None: an entity, or a name that is ignored
    cdef list facts             # of an entity: a Field each, in the order of the struct


cdef int read_arrow_column(FactColumn out, object source) except -1:
    """Adds the rows of an array or a stream of arrays to a column."""
    pieces = ArrowPieces(out.name, source)
    while pieces.next():
        append_piece(out, &pieces.schema, &pieces.array, 0, pieces.array.length, NULL)
        PyErr_CheckSignals()
    return 0


cdef list read_arrow_entity(Artifact artifact, object name, object source, bint is_strict):
    """Reads a column of structs named like an entity, a field a fact: a column of each."""
    cdef Field field
    pieces = ArrowPieces(name, source)
    found = {}
    field = field_of(artifact, &pieces.schema, name, found, is_strict)
    while pieces.next():
        append_field(field, name, &pieces.schema, &pieces.array, 0, pieces.array.length)
        PyErr_CheckSignals()
    return list(found.values())


cdef tuple read_arrow_table(Artifact artifact, object source, bint is_strict):
    """Reads a table whose columns are facts or entities: its columns and number of rows."""
    cdef int64_t i
    cdef u64 n_rows = 0
    pieces = ArrowPieces(TABLE, source)
    found = {}
    fields = fields_of(artifact, &pieces.schema, TABLE, "", found, is_strict)
    while pieces.next():
        check_struct(TABLE, &pieces.schema, &pieces.array)
        if rk_arrow_has_null(&pieces.array):
            raise ColumnError(TABLE, "rows that are there", "rows that are null as a whole")
        for i, field in enumerate(fields):
            append_field(
                field, TABLE, pieces.schema.children[i], pieces.array.children[i],
                pieces.array.offset, pieces.array.length,
            )
        n_rows += pieces.array.length
        PyErr_CheckSignals()
    return list(found.values()), n_rows


cdef tuple read_arrow_times(object source):
    """Microseconds since 1970 of a column of times, and why a row has none: int64 and uint8."""
    cdef rk_column[RK_ARROW_DEPTH] columns
    cdef int fault
    pieces = ArrowPieces("as_of", source)
    micros, reasons = [np.empty(0, np.int64)], [np.empty(0, np.uint8)]
    while pieces.next():
        with nogil:
            fault = rk_arrow_bind(&pieces.schema, &pieces.array, 0, pieces.array.length, columns)
        check_bound("as_of", fault)
        if fault or columns[0].kind not in (RK_COLUMN_TIMES, RK_COLUMN_NULLS):
            wanted = "a column of Arrow timestamps with a time zone"
            raise ColumnError("as_of", wanted, f"the Arrow type `{type_name(&pieces.schema)}`")
        found, why = micros_of_column(columns)
        micros.append(found)
        reasons.append(why)
    return np.concatenate(micros), np.concatenate(reasons)


cdef list fields_of(
    Artifact artifact, const ArrowSchema *schema, str place, str prefix, dict found, bint is_strict
):
    """A Field for each child of a struct; `found` gets their columns, by name."""
    cdef int64_t i
    if type_name(schema) != "struct":
        what = f"an array of `{type_name(schema)}`"
        wanted = "structs of its facts" if prefix else "a table of columns"
        raise ColumnError(place, wanted, what)
    if schema.n_children > 0 and not schema.children:
        raise misfit(place, "a struct without its fields")
    fields = []
    for i in range(schema.n_children):
        if not schema.children[i]:
            raise misfit(place, "a struct without its fields")
        raw = schema.children[i].name
        name = prefix + ((<bytes>raw).decode("utf-8", "replace") if raw else "")
        fields.append(field_of(artifact, schema.children[i], name, found, is_strict))
    return fields


cdef Field field_of(
    Artifact artifact, const ArrowSchema *schema, str name, dict found, bint is_strict
):
    field = Field()
    if name in artifact.entity_numbers:
        field.facts = fields_of(artifact, schema, name, name + ".", found, is_strict)
        return field
    spec = spec_of(artifact, name, is_strict)
    if spec is None:
        return field
    if name in found:
        raise ColumnError(shown(name), "one column of a name", "two")
    field.column = found[name] = FactColumn(spec, is_strict)
    return field


cdef FactSpec spec_of(Artifact artifact, object name, bint is_strict):
    """The fact a column is named after; None where it is none's and that is no fault."""
    spec = artifact.facts.get(name) if isinstance(name, str) else None
    if spec is None and is_strict:
        hint = suggestion(shown(name), artifact.facts)
        raise ColumnError(
            shown(name), "the name `entity.fact` of a declared fact" + hint, "an undeclared name"
        )
    return spec


cdef int check_struct(str name, const ArrowSchema *schema, const ArrowArray *array) except -1:
    """Refuses a piece of a struct that is none."""
    cdef int64_t i
    if array.n_children != schema.n_children or (array.n_children and not array.children):
        raise misfit(name, f"{array.n_children} columns of {schema.n_children}")
    if not rk_arrow_has_length(array):
        raise misfit(name, "a length out of range")
    for i in range(array.n_children):
        if not array.children[i]:
            raise misfit(name, "a struct without its fields")
    return 0


cdef int append_field(
    Field field, str place, const ArrowSchema *schema, const ArrowArray *array, u64 skip, u64 n_rows
) except -1:
    """Adds rows [skip, skip + n_rows) of an array to the column of a fact, or of each of an entity.

    A row that is null as a whole has none of an entity's facts.
    """
    cdef rk_column outer
    cdef int64_t i
    if field.column is not None:
        return append_piece(field.column, schema, array, skip, n_rows, NULL)
    if field.facts is None:
        return 0
    name = (<bytes>schema.name).decode("utf-8", "replace") if schema.name else place
    check_struct(name, schema, array)
    if skip + n_rows > <u64>array.length or rk_arrow_validity(array, &outer.outer_validity):
        raise misfit(name, "counts that contradict the type")
    outer.outer_start = array.offset + skip
    for i, inner in enumerate(field.facts):
        if (<Field>inner).column is not None:
            append_piece(
                (<Field>inner).column, schema.children[i], array.children[i], outer.outer_start,
                n_rows, &outer,
            )
    return 0


cdef int append_piece(
    FactColumn out, const ArrowSchema *schema, const ArrowArray *array, u64 skip, u64 n_rows,
    const rk_column *outer,
) except -1:
    """Adds rows [skip, skip + n_rows) of an array to a column; absent where `outer` is null."""
    cdef rk_column[RK_ARROW_DEPTH] columns
    cdef int fault
    with nogil:
        fault = rk_arrow_bind(schema, array, skip, n_rows, columns)
    check_bound(out.name, fault)
    if fault or not rk_column_fits(columns, out.spec.fact.type):
        raise out.refusal(f"the Arrow type `{type_name(schema)}`")
    if outer != NULL:
        columns[0].outer_validity = outer.outer_validity
        columns[0].outer_start = outer.outer_start
    return out.append(columns)


cdef int check_bound(str name, int fault) except -1:
    if fault == RK_ARROW_SHAPE:
        raise misfit(name, "counts that contradict the type")
    return 0


cdef object misfit(str name, str found):
    """The error for structures that break the rules of the interface."""
    return ColumnError(shown(name), "what the Arrow C data interface describes", found)


cdef str type_name(const ArrowSchema *schema):
    """A type as the specification calls it, with that of its dictionary or its values."""
    text = (<bytes>schema.format).decode("ascii", "replace") if schema.format else ""
    if schema.dictionary:
        return f"dictionary of {type_name(schema.dictionary)}"
    if text.startswith("d:"):
        return f"decimal({shown(text[2:])})"
    if text.startswith("ts") and text.endswith(":"):
        return "timestamp without a time zone"
    name = next((_TYPES[text[:n]] for n in (3, 2, 1) if text[:n] in _TYPES), shown(text))
    if text in _LISTS and schema.n_children == 1 and schema.children and schema.children[0]:
        return f"{name} of {type_name(schema.children[0])}"
    return name
