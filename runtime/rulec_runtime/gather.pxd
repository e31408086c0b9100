# cython: language_level=3
from cpython.object cimport PyObject

from rulec_runtime.artifact cimport Artifact, EntityTable
from rulec_runtime.kernels cimport rk_facts
from rulec_runtime.workspace cimport Workspace

cdef bint gather_request(Workspace space, PyObject *facts) except -1
cdef bint gather_entity(Workspace space, EntityTable table, PyObject *facts) except -1
cdef size_t read_entries(Workspace space) noexcept
