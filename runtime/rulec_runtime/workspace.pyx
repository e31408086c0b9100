# cython: language_level=3, embedsignature=True
"""Memory for one request, as large as a program may ever need.

In: an `Artifact`. Out: `Workspace`: for every entity its facts, without any, room for the lists of an
open row, and for a match. It is used again for the next request, and what a request did not touch costs it nothing:
only tags that were set are taken away, and only scalars are reset.

Thread-safety: a workspace belongs to one call at a time.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from libc.string cimport memcpy

from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.kernels cimport (
    RK_BUSINESS,
    RK_N_LANES,
    RK_PRODUCT,
    RK_SECTION_DEFINITIONS,
    rk_facts_clear,
    rk_max_flat_rows,
    rk_max_streams,
    rk_n_heads,
    rk_program,
    rk_rest,
    rk_stream,
)

cdef enum:
    N_UNDECLARED = 64
"""Names beyond the vocabulary that a request may give and still be read in the fast way."""


@cython.final
cdef class Workspace:

    def __cinit__(self, Artifact artifact not None):
        cdef EntityTable table
        cdef rk_facts *facts
        self.artifact = artifact
        self.allocate()
        for table in artifact.entities:
            facts = self.facts + table.number
            facts.classes = self.classes + table.first_class
            facts.tags = self.tags + table.first_tag_word
            facts.touched = self.touched + table.first_tag
            facts.n_scalars = table.n_scalars
            self.lists[table.number] = self.all_lists + table.first_list
        self.clear_all()

    def __dealloc__(self):
        PyMem_Free(self.facts)
        PyMem_Free(self.lists)
        PyMem_Free(self.entries)
        PyMem_Free(self.entry_lists)
        PyMem_Free(<void *>self.room.flat_rows)
        PyMem_Free(self.room.streams)
        PyMem_Free(self.scratch.heads)
        PyMem_Free(self.scratch.rests)
        PyMem_Free(self.room.found[RK_PRODUCT])
        PyMem_Free(self.room.found[RK_BUSINESS])
        PyMem_Free(self.classes)
        PyMem_Free(self.tags)
        PyMem_Free(self.touched)
        PyMem_Free(self.all_lists)

    cdef int allocate(self) except -1:
        cdef Artifact artifact = self.artifact
        cdef size_t n_entities = len(artifact.entities)
        self.n_entities = n_entities
        self.facts = <rk_facts *>PyMem_Calloc(n_entities, sizeof(rk_facts))
        self.max_entries = len(artifact.facts) + N_UNDECLARED
        self.entries = <Entry *>PyMem_Calloc(self.max_entries, sizeof(Entry))
        self.entry_lists = <size_t *>PyMem_Calloc(self.max_entries, sizeof(size_t))
        self.lists = <rk_list **>PyMem_Calloc(n_entities, sizeof(rk_list *))
        self.classes = <u32 *>PyMem_Calloc(artifact.n_classes, sizeof(u32))
        self.tags = <u64 *>PyMem_Calloc(artifact.n_tag_words, sizeof(u64))
        self.touched = <u32 *>PyMem_Calloc(artifact.n_tags, sizeof(u32))
        self.all_lists = <rk_list *>PyMem_Calloc(artifact.n_lists, sizeof(rk_list))
        if not (
            self.facts and self.lists and self.classes and self.tags and self.touched
            and self.all_lists and self.entries and self.entry_lists
        ):
            raise MemoryError
        return self.allocate_room()

    cdef int allocate_room(self) except -1:
        cdef const rk_program *program = self.artifact.program
        cdef size_t n_lists = self.artifact.n_lists
        cdef size_t n_definitions = program.n_records[RK_SECTION_DEFINITIONS]
        cdef size_t n_flat_rows = 0, n_streams = 0
        cdef rk_room *room = &self.room
        cdef EntityTable table
        for table in self.artifact.entities:
            n_flat_rows += rk_max_flat_rows(program.entities + table.number)
            n_streams += rk_max_streams(program, program.entities + table.number)
        room.n_streams = n_streams
        room.flat_rows = <const u64 **>PyMem_Calloc(n_flat_rows, sizeof(u64 *))
        room.streams = <rk_stream *>PyMem_Calloc(RK_N_LANES * n_streams, sizeof(rk_stream))
        self.scratch.heads = <u32 *>PyMem_Calloc(rk_n_heads(n_lists), sizeof(u32))
        self.scratch.rests = <rk_rest *>PyMem_Calloc(n_lists, sizeof(rk_rest))
        room.found[RK_PRODUCT] = <u32 *>PyMem_Calloc(program.n_products, sizeof(u32))
        room.found[RK_BUSINESS] = <u32 *>PyMem_Calloc(
            n_definitions - program.n_products, sizeof(u32)
        )
        if not (
            room.flat_rows and room.streams and room.found[RK_PRODUCT] and room.found[RK_BUSINESS]
            and self.scratch.heads and self.scratch.rests
        ):
            raise MemoryError
        self.scratch.rows = room.flat_rows
        return 0

    cdef void clear(self, u32 entity) noexcept:
        """Leaves an entity without facts; the class of a required one is RK_NONE."""
        cdef EntityTable table = self.artifact.entities[entity]
        rk_facts_clear(self.facts + entity)
        memcpy(self.facts[entity].classes, table.absent, table.n_scalars * sizeof(u32))

    cdef void clear_all(self) noexcept:
        cdef size_t i
        for i in range(self.n_entities):
            rk_facts_clear(self.facts + i)
        memcpy(self.classes, self.artifact.absent, self.artifact.n_classes * sizeof(u32))


@cython.final
cdef class Spares:

    def __cinit__(self, Artifact artifact not None):
        # INVARIANT: the artifact does not know its spares, or the two would keep each other alive.
        self.artifact = artifact

    cdef Workspace take_workspace(self):
        """What the last call gave back, or new."""
        cdef Workspace space = self.workspace
        self.workspace = None
        return Workspace(self.artifact) if space is None else space

    cdef Asked asked_points(self, object codes):
        """Points, prepared; the tuple that was asked last is known by its object."""
        cdef Asked asked = self.asked
        if asked is None or asked.codes is not codes:
            asked = Asked(self.artifact, tuple(codes))
            self.asked = asked
        return asked
