# cython: language_level=3, embedsignature=True
"""Decides requests that are given as profiles, or as ids of profiles.

In: profiles by entity. Out: rows, and through them decisions. `Givers` knows what each stands for in
one program; `Resolver` is one point, prepared: its numbers are looked up once, and a call of it makes
neither a tuple nor a dict.

Thread-safety: what is found without running Python code is used before any can run, under the GIL.
"""

from cpython.object cimport PyObject

cimport cython
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_GET_ITEM

from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.kernels cimport RK_MAX_ENTITIES, i64, rk_match_resolve
from rulec_runtime.match cimport Request, take_request, time_of
from rulec_runtime.plain cimport rp_is_text
from rulec_runtime.profile cimport Profile, Row
from rulec_runtime.values cimport settled

from rulec_runtime.errors import ProfileError
from rulec_runtime.wording import given, suggestion

cdef extern from *:
    """
    /* From here on objects of a type are called by the vectorcallfunc that stands in them. */
    static inline void rp_call_by_vector(PyObject *type, Py_ssize_t offset) {
      ((PyTypeObject *)type)->tp_vectorcall_offset = offset;
      ((PyTypeObject *)type)->tp_flags |= Py_TPFLAGS_HAVE_VECTORCALL;
      PyType_Modified((PyTypeObject *)type);
    }
    """
    void rp_call_by_vector(object type, Py_ssize_t offset)

cdef extern from "Python.h":
    Py_ssize_t PyVectorcall_NARGS(size_t n)
    PyObject **PySequence_Fast_ITEMS(object sequence)


@cython.final
cdef class Givers:

    def __cinit__(self, Spares spares not None):
        self.artifact = spares.artifact
        self.spares = spares
        self.ids = [None] * len(self.artifact.entities)

    cdef ProfileIds ids_of(self, u32 entity):
        """The ids of an entity; made on first use."""
        found = self.ids[entity]
        if found is None:
            found = ProfileIds(self.spares, entity)
            # Making it may have run other code, which made one too.
            if self.ids[entity] is None:
                self.ids[entity] = found
        return self.ids[entity]

    cdef tuple rows_without_facts(self):
        """A `Row` of each entity that nothing is given of; None where a fact is required."""
        cdef EntityTable table
        if self.absent_rows is None:
            self.absent_rows = tuple(
                [
                    None if table.required else Row(self.spares, table.number, None)
                    for table in self.artifact.entities
                ]
            )
        return self.absent_rows

    cdef bint find(self, u32 entity, PyObject *profile, rk_row *out) noexcept:
        """Finds the row of a profile that is known as it is; False: look with `row_of`.

        The row lives as long as the profile, and runs no Python code.
        """
        cdef Row row
        if type(<object>profile) is Profile:
            row = (<Profile>profile).current
        elif <object>profile is None:
            if self.absent_rows is None:
                return False
            row = <Row>self.absent_rows[entity]
        elif type(<object>profile) is int and self.ids[entity] is not None:
            return (<ProfileIds>self.ids[entity]).find(<object>profile, out)
        else:
            return False
        if row is None or row.artifact is not self.artifact or row.entity != entity:
            return False
        out[0] = row.row
        return True

    cdef bint find_placed(
        self, PyObject *const *profiles, u32 n, Request request
    ) noexcept:
        """Finds the rows of the first n entities' profiles; those of the others have no facts."""
        cdef u32 i
        for i in range(n):
            if not self.find(i, profiles[i], request.rows + i):
                return False
        for i in range(n, <u32>request.space.n_entities):
            if not self.find(i, <PyObject *>None, request.rows + i):
                return False
        return True

    cdef bint find_named(
        self, PyObject *const *profiles, tuple names, Request request
    ) except -1:
        """Finds the rows of profiles by the names of their entities; False: look with `rows_of`."""
        cdef PyObject *placed[RK_MAX_ENTITIES]
        cdef u32 i, n = <u32>request.space.n_entities
        cdef Py_ssize_t k
        cdef int number
        for i in range(n):
            placed[i] = <PyObject *>None
        for k in range(len(names)):
            if not rp_is_text(PyTuple_GET_ITEM(names, k)):
                return False
            number = self.artifact.entity_names.find(PyTuple_GET_ITEM(names, k))
            if number < 0:
                return False
            placed[number] = profiles[k]
        return self.find_placed(placed, n, request)

    cdef u32 decide(self, Request request, u32 point, u32 scenario, i64 time) except? 0xFFFFFFFF:
        """The number of the strongest decision for the rows of a request."""
        request.start(time)
        if self.artifact.assumptions:
            request.check_assumptions()
        return rk_match_resolve(&request.cursor, point, scenario)

    cdef list rows_of(self, dict profiles):
        """One `Row` an entity, in their order."""
        cdef EntityTable table
        cdef list rows = list(self.rows_without_facts())
        for name, profile in profiles.items():
            number = self.artifact.entity_numbers.get(name)
            if number is None:
                hint = suggestion(name, self.artifact.entity_numbers)
                raise ProfileError(f"no entity `{name}`{hint}")
            if profile is not None:
                rows[number] = self.row_of(name, number, profile)
        for table in self.artifact.entities:
            if rows[table.number] is None:
                # Says which fact is required.
                rows[table.number] = Row(self.spares, table.number, None)
        return rows

    cdef object row_of(self, str entity, u32 number, object profile):
        """The row of a profile, or of an id of one."""
        if type(profile) is Profile:
            if (<Profile>profile).entity != entity:
                raise ProfileError(
                    f"`{entity}`: expected a profile of it, given one of "
                    f"`{(<Profile>profile).entity}`"
                )
            return (<Profile>profile).row_in(self.spares)
        place = settled(profile)
        if type(place) is not int:
            raise ProfileError(f"`{entity}`: expected a profile, given {given(profile)}")
        if self.ids[number] is None:
            raise ProfileError(f"`{entity}`: this program gave out no ids for it")
        return (<ProfileIds>self.ids[number]).row(place)

    cdef u32 resolve(
        self, u32 point, u32 scenario, dict profiles, object as_of
    ) except? 0xFFFFFFFF:
        """The number of the strongest decision for profiles by entity, which may have to be read."""
        cdef Request request
        cdef u32 decision
        time_of(self.artifact, as_of)
        request = take_request(self.spares)
        request.adopt(self.rows_of(profiles), as_of)
        decision = rk_match_resolve(&request.cursor, point, scenario)
        request.pins = None
        self.spares.request = request
        return decision

    cdef object resolve_named(
        self, u32 point, u32 scenario, object as_of, PyObject *const *profiles, tuple names
    ):
        """The strongest decision for profiles by entity, found as they are; None: ask `resolve`."""
        cdef i64 time = time_of(self.artifact, as_of)
        cdef Request request = <Request>self.spares.request
        # INVARIANT: from here to the decision no Python code runs, so the spare request stays ours
        # and the caller's profiles keep their rows.
        if request is None or not self.find_named(profiles, names, request):
            return None
        return self.artifact.decisions.at(self.decide(request, point, scenario, time))


cdef bint _is_called_by_vector = False


@cython.final
cdef class Resolver:
    """One point of a program, asked again and again; make one with `Program.resolver`.

    Call it with profiles by place, in the order of `program.entities`: each a `Profile`, an id of
    `Program.profile_ids`, or None; those left out at the end have no facts. `as_of` is as for
    `Program`. It answers the strongest decision, and raises what `Program.resolve_profiles` does;
    TypeError for more profiles than the program has entities.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, Givers givers not None, point, scenario=None):
        global _is_called_by_vector
        self.givers = givers
        self.artifact = givers.artifact
        self.point_number = self.artifact.point_number(point)
        self.scenario_number = self.artifact.scenario_number(scenario)
        self.point_code = point
        self.scenario_name = scenario
        givers.rows_without_facts()
        self.vectorcall = <void *>call_by_vector
        if not _is_called_by_vector:
            _is_called_by_vector = True
            rp_call_by_vector(
                Resolver, <char *>&self.vectorcall - <char *><void *><PyObject *>self
            )

    def __reduce__(self):
        raise TypeError("a resolver cannot be pickled: send the point's code")

    def __repr__(self):
        return f"<resolver of {self.point_code}: program {self.artifact.hash[:12]}>"

    @property
    def point(self) -> str:
        """The code of the point."""
        return self.point_code

    @property
    def scenario(self):
        """The scenario asked in, or None."""
        return self.scenario_name

    def __call__(self, *profiles, as_of=None):
        """The strongest decision for profiles by place."""
        cdef tuple taken = profiles
        return self.ask(PySequence_Fast_ITEMS(taken), len(taken), as_of)

    cdef object ask(self, PyObject *const *profiles, Py_ssize_t n, object as_of):
        cdef Artifact artifact = self.artifact
        cdef Request request
        cdef Givers givers = self.givers
        cdef i64 time = 0
        if as_of is not None or artifact.has_windows:
            time = time_of(artifact, as_of)
        request = <Request>givers.spares.request
        if request is None:
            return self.ask_slowly(profiles, n, as_of)
        # INVARIANT: from here to the decision no Python code runs, so the spare request stays ours
        # and the caller's profiles keep their rows.
        if n > <Py_ssize_t>request.space.n_entities:
            return self.ask_slowly(profiles, n, as_of)
        if not givers.find_placed(profiles, <u32>n, request):
            return self.ask_slowly(profiles, n, as_of)
        return artifact.decisions.at(
            givers.decide(request, self.point_number, self.scenario_number, time)
        )

    cdef object ask_slowly(self, PyObject *const *profiles, Py_ssize_t n, object as_of):
        """The same for profiles that have to be read first, or are refused."""
        cdef Artifact artifact = self.artifact
        cdef Py_ssize_t i
        if n > <Py_ssize_t>len(artifact.entities):
            raise TypeError(f"{n} profiles for {len(artifact.entities)} entities")
        named = {(<EntityTable>artifact.entities[i]).name: <object>profiles[i] for i in range(n)}
        return artifact.decisions.at(
            self.givers.resolve(self.point_number, self.scenario_number, named, as_of)
        )


cdef PyObject *call_by_vector(
    PyObject *resolver, PyObject *const *arguments, size_t n, PyObject *names
) except NULL:
    """A call of a resolver, as the interpreter makes it."""
    cdef Py_ssize_t n_profiles = PyVectorcall_NARGS(n)
    cdef object as_of = None, found
    if names and len(<tuple>names):
        if <tuple>names != ("as_of",):
            raise TypeError(f"expected `as_of` at the most, given {', '.join(<tuple>names)}")
        as_of = <object>arguments[n_profiles]
    found = (<Resolver>resolver).ask(arguments, n_profiles, as_of)
    Py_INCREF(found)
    return <PyObject *>found
