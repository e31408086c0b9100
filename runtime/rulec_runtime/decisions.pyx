# cython: language_level=3, embedsignature=True
"""What a program can decide, as sequences whose elements are made when they are asked for.

In: a verified `Image`. Out: `Decisions` and `Codes`. Opening a program of 100,000 definitions makes
none of them; a server makes those that win.

Every configuration is known to be a JSON object once `Decisions` is made: a text that rk_json.h
knows for one is parsed on its first use, any other at once.

Thread-safety: an element is made and stored under the GIL, and whoever comes second takes what the
first one stored: one number is one object, always.
"""

from collections.abc import Sequence

cimport cython
from cpython.mem cimport PyMem_Calloc, PyMem_Free
from cpython.ref cimport Py_INCREF, Py_XDECREF

from rulec_runtime.kernels cimport (
    RK_NONE,
    RK_SECTION_DEFINITIONS,
    RK_SECTION_IMPLEMENTATIONS,
    RK_SECTION_POINTS,
    RK_SECTION_STRING_ENDS,
    RK_TRAIT_TIED,
    rk_binder_of,
    rk_has_trait,
    rk_implementation,
    rk_is_plain_json_object,
    rk_lane_of,
    rk_n_decisions,
    rk_string,
    u8,
)

from rulec_runtime.decision import PLATFORM, Decision
from rulec_runtime.embedded import read_read_only
from rulec_runtime.format import LANES


cdef class Made:

    def __cinit__(self, Image image not None, *_):
        self.image = image
        self.program = &image.program

    def __dealloc__(self):
        cdef Py_ssize_t i
        if self.made is not NULL:
            for i in range(self.n):
                Py_XDECREF(self.made[i])
            PyMem_Free(self.made)

    def __reduce__(self):
        raise TypeError("a program's parts cannot be pickled: send a tuple of them")

    cdef int room_for(self, Py_ssize_t n) except -1:
        self.made = <PyObject **>PyMem_Calloc(max(n, 1), sizeof(PyObject *))
        if self.made is NULL:
            raise MemoryError
        self.n = n
        return 0

    cdef int keep(self, u32 number) except -1:
        found = self.make(number)
        # INVARIANT: from this look to the store, no Python code runs.
        if self.made[number] is NULL:
            Py_INCREF(found)
            self.made[number] = <PyObject *>found
        return 0

    cdef object make(self, u32 number):
        raise TypeError("a sequence of nothing in particular")

    def __len__(self):
        return self.n

    def __getitem__(self, number):
        cdef Py_ssize_t i
        if isinstance(number, slice):
            return tuple([self.at(i) for i in range(*number.indices(self.n))])
        i = number
        if i < 0:
            i += self.n
        if i < 0 or i >= self.n:
            raise IndexError(f"{number} of {self.n}")
        return self.at(i)

    def __iter__(self):
        cdef Py_ssize_t i
        for i in range(self.n):
            yield self.at(i)

    def __reversed__(self):
        return reversed(self[:])

    def __contains__(self, value):
        return any(found == value for found in self)

    def index(self, value, start=0, stop=None):
        """The first number at which a value stands; ValueError where it does not."""
        return self[:].index(value, start, self.n if stop is None else stop)

    def count(self, value):
        """How often a value stands here."""
        return self[:].count(value)

    def __repr__(self):
        return f"<{self.n} {type(self).__name__.lower()}>"


@cython.final
cdef class Codes(Made):

    def __cinit__(self, Image image not None):
        self.room_for(self.program.n_records[RK_SECTION_DEFINITIONS])

    cdef object make(self, u32 number):
        return self.image.text(self.program.labels[number].code)


@cython.final
cdef class Decisions(Made):

    def __cinit__(
        self, Image image not None, str hash, Codes definition_codes, tuple point_codes
    ):
        self.hash = hash
        self.definition_codes = definition_codes
        self.point_codes = point_codes
        self.configs = {}
        self.room_for(rk_n_decisions(self.program))
        self.check_configs()

    cdef int check_configs(self) except -1:
        """Looks at each configuration once; ArtifactError for the first that is no JSON object."""
        cdef u32 i, config, n = 0
        cdef const u8 *text
        cdef u8 *seen = NULL
        try:
            for i in range(self.program.n_records[RK_SECTION_IMPLEMENTATIONS]):
                config = self.program.implementations[i].config
                if config == RK_NONE:
                    continue
                if seen is NULL:
                    seen = <u8 *>PyMem_Calloc(self.program.n_records[RK_SECTION_STRING_ENDS], 1)
                    if seen is NULL:
                        raise MemoryError
                if seen[config]:
                    continue
                seen[config] = 1
                text = rk_string(self.program, config, &n)
                if not rk_is_plain_json_object(text, n):
                    self.read_config(i)
        finally:
            PyMem_Free(seen)
        return 0

    cdef object read_config(self, u32 implementation):
        cdef u32 config = self.program.implementations[implementation].config
        if config == RK_NONE:
            return None
        found = self.configs.get(config)
        if found is None:
            found = read_read_only(
                "config",
                self.image.text(config),
                file=self.image.file,
                section="implementations",
                record=implementation,
            )
            found = self.configs.setdefault(config, found)
        return found

    cdef object make(self, u32 number):
        cdef const rk_program *program = self.program
        cdef u32 n_points = program.n_records[RK_SECTION_POINTS], point = number, runs, definition
        reason, code, kind, owner, blocked_by = "DEFAULT", PLATFORM, "platform", None, None
        if number < n_points:
            runs = program.points[point].implementation
        else:
            point = program.bindings[number - n_points].point
            runs = program.bindings[number - n_points].implementation
            definition = rk_binder_of(program, number - n_points)
            if runs == RK_NONE:
                reason, blocked_by = "BLOCKED", self.definition_codes.at(definition)
                runs = program.points[point].implementation
            else:
                is_tied = rk_has_trait(program.definitions + definition, RK_TRAIT_TIED)
                reason = "TIE" if is_tied else "MATCH"
                code = self.definition_codes.at(definition)
                kind = LANES[rk_lane_of(program, definition)]
                owner = self.image.text(program.labels[definition].owner)
        implementation = mode = config = None
        if runs != RK_NONE:
            implementation = self.image.text(program.implementations[runs].name)
            mode = self.image.text_or_none(program.implementations[runs].mode)
            config = self.read_config(runs)
        return Decision(
            number=number,
            point=self.point_codes[point],
            code=code,
            kind=kind,
            owner=owner,
            implementation=implementation,
            mode=mode,
            config=config,
            reason=reason,
            blocked_by=blocked_by,
            program_hash=self.hash,
        )


Sequence.register(Made)
