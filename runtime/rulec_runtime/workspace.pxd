# cython: language_level=3
from cpython.object cimport PyObject

from rulec_runtime.artifact cimport Artifact, FactRoad
from rulec_runtime.asked cimport Asked
from rulec_runtime.kernels cimport rk_facts, rk_filling, rk_list, rk_room, u32, u64

cdef struct Entry:
    # A value as the caller gave it, borrowed.
    PyObject *value         # NULL once it was read; of a name that nobody declared the name
    const FactRoad *road    # of its fact; NULL: nobody declared it
    u32 entity

cdef class Workspace:
    """Memory for the facts of one request at a time, and for rows opened over them."""

    cdef Artifact artifact
    cdef size_t n_entities
    cdef rk_facts *facts        # [n_entities]
    cdef rk_list **lists        # [n_entities], each with room for an open row's
    cdef Entry *entries         # [max_entries], n_entries of the request that is read
    cdef size_t max_entries, n_entries
    cdef size_t *entry_lists    # [max_entries], n_lists of them: which entries are lists of tags
    cdef size_t n_lists
    cdef rk_room room           # for a match over open rows
    cdef rk_filling scratch     # what filling a row works in
    cdef u32 *classes           # [n_scalars], entity by entity, as are the next ones
    cdef u64 *tags              # [n_tag_words]
    cdef u32 *touched           # [n_tags]
    cdef rk_list *all_lists     # [n_lists]

    cdef int allocate(self) except -1
    cdef int allocate_room(self) except -1
    cdef void clear(self, u32 entity) noexcept
    cdef void clear_all(self) noexcept

cdef class Spares:
    """The working memory of one program that no call uses now."""

    cdef Artifact artifact
    cdef Workspace workspace    # or None
    cdef object request         # a Request, or None
    cdef Asked asked            # the points that were asked together last; or None

    cdef Asked asked_points(self, object codes)

    cdef Workspace take_workspace(self)
