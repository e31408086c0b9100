# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.kernels cimport rk_facts, rk_head, rk_list, u32, u64

cdef class Workspace:
    """Memory for the facts of one request at a time, and for rows opened over them."""

    cdef Artifact artifact
    cdef rk_facts *facts        # [n_entities]
    cdef rk_list **lists        # [n_entities], each with room for an open row's
    cdef rk_head *heads         # room for those of all open rows
    cdef u32 *classes           # [n_scalars], entity by entity, as are the next ones
    cdef u64 *tags              # [n_tag_words]
    cdef u32 *touched           # [n_tags]
    cdef rk_list *all_lists     # [n_lists]

    cdef int allocate(self) except -1
    cdef void clear(self, u32 entity) noexcept
    cdef void clear_all(self) noexcept

cdef class Spares:
    """The working memory of one program that no call uses now."""

    cdef Artifact artifact
    cdef Workspace workspace    # or None
    cdef object request         # a Request, or None

    cdef Workspace take_workspace(self)
