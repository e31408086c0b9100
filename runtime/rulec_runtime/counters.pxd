# cython: language_level=3
from rulec_runtime.kernels cimport u32, u64

cdef class Counters:
    """What a program that is not strict let pass, by reason."""

    cdef u64 n_undeclared
    cdef u64 n_facts
    cdef u64 n_assumptions
    cdef u64 *outside       # [n_facts]
    cdef u64 *broken        # [n_assumptions]
    cdef dict names         # entity, "" for entities -> undeclared name -> how often
    cdef u32 n_names

    cdef int undeclared(self, str entity, object name) except -1
    cdef void outside_domain(self, u32 fact) noexcept
    cdef void broken_assumption(self, u32 assumption) noexcept
    cdef int tolerate(self, tuple refusals, dict facts, tuple assumptions) except -1
