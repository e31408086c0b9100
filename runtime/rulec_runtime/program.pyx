# cython: language_level=3, embedsignature=True, embedsignature.format=clinic, binding=False
"""A compiled rule set that decides requests: what a server holds.

In: the bytes of an artifact. Out: `Program`, and through it decisions, matches, profiles, batches.

Thread-safety: a `Program` never changes. Its spare working memory is taken by one call and put back
when the call is done, under the GIL; a call that finds none makes its own.
"""

from collections.abc import Mapping

cimport cython
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF

from rulec_runtime.arrays cimport is_array
from rulec_runtime.counters cimport Counters
from rulec_runtime.facts cimport forgive, snapshot
from rulec_runtime.kernels cimport RK_NONE, rk_match_identity, rk_match_resolve, u32
from rulec_runtime.match cimport Match, Request, take_request
from rulec_runtime.plain cimport rp_call, rp_stand_before
from rulec_runtime.profile cimport Profile, number_of
from rulec_runtime.request_json cimport decoded
from rulec_runtime.resolver cimport Givers, Resolver

from rulec_runtime.batch import Batch
from rulec_runtime.decision import PLATFORM
from rulec_runtime.errors import ExplainError
from rulec_runtime.image import image_in
from rulec_runtime.publish import publish
from rulec_runtime.refusals import REFUSED
from rulec_runtime.wording import NO_CONDITIONS


@cython.final
cdef class Program:
    """A compiled rule set: immutable, ready to decide; open one with `open` or `from_bytes`.

    Facts are a mapping entity -> fact -> value. In place of a mapping there may be an object whose
    fields are named so: a dataclass, a NamedTuple, an attrs or msgspec class, or any other. A fact is
    absent if it, or its entity, is not given or None.

    *Strict*, the default: every call that takes facts raises FactError for the first one that breaks
    the vocabulary, and AssumptionError for a request that breaks an assumption. With
    `strict=False` undeclared names are ignored, a value beyond its enum or its range counts as
    absent (a required fact must not be), and broken assumptions do not stop a request; `stats` counts
    all of it. A value of a wrong type is an error in both. Profile ids are read from columns that
    are held to the vocabulary in both.

    Every call that takes a point raises PointError for one the program has not, and ScenarioError for
    a scenario it does not declare.

    `as_of` is the time of the request: an aware datetime, or RFC 3339 text. A program that holds
    windows needs one (`needs_as_of`); TimeError where it is missing, or no time.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, data not None, *, strict=True, explainer=None):
        self.artifact = Artifact(data)
        self.spares = Spares(self.artifact)
        self.explainer = explainer
        self.givers = Givers(self.spares)
        if not strict:
            forgive(self.artifact)

    def __reduce__(self):
        raise TypeError("a program cannot be pickled: send its file, or `to_bytes()`")

    def __repr__(self):
        return (
            f"<program {self.hash[:12]}: {len(self.artifact.definition_codes)} definitions, "
            f"{len(self.points)} points>"
        )

    @property
    def hash(self) -> str:
        """The SHA-256 that names the program, in hex."""
        return self.artifact.hash

    @property
    def is_strict(self) -> bool:
        """Whether what breaks the vocabulary is an error, and not only counted."""
        return self.artifact.counters is None

    @property
    def refused(self) -> int:
        """What stands for a decision's number where a row has none: -1."""
        return REFUSED

    @property
    def decisions(self):
        """Every decision the program can take, by number; each is made when it is asked for."""
        return self.artifact.decisions

    @property
    def points(self) -> tuple:
        """The codes of the extension points, by number."""
        return self.artifact.point_codes

    @property
    def scenarios(self) -> tuple:
        """The declared scenarios, by number."""
        return self.artifact.scenario_names

    @property
    def needs_as_of(self) -> bool:
        """Whether some definition or binding has a window, so that a request must say its time."""
        return self.artifact.has_windows

    @property
    def entities(self) -> tuple:
        """The declared entities, each with `name`, `kind` and `facts`."""
        return self.artifact.entities

    @property
    def manifest(self) -> dict:
        """What the compiler noted about the program; a new dict each time.

        No decision needs it, so it is read when it is asked for: ArtifactError where it is no JSON.
        """
        return self.artifact.manifest()

    def described(self) -> dict:
        """What definitions say to people, by code: name, description, kpi, as far as they say it.

        A new dict each time, of all definitions.
        """
        return self.artifact.described()

    def section_sizes(self) -> dict:
        """Records and bytes of each section of the file, by name."""
        return self.artifact.section_sizes()

    def resolve(self, point, facts, scenario=None, as_of=None):
        """The strongest decision at a point for a request's facts."""
        return self.decide(point, facts, scenario, as_of)

    def identify(self, facts, as_of=None) -> str:
        """The code of the business a request belongs to, or `platform`."""
        cdef u32 business
        cdef Request request = self.reading(facts, as_of)
        business = rk_match_identity(&request.cursor)
        self.spares.request = request
        return PLATFORM if business == RK_NONE else self.artifact.definition_codes.at(business)

    def match(self, facts, as_of=None):
        """One request for every point: a `Match`."""
        cdef Match match
        cdef Request request = self.reading(facts, as_of)
        match = Match(self.spares, request)
        if self.explainer is not None:
            match.may_ask(self.explainer, snapshot(self.artifact, facts), as_of)
        return match

    def resolve_json(self, point, data, scenario=None, as_of=None):
        """The strongest decision at a point for a request's facts as JSON: UTF-8 bytes, or text.

        Numbers are read as decimals, exactly. JsonError, a FactError, where it is no JSON, or where
        a name stands twice in an object.
        """
        return self.decide(point, decoded(data), scenario, as_of)

    def match_json(self, data, as_of=None):
        """One request, given as JSON, for every point: a `Match`. JSON as in `resolve_json`."""
        return self.match(decoded(data), as_of)

    def explain(self, point, facts, code=None, scenario=None, as_of=None):
        """Why the winner of a point wins, and what kept the definition `code` from it.

        ExplainError where the program was opened from a file, which keeps no conditions, and for a
        code no definition has. Takes milliseconds: the rule set is evaluated in Python.
        """
        decision = self.resolve(point, facts, scenario, as_of)
        if self.explainer is None:
            raise ExplainError(NO_CONDITIONS)
        return self.explainer(snapshot(self.artifact, facts), decision, code, scenario, as_of)

    def profile(self, entity, facts):
        """The facts of one entity, read once: a `Profile`. ProfileError for an unknown entity."""
        return Profile(self.spares, entity, facts)

    def profile_ids(self, entity, columns):
        """Numbers that stand for profiles of one entity: int64 `[n_rows]`, one a row of `columns`.

        Columns are those of a batch, all of this entity: "item.price", say. An id is taken wherever a
        profile of the entity is, by this program in this process and its forked children. It is not a
        number to store: a newer program gives out others.

        Rows that mean the same to the program share an id. ProfileError for an unknown entity, and
        where the rows that differ take more than a GiB; ColumnError and FactError as for `batch`.
        """
        number = number_of(self.artifact, entity)
        return self.givers.ids_of(number).issue(columns)

    def stats(self) -> dict:
        """What the program has counted since it was opened, in a new dict.

        `undeclared`, `outside_domain`, `broken_assumptions`: how often a program that is not strict
        let that pass; `undeclared_names` (at most 256), `outside_domain_facts`, `assumptions_broken`:
        the same by name. `profile_ids`: the different profiles ids stand for; `profile_id_bytes`:
        what these take.
        """
        counters = self.artifact.counters
        if counters is None:
            counters = Counters(0, 0)
        ids = [each for each in self.givers.ids if each is not None]
        return {
            **counters.counts(tuple(self.artifact.facts), self.artifact.assumptions),
            "profile_ids": sum([len(each) for each in ids]),
            "profile_id_bytes": sum([each.n_bytes for each in ids]),
        }

    def resolve_profiles(self, point, scenario=None, as_of=None, /, **profiles):
        """The strongest decision at a point for profiles by entity; one not given has no facts.

        A profile is a `Profile`, or an id of `profile_ids`. The first three stand by place, since an
        entity may have any name. ProfileError where a profile is another entity's, an id that this
        program did not give out, or neither.
        """
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        number = self.givers.resolve(number, name, profiles, as_of)
        return self.artifact.decisions.at(number)

    def resolver(self, point, scenario=None):
        """One point, prepared for profiles by place: a `Resolver`, faster than `resolve_profiles`."""
        return Resolver(self.givers, point, scenario)

    def match_profiles(self, as_of=None, /, **profiles):
        """One request, given as profiles by entity, for every point: a `Match`."""
        cdef Match match
        cdef list rows = self.givers.rows_of(profiles)
        cdef Request request = take_request(self.spares)
        request.adopt(rows, as_of)
        match = Match(self.spares, request)
        if self.explainer is not None:
            match.may_ask(self.explainer, facts_kept(profiles), as_of)
        return match

    def batch(self, columns, as_of=None, on_bad="raise"):
        """Many requests at once, as columns named `entity.fact`: a `Batch`.

        `as_of` is the time of them all, or a column of times; `on_bad` is "raise", or "mark": then
        rows with bad values get the decision `refused`. See `Batch`. In a mapping an int64 array of
        `profile_ids`, a row each, may stand under its entity's name; ProfileError, with the row, for
        one that this program did not give out for it. What a program that is not
        strict lets pass is counted when the batch is made.
        """
        cdef Counters counters = self.artifact.counters
        if isinstance(columns, Mapping):
            columns = with_rows(self.givers, columns)
        batch = Batch(self.artifact, columns, as_of, on_bad, counters is None)
        if counters is not None:
            counters.tolerate(batch.tolerated, self.artifact.facts, self.artifact.assumptions)
        return batch

    def to_bytes(self) -> bytes:
        """The bytes of the program's file."""
        return self.artifact.image()

    def save(self, path) -> None:
        """Writes the program's file: whole or not at all, also for those who read meanwhile."""
        publish(path, self.artifact.image())

    cdef object decide(self, object point, object facts, object scenario, object as_of):
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        cdef Request request = self.reading(facts, as_of)
        number = rk_match_resolve(&request.cursor, number, name)
        self.spares.request = request
        return self.artifact.decisions.at(number)

    cdef Request reading(self, object facts, object as_of):
        """A request's facts, read; working memory that stops in the middle serves the next one."""
        cdef Request request = take_request(self.spares)
        try:
            request.read(facts, as_of)
        except:
            self.spares.request = request
            raise
        return request


cdef PyObject *resolve_profiles_in_place(
    PyObject *program, PyObject *const *given, Py_ssize_t n, PyObject *names
) except NULL:
    """`Program.resolve_profiles` for profiles that are known as they are: no dict of them is made."""
    cdef Artifact artifact
    cdef u32 point, scenario
    found = None
    if names and 1 <= n <= 3:
        artifact = (<Program>program).artifact
        point = artifact.point_number(<object>given[0])
        scenario = artifact.scenario_number(<object>given[1] if n > 1 else None)
        found = (<Program>program).givers.resolve_named(
            point, scenario, <object>given[2] if n > 2 else None, given + n, <tuple>names
        )
    if found is None:
        return resolve_profiles(program, given, n, names)
    Py_INCREF(found)
    return <PyObject *>found


cdef rp_call resolve_profiles = rp_stand_before(
    <PyObject *>Program.resolve_profiles, resolve_profiles_in_place
)
"""What a call of other arguments, or of profiles that must be read, goes on to."""


cdef dict with_rows(Givers givers, object columns):
    """Columns by name; arrays of profile ids have become the rows that these stand for."""
    cdef dict found = {name: columns[name] for name in columns}
    for name, number in givers.artifact.entity_numbers.items():
        if is_array(found.get(name)):
            found[name] = givers.ids_of(number).picked(found[name])
    return found


cdef dict facts_kept(dict profiles):
    """The facts that profiles by entity were made from; None where an id stands among them."""
    cdef dict found = {}
    for name, profile in profiles.items():
        if type(profile) is Profile:
            found[name] = (<Profile>profile).facts
        elif profile is not None:
            return None
    return found


def open_program(path, *, bint shared=False, strict=True) -> Program:
    """Opens a compiled program: reads the file into private memory and verifies that copy.

    `shared=True` maps the file instead, and processes that do so have one copy among them. It is
    for publishers who replace files only by renaming another into their place: what is written into
    the mapped file shows unverified, and where the file is cut short the process dies of SIGBUS.

    `strict` is as for `Program`. OSError where the file cannot be read, ArtifactError where it holds
    no program of this build.
    """
    return Program(image_in(path, shared), strict=strict)


def from_bytes(data, *, strict=True, explainer=None) -> Program:
    """Opens a compiled program from its bytes; ArtifactError where they hold none.

    `strict` is as for `Program`; `explainer` answers `Program.explain`, for who has the rule set.
    """
    return Program(data, strict=strict, explainer=explainer)
