# cython: language_level=3
from cpython.object cimport PyObject

from rulec_runtime.artifact cimport Artifact
from rulec_runtime.ids cimport ProfileIds
from rulec_runtime.kernels cimport i64, rk_row, u32
from rulec_runtime.match cimport Request
from rulec_runtime.workspace cimport Spares

cdef class Givers:
    """What profiles and ids of one program stand for."""

    cdef Artifact artifact
    cdef Spares spares
    cdef tuple absent_rows      # a Row of each entity; None where a fact is required
    cdef list ids               # [n_entities] ProfileIds, or None where no ids were given out

    cdef tuple rows_without_facts(self)
    cdef ProfileIds ids_of(self, u32 entity)
    cdef bint find(self, u32 entity, PyObject *profile, rk_row *out) noexcept
    cdef object row_of(self, str entity, u32 number, object profile)
    cdef list rows_of(self, dict profiles)
    cdef u32 resolve(
        self, u32 point, u32 scenario, dict profiles, object as_of
    ) except? 0xFFFFFFFF
    cdef bint find_placed(self, PyObject *const *profiles, u32 n, Request request) noexcept
    cdef bint find_named(
        self, PyObject *const *profiles, tuple names, Request request
    ) except -1
    cdef u32 decide(self, Request request, u32 point, u32 scenario, i64 time) except? 0xFFFFFFFF
    cdef object resolve_named(
        self, u32 point, u32 scenario, object as_of, PyObject *const *profiles, tuple names
    )

cdef class Resolver:
    """One point of a program, asked for profiles by place."""

    cdef void *vectorcall       # what calls it; its place is known to the type
    cdef Givers givers
    cdef Artifact artifact
    cdef object point_code, scenario_name
    cdef u32 point_number, scenario_number

    cdef object ask(self, PyObject *const *profiles, Py_ssize_t n, object as_of)
    cdef object ask_slowly(self, PyObject *const *profiles, Py_ssize_t n, object as_of)
