# cython: language_level=3, embedsignature=True
"""Cubes by number, in native code: rk_cubes.h and rk_escape.h behind Python's numbers and dicts.

In: the facets of a `World`, and cubes over them. Out: `CubeIndex`: which cubes a spot lies in, which
meet a cube or contain one, and whether a cube has a spot outside all those before it. It takes
facets to be independent; what is found where they are not is looked at again by who asks.

Thread-safety: use one in one thread; a search runs without the GIL, and a call meanwhile is refused.
"""

cimport cython
from cpython.mem cimport PyMem_RawFree, PyMem_RawMalloc
from libc.stdint cimport uint8_t, uint32_t, uint64_t

from rulec.analysis.witness import Undecided

cdef extern from "rk_escape.h" nogil:
    ctypedef struct rk_numbers:
        uint32_t *items
        uint32_t n
    ctypedef struct rk_cut:
        uint64_t *possible
        uint32_t n_words
        uint32_t rest
    ctypedef struct rk_cubes:
        uint32_t n_cuts
        uint32_t n_cubes
        rk_cut *cuts
        rk_numbers *cubes
        rk_numbers found
    ctypedef struct rk_part:
        uint32_t facet
        const uint64_t *words
    ctypedef enum rk_escape_end:
        RK_COVERED
        RK_ESCAPED
        RK_OVER_BUDGET
        RK_NO_MEMORY
    ctypedef struct rk_among:
        const uint32_t *place
        const uint8_t *also
        uint32_t limit
    ctypedef struct rk_escape:
        rk_among among
        uint64_t budget
        rk_numbers facets
        rk_numbers classes
        rk_numbers known
    bint rk_push(rk_numbers *to, uint32_t item)
    bint rk_cubes_make(rk_cubes *c, uint32_t n_cuts)
    void rk_cubes_free(rk_cubes *c)
    bint rk_cut_fill(rk_cut *cut, const uint64_t *possible, uint32_t n_words, uint32_t rest)
    bint rk_literal_add(rk_cubes *c, uint32_t facet, const uint64_t *words, uint32_t *number)
    bint rk_cube_add(rk_cubes *c, const uint32_t *literals, uint32_t n, uint32_t *number)
    bint rk_cube_remove(rk_cubes *c, uint32_t number)
    bint rk_cubes_at(
        rk_cubes *c, const uint32_t *facets, const uint32_t *classes, uint32_t n,
        const rk_among *among,
    )
    bint rk_cubes_around(rk_cubes *c, const rk_part *parts, uint32_t n)
    void rk_cubes_meeting(const rk_cubes *c, const rk_part *parts, uint32_t n, uint64_t *row)
    bint rk_escape_make(rk_escape *e, rk_cubes *cubes)
    void rk_escape_free(rk_escape *e)
    rk_escape_end rk_escape_run(rk_escape *e, const uint32_t *literals, uint32_t n)

cdef uint64_t UNBOUNDED = <uint64_t>-1


@cython.final
cdef class CubeIndex:
    """`possible[f]` is the bitmask of the classes facet f can have, `rest[f]` its class at rest."""

    cdef rk_cubes cubes
    cdef rk_escape search
    cdef dict literals
    cdef list possible
    cdef bint is_busy
    cdef readonly uint64_t looks

    def __cinit__(self, possible, rest):
        cdef uint32_t facet, n_words
        cdef bytes words
        if len(possible) != len(rest):
            raise ValueError("one class at rest for each facet")
        self.literals = {}
        self.possible = list(possible)
        if not rk_cubes_make(&self.cubes, len(possible)):
            raise MemoryError
        for facet in range(self.cubes.n_cuts):
            n_words = max(1, (int(possible[facet]).bit_length() + 63) // 64)
            if not possible[facet] >> rest[facet] & 1:
                raise ValueError("a facet rests in a class that it cannot have")
            words = possible[facet].to_bytes(8 * n_words, "little")
            if not rk_cut_fill(
                self.cubes.cuts + facet, <const uint64_t *><const char *>words, n_words, rest[facet]
            ):
                raise MemoryError
        if not rk_escape_make(&self.search, &self.cubes):
            raise MemoryError

    def __dealloc__(self):
        rk_escape_free(&self.search)
        rk_cubes_free(&self.cubes)

    def __len__(self):
        """How many cubes were added; a number is never used again."""
        return self.cubes.n_cubes

    def add(self, cube):
        """The number of one more cube."""
        cdef uint32_t number
        self.check()
        found = self.numbers(cube)
        cdef uint32_t n = len(found)
        cdef uint32_t *literals = <uint32_t *>PyMem_RawMalloc((n or 1) * sizeof(uint32_t))
        if literals == NULL:
            raise MemoryError
        try:
            for number in range(n):
                literals[number] = found[number]
            if not rk_cube_add(&self.cubes, literals, n, &number):
                raise MemoryError
        finally:
            PyMem_RawFree(literals)
        return number

    def remove(self, uint32_t number):
        """Take a cube out: no question finds it again."""
        self.check()
        if number >= self.cubes.n_cubes:
            raise IndexError(number)
        if not rk_cube_remove(&self.cubes, number):
            raise MemoryError

    def at(self, spot):
        """The cubes that a spot lies in, ascending."""
        cdef uint32_t i, facet, each
        cdef rk_among all_of_them
        all_of_them.place = NULL
        self.check()
        self.search.facets.n = self.search.classes.n = 0
        for facet, each in spot.items():
            if facet >= self.cubes.n_cuts or each >= 64 * self.cubes.cuts[facet].n_words:
                raise ValueError("a spot in no class of a facet")
            if each == self.cubes.cuts[facet].rest:
                continue
            if not rk_push(&self.search.facets, facet) or not rk_push(&self.search.classes, each):
                raise MemoryError
        if not rk_cubes_at(
            &self.cubes,
            self.search.facets.items,
            self.search.classes.items,
            self.search.facets.n,
            &all_of_them,
        ):
            raise MemoryError
        return self.found()

    def around(self, cube):
        """The cubes that contain one, ascending."""
        cdef Parts parts = self.parts(cube)
        if not rk_cubes_around(&self.cubes, parts.items, parts.n):
            raise MemoryError
        return self.found()

    def meeting(self, cube):
        """The cubes that share a spot with one, as a row of bits."""
        cdef Parts parts = self.parts(cube)
        cdef bytearray row = bytearray((self.cubes.n_cubes + 63) // 64 * 8)
        if self.cubes.n_cubes:
            rk_cubes_meeting(&self.cubes, parts.items, parts.n, <uint64_t *><char *>row)
        return int.from_bytes(row, "little")

    def escape(self, cube, const uint32_t[::1] places, uint32_t limit, also=None, budget=None):
        """A spot in a cube that lies in no cube of a smaller place than `limit`; None: no spot is.

        `places` gives each cube's place, and `also` is a bytearray in which cubes that stand in
        the way besides have a 1. `Undecided` where it takes more looks at cubes than `budget`; how
        many it took is in `looks`.
        """
        cdef uint32_t i, n
        cdef uint64_t given
        cdef const uint8_t[::1] marks = also
        cdef rk_escape_end end
        cdef uint32_t *literals
        self.check()
        if <uint32_t>places.shape[0] < self.cubes.n_cubes or (
            also is not None and <uint32_t>marks.shape[0] < self.cubes.n_cubes
        ):
            raise ValueError("a place and a mark for each cube")
        found = self.numbers(cube)
        n = len(found)
        literals = <uint32_t *>PyMem_RawMalloc((n or 1) * sizeof(uint32_t))
        if literals == NULL:
            raise MemoryError
        for i in range(n):
            literals[i] = found[i]
        self.search.among.place = &places[0] if places.shape[0] else NULL
        self.search.among.also = &marks[0] if also is not None and marks.shape[0] else NULL
        self.search.among.limit = limit
        given = UNBOUNDED if budget is None else max(0, budget)
        self.search.budget = given
        self.is_busy = True
        with nogil:
            end = rk_escape_run(&self.search, literals, n)
        self.is_busy = False
        self.looks = given - self.search.budget
        PyMem_RawFree(literals)
        if end == RK_NO_MEMORY:
            raise MemoryError
        if end == RK_OVER_BUDGET:
            return Undecided()
        if end == RK_COVERED:
            return None
        return {
            self.search.facets.items[i]: self.search.classes.items[i]
            for i in range(self.search.facets.n)
        }

    def covering(self):
        """The cubes that the last search found to cover, where it found no spot, ascending."""
        cdef uint32_t i
        self.check()
        return sorted({self.search.known.items[i] for i in range(self.search.known.n)})

    cdef int check(self) except -1:
        if self.is_busy:
            raise RuntimeError("another thread asks this index")
        return 0

    cdef list numbers(self, cube):
        """The literals of a cube, made where they are new; one that says nothing is left out."""
        cdef list found = []
        cdef uint32_t number
        for item in cube.items():
            known = self.literals.get(item)
            if known is None:
                facet, mask = item
                if not 0 <= facet < self.cubes.n_cuts or mask < 0:
                    raise ValueError("no such facet, or no set of its classes")
                every = self.possible[facet]
                if not mask & every:
                    raise ValueError("a cube without classes on a facet")
                if mask & every == every:
                    continue
                words = self.words(facet, mask)
                if not rk_literal_add(
                    &self.cubes, facet, <const uint64_t *><const char *>words, &number
                ):
                    raise MemoryError
                known = self.literals[item] = number
            found.append(known)
        return found

    cdef bytes words(self, uint32_t facet, mask):
        """A bitmask as all words of a facet; one of classes that it does not have is refused."""
        cdef uint32_t n_words = self.cubes.cuts[facet].n_words
        if mask.bit_length() > 64 * n_words:
            raise ValueError("a class that the facet does not have")
        return mask.to_bytes(8 * n_words, "little")

    cdef Parts parts(self, cube):
        cdef Parts parts = Parts(len(cube))
        self.check()
        for facet, mask in cube.items():
            if not 0 <= facet < self.cubes.n_cuts:
                raise ValueError("no such facet")
            parts.put(facet, self.words(facet, mask))
        return parts

    cdef list found(self):
        cdef uint32_t i
        cdef list found = [self.cubes.found.items[i] for i in range(self.cubes.found.n)]
        found.sort()
        return found


@cython.final
cdef class Parts:
    """A cube that is asked about, as sets of words that live as long as this."""

    cdef rk_part *items
    cdef uint32_t n
    cdef list kept

    def __cinit__(self, n):
        self.items = <rk_part *>PyMem_RawMalloc((n or 1) * sizeof(rk_part))
        if self.items == NULL:
            raise MemoryError
        self.kept = []

    def __dealloc__(self):
        PyMem_RawFree(self.items)

    cdef int put(self, uint32_t facet, bytes words) except -1:
        self.kept.append(words)
        self.items[self.n].facet = facet
        self.items[self.n].words = <const uint64_t *><const char *>words
        self.n += 1
        return 0
