# cython: language_level=3, embedsignature=True
"""Keeps what one entity's facts mean for a program, so that requests need not read them again.

In: the `Spares` of a program, an entity and its facts. Out: `Profile`.

A `Profile` holds a private copy of the facts and the row made of them. Used with another program
it makes that program's row on first use and remembers it in place of the old one.

Thread-safety: a `Row` never changes, and a `Profile` replaces its row as a whole, under the GIL.
"""

cimport cython
from cpython.mem cimport PyMem_Free, PyMem_Malloc, PyMem_Realloc

from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.facts cimport facts_of, read_entity, undeclared
from rulec_runtime.kernels cimport (
    rk_fill_bytes,
    rk_program,
    rk_row,
    rk_row_fill,
    rk_row_open,
    rk_row_rebase,
)
from rulec_runtime.values cimport settled

from rulec_runtime.errors import ProfileError
from rulec_runtime.wording import shown, suggestion


@cython.final
cdef class Row:

    def __cinit__(self, Spares spares not None, u32 number, object facts):
        cdef Workspace space = spares.take_workspace()
        self.artifact = spares.artifact
        self.entity = number
        read_entity(space, self.artifact.entities[number], facts)
        self.fill(space, number)
        spares.workspace = space

    def __dealloc__(self):
        PyMem_Free(self.block)

    cdef int fill(self, Workspace space, u32 entity) except -1:
        """Fills the row from the entity's facts, in memory that holds only what it has."""
        cdef const rk_program *program = self.artifact.program
        cdef rk_row row
        cdef void *block
        rk_row_open(program, entity, space.facts + entity, space.lists[entity], &row)
        block = PyMem_Malloc(rk_fill_bytes(program, entity, &row))
        if not block:
            raise MemoryError
        self.n_bytes = rk_row_fill(program, entity, &row, &space.scratch, block, &self.row)
        self.block = PyMem_Realloc(block, self.n_bytes)
        if not self.block:
            self.block = block
        rk_row_rebase(&self.row, block, self.block)
        return 0


@cython.final
cdef class Profile:
    """The facts of one entity, read and kept; make one with `Program.profile`.

    Later changes of the facts it was made from do not reach it. A newer program reads the kept
    facts again on first use, and raises FactError then if its vocabulary refuses them; of an object
    it finds what the first program found on it.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, Spares spares not None, str entity not None, object facts):
        cdef Artifact artifact = spares.artifact
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
        self.row_in(spares)

    def __reduce__(self):
        raise TypeError("a profile cannot be pickled: send its facts")

    def __repr__(self):
        return f"<profile of {self.entity}: {len(self.facts)} facts>"

    cdef Row row_in(self, Spares spares):
        """The row in a program."""
        cdef Row row = self.current
        cdef Artifact artifact = spares.artifact
        if row is None or row.artifact is not artifact:
            row = Row(spares, number_of(artifact, self.entity), self.facts)
            self.current = row
        return row


cdef u32 number_of(Artifact artifact, str entity) except? 0xFFFFFFFF:
    """The number of an entity; ProfileError with a suggestion where there is none."""
    number = artifact.entity_numbers.get(entity)
    if number is None:
        hint = suggestion(entity, artifact.entity_numbers)
        raise ProfileError(f"no entity `{shown(entity)}`{hint}")
    return number


cdef size_t row_bytes(Row row):
    """Bytes of memory that a row takes."""
    return sizeof(rk_row) + row.n_bytes
