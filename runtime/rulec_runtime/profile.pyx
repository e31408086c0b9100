# cython: language_level=3, embedsignature=True
"""Keeps what one entity's facts mean for a program, so that requests need not read them again.

In: an `Artifact`, an entity and its facts. Out: `Profile`.

A `Profile` holds a private copy of the facts and the row made of them. Used with another program
it makes that program's row on first use and remembers it in place of the old one.

Thread-safety: a `Row` never changes, and a `Profile` replaces its row as a whole, under the GIL.
"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc
from libc.string cimport memcpy

from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.facts cimport facts_of, read_entity, undeclared
from rulec_runtime.kernels cimport rk_row_fill, u64
from rulec_runtime.values cimport settled

from rulec_runtime.errors import ProfileError
from rulec_runtime.wording import shown, suggestion


@cython.final
cdef class Row:

    def __cinit__(self, Artifact artifact not None, u32 number, object facts):
        cdef EntityTable table = artifact.entities[number]
        cdef rk_row filled
        cdef u64 *signature = NULL
        cdef u32 *candidates = NULL
        cdef u32 *classes = NULL
        self.artifact = artifact
        try:
            signature = <u64 *>PyMem_Malloc(table.n_words * sizeof(u64))
            candidates = <u32 *>PyMem_Malloc(table.n_hangs * sizeof(u32))
            classes = <u32 *>PyMem_Malloc(table.n_facets * sizeof(u32))
            if not signature or not candidates or not classes:
                raise MemoryError
            read_entity(table, facts, classes)
            rk_row_fill(artifact.program, number, classes, signature, candidates, &filled)
            self.keep(table.n_words, &filled)
        finally:
            PyMem_Free(signature)
            PyMem_Free(candidates)
            PyMem_Free(classes)

    def __dealloc__(self):
        PyMem_Free(self.block)

    cdef int keep(self, u32 n_words, rk_row *filled) except -1:
        """Copies a row into memory of its own, which holds only the candidates it has."""
        cdef size_t word_bytes = n_words * sizeof(u64)
        cdef size_t candidate_bytes = (filled.n_candidates + filled.n_watches) * sizeof(u32)
        self.block = PyMem_Malloc(word_bytes + candidate_bytes)
        if not self.block:
            raise MemoryError
        memcpy(self.block, filled.signature, word_bytes)
        memcpy(<char *>self.block + word_bytes, filled.candidates, candidate_bytes)
        self.row = filled[0]
        self.row.signature = <const u64 *>self.block
        self.row.candidates = <const u32 *>(<char *>self.block + word_bytes)
        return 0


@cython.final
cdef class Profile:
    """The facts of one entity, read and kept; make one with `Program.profile`.

    Later changes of the facts it was made from do not reach it. A newer program reads the kept
    facts again on first use, and raises FactError then if its vocabulary refuses them; of an object
    it finds what the first program found on it.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, Artifact artifact not None, str entity not None, object facts):
        cdef EntityTable table = artifact.entities[number_of(artifact, entity)]
        self.entity = entity
        self.facts = {}
        if facts is not None:
            # A copy that no later change of the caller's values reaches.
            for name, value in facts_of(table, facts):
                if isinstance(name, str):
                    self.facts[name] = settled(value)
                else:
                    undeclared(table, name)
        self.row_in(artifact)

    def __reduce__(self):
        raise TypeError("a profile cannot be pickled: send its facts")

    def __repr__(self):
        return f"<profile of {self.entity}: {len(self.facts)} facts>"

    cdef Row row_in(self, Artifact artifact):
        """The row in a program."""
        cdef Row row = self.current
        if row is None or row.artifact is not artifact:
            row = Row(artifact, number_of(artifact, self.entity), self.facts)
            self.current = row
        return row


cdef u32 number_of(Artifact artifact, str entity) except? 0xFFFFFFFF:
    """The number of an entity; ProfileError with a suggestion where there is none."""
    number = artifact.entity_numbers.get(entity)
    if number is None:
        hint = suggestion(entity, artifact.entity_numbers)
        raise ProfileError(f"no entity `{shown(entity)}`{hint}")
    return number


cdef size_t row_bytes(EntityTable table, Row row):
    """Bytes of memory that a row of an entity takes."""
    cdef size_t n_terms = row.row.n_candidates + row.row.n_watches
    return sizeof(rk_row) + table.n_words * sizeof(u64) + n_terms * sizeof(u32)
