# cython: language_level=3
from rulec_runtime.artifact cimport Artifact
from rulec_runtime.kernels cimport i64, rk_match, rk_row, u32
from rulec_runtime.memo cimport Memo
from rulec_runtime.workspace cimport Spares, Workspace

cdef class Request:
    """Memory for one request at a time, and the cursor over it."""

    cdef Artifact artifact
    cdef Workspace space
    cdef Memo memo              # owns the rows that are kept there
    cdef rk_row *rows           # [n_entities]
    cdef list pins              # what owns the rows, where the workspace does not
    cdef i64 time               # of the request
    cdef rk_match cursor

    cdef int read(self, object facts, object as_of) except -1
    cdef int adopt(self, list rows, object as_of) except -1
    cdef int check_assumptions(self) except -1
    cdef void start(self, i64 time) noexcept

cdef class Match:
    """One request and one program, for every point."""

    cdef Artifact artifact
    cdef Spares spares      # takes the request back
    cdef Request request
    cdef object explainer   # as the program's
    cdef dict facts         # for the explainer; None: there is none, or the request gave ids
    cdef object as_of       # as given, for the explainer

    cdef void may_ask(self, object explainer, dict facts, object as_of)

cdef Request take_request(Spares spares)
cdef i64 time_of(Artifact artifact, object as_of) except? -1
