# cython: language_level=3, embedsignature=True
"""Reads columns and tables that come through the Arrow C interfaces.

In: any object with `__arrow_c_stream__` or `__arrow_c_array__`: an array or a chunked array as one
column, a record batch, a table or a reader as all of them. Out: their rows, added to `FactColumn`s.

No Arrow library is needed: the interface is a few C structs (rk_arrow.h). Pieces of a stream are
read in place one after the other, and each is released before the next one is asked for.
"""

from types import MappingProxyType

cimport cython
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from cpython.pycapsule cimport PyCapsule_GetPointer, PyCapsule_IsValid
from libc.stdint cimport SIZE_MAX
from libc.string cimport memset

from rulec_runtime.columns cimport RK_COLUMN_CODES, rk_classify, rk_column_fits
from rulec_runtime.kernels cimport u32

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
        return ColumnError(self.name, "what the Arrow C data interface describes", given)

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


cdef int read_arrow_column(FactColumn out, object source) except -1:
    """Adds the rows of an array or a stream of arrays to a column."""
    pieces = ArrowPieces(out.name, source)
    while pieces.next():
        append_piece(out, &pieces.schema, &pieces.array, 0, pieces.array.length)
    return 0


cdef tuple read_arrow_table(Artifact artifact, object source):
    """Reads a table whose columns are named `entity.fact`: its columns and number of rows."""
    cdef Py_ssize_t i
    cdef u64 n_rows = 0
    pieces = ArrowPieces(TABLE, source)
    columns = columns_of(artifact, pieces)
    while pieces.next():
        check_piece(pieces)
        for i, column in enumerate(columns):
            append_piece(
                column, pieces.schema.children[i], pieces.array.children[i],
                pieces.array.offset, pieces.array.length,
            )
        n_rows += pieces.array.length
    return columns, n_rows


cdef list columns_of(Artifact artifact, ArrowPieces pieces):
    cdef int64_t i
    if type_name(&pieces.schema) != "struct":
        raise ColumnError(TABLE, "a table of columns", f"an array of `{type_name(&pieces.schema)}`")
    if pieces.schema.n_children > 0 and not pieces.schema.children:
        raise pieces.refusal("a table without its columns")
    columns = {}
    for i in range(pieces.schema.n_children):
        raw = pieces.schema.children[i].name
        name = (<bytes>raw).decode("utf-8", "replace") if raw else ""
        if name in columns:
            raise ColumnError(shown(name), "one column of a name", "two")
        columns[name] = FactColumn(spec_of(artifact, name))
    return list(columns.values())


cdef FactSpec spec_of(Artifact artifact, object name):
    """The fact a column is named after."""
    spec = artifact.facts.get(name) if isinstance(name, str) else None
    if spec is None:
        hint = suggestion(shown(name), artifact.facts)
        raise ColumnError(
            shown(name), "the name `entity.fact` of a declared fact" + hint, "an undeclared name"
        )
    return spec


cdef int check_piece(ArrowPieces pieces) except -1:
    """Refuses a piece of a table that is no table, or has rows that are null as a whole."""
    if pieces.array.n_children != pieces.schema.n_children or (
        pieces.array.n_children > 0 and not pieces.array.children
    ):
        raise pieces.refusal(f"{pieces.array.n_children} columns of {pieces.schema.n_children}")
    if not rk_arrow_has_length(&pieces.array):
        raise pieces.refusal("a length out of range")
    if rk_arrow_has_null(&pieces.array):
        raise ColumnError(TABLE, "rows that are there", "rows that are null as a whole")
    return 0


cdef int append_piece(
    FactColumn out, const ArrowSchema *schema, const ArrowArray *array, u64 skip, u64 n_rows
) except -1:
    """Adds rows [skip, skip + n_rows) of an array to a column."""
    cdef rk_column column, inner
    cdef int fault
    with nogil:
        fault = rk_arrow_bind(schema, array, skip, n_rows, &column, &inner)
    if fault == RK_ARROW_SHAPE:
        raise ColumnError(
            out.name, "what the Arrow C data interface describes", "counts that contradict the type"
        )
    if fault == RK_ARROW_ENDS:
        raise ColumnError(out.name, "offsets that ascend, within the values", "others")
    if fault or not rk_column_fits(&column, out.spec.fact.type):
        raise out.refusal(f"the Arrow type `{type_name(schema)}`")
    if column.kind == RK_COLUMN_CODES:
        append_codes(out, &column)
    else:
        out.append(&column)
    return 0


cdef int append_codes(FactColumn out, rk_column *column) except -1:
    """Adds rows of a dictionary column: each of its words is classified once."""
    cdef u32 *classes
    cdef u32 k
    if column.inner.n_rows >= SIZE_MAX // sizeof(u32) // out.n_planes:
        raise MemoryError
    classes = <u32 *>PyMem_RawMalloc(column.inner.n_rows * out.n_planes * sizeof(u32))
    if not classes:
        raise MemoryError
    try:
        with nogil:
            for k in range(out.n_planes):
                rk_classify(
                    out.spec.program, out.spec.fact, k, column.inner, 0, column.inner.n_rows,
                    classes + k * column.inner.n_rows,
                )
        column.classes = classes
        out.append(column)
    finally:
        PyMem_RawFree(classes)
    return 0


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
    if text in ("+l", "+L") and schema.n_children == 1 and schema.children and schema.children[0]:
        return f"{name} of {type_name(schema.children[0])}"
    return name
