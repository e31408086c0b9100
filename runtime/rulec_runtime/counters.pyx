# cython: language_level=3, embedsignature=True
"""Counts what a program that is not strict let pass.

In: undeclared names, values outside their fact's domain, broken assumptions, one at a time. Out: how
often, by reason and by name.

Memory is bounded by the program: a number a fact and an assumption, and at most MAX_NAMES undeclared
names of at most MAX_NAME characters; the others are counted without their names.

Thread-safety: every count is one step under the GIL and runs none of the caller's code, so none is
lost between threads.
"""

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free

MAX_NAMES = 256
MAX_NAME = 80


@cython.final
cdef class Counters:

    def __cinit__(self, u64 n_facts, u64 n_assumptions):
        self.outside = <u64 *>PyMem_Calloc(n_facts, sizeof(u64))
        self.broken = <u64 *>PyMem_Calloc(n_assumptions, sizeof(u64))
        if not self.outside or not self.broken:
            raise MemoryError
        self.n_facts = n_facts
        self.n_assumptions = n_assumptions
        self.names = {}

    def __dealloc__(self):
        PyMem_Free(self.outside)
        PyMem_Free(self.broken)

    cdef int undeclared(self, str entity, object name) except -1:
        """Counts a name the vocabulary does not declare: a fact's, or, where `entity` is "", an
        entity's."""
        cdef dict names
        self.n_undeclared += 1
        # A name of another type would be compared by its own code.
        if type(name) is not str or len(<str>name) > MAX_NAME:
            return 0
        names = self.names.get(entity)
        if names is None:
            names = self.names.setdefault(entity, {})
        n = names.get(name)
        if n is None:
            if self.n_names == MAX_NAMES:
                return 0
            self.n_names += 1
            n = 0
        names[name] = n + 1
        return 0

    cdef void outside_domain(self, u32 fact) noexcept:
        self.outside[fact] += 1

    cdef void broken_assumption(self, u32 assumption) noexcept:
        self.broken[assumption] += 1

    cdef int tolerate(self, tuple refusals, dict facts, tuple assumptions) except -1:
        """Counts what a batch let pass; `facts` and `assumptions` are the program's."""
        for refusal in refusals:
            if refusal.fact is None:
                self.broken[<u32>assumptions.index(refusal.reason)] += refusal.n_rows
            else:
                self.outside[<u32>facts[refusal.fact].number] += refusal.n_rows
        return 0

    def counts(self, facts, assumptions) -> dict:
        """Every count; `facts` and `assumptions` name the program's, by number."""
        outside = {facts[i]: self.outside[i] for i in range(self.n_facts) if self.outside[i]}
        broken = {
            assumptions[i]: self.broken[i] for i in range(self.n_assumptions) if self.broken[i]
        }
        names = {
            f"{entity}.{name}" if entity else name: n
            for entity, own in self.names.copy().items()
            for name, n in own.copy().items()
        }
        return {
            "undeclared": self.n_undeclared,
            "outside_domain": sum(outside.values()),
            "broken_assumptions": sum(broken.values()),
            "undeclared_names": names,
            "outside_domain_facts": outside,
            "assumptions_broken": broken,
        }
