# cython: language_level=3, embedsignature=True
"""A compiled rule set that decides requests: what a server holds.

In: the bytes of an artifact. Out: `Program`, and through it decisions, matches, profiles, batches.

Thread-safety: a `Program` never changes. Its spare working memory is taken by one call and put back
when the call is done, under the GIL; a call that finds none makes its own.
"""

import os

cimport cython

from rulec_runtime.artifact cimport EntityTable
from rulec_runtime.kernels cimport RK_NONE, rk_match_identity, rk_match_resolve, u32
from rulec_runtime.match cimport Match, Request, take_request
from rulec_runtime.profile cimport Profile, Row

from rulec_runtime.artifact import MAX_PROGRAM_BYTES
from rulec_runtime.batch import Batch
from rulec_runtime.decision import PLATFORM
from rulec_runtime.errors import ArtifactError, ProfileError
from rulec_runtime.publish import publish
from rulec_runtime.wording import given, suggestion


@cython.final
cdef class Program:
    """A compiled rule set: immutable, ready to decide; open one with `open` or `from_bytes`.

    Facts are a mapping entity -> fact -> value. A fact is absent if it, or its entity, is not given
    or None. Every call that takes facts raises FactError for the first one that breaks the
    vocabulary; every call that takes a point raises PointError for one the program has not, and
    ScenarioError for a scenario it does not declare.

    `as_of` is the time of the request: an aware datetime, or RFC 3339 text. A program that holds
    windows needs one (`needs_as_of`); TimeError where it is missing, or no time.

    Thread-safety: may be used from any number of threads.
    """

    def __cinit__(self, data not None):
        cdef EntityTable table
        self.artifact = Artifact(data)
        self.spares = Spares(self.artifact)
        self.absent_rows = tuple(
            [
                None if table.required else Row(self.spares, table.number, None)
                for table in self.artifact.entities
            ]
        )

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
    def decisions(self) -> tuple:
        """Every decision the program can take, by number."""
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
        """What the compiler noted about the program; a new dict each time."""
        return self.artifact.manifest()

    def section_sizes(self) -> dict:
        """Records and bytes of each section of the file, by name."""
        return self.artifact.section_sizes()

    def resolve(self, point, facts, scenario=None, as_of=None):
        """The strongest decision at a point for a request's facts."""
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        cdef Request request = take_request(self.spares)
        request.read(facts, as_of)
        number = rk_match_resolve(&request.cursor, number, name)
        self.spares.request = request
        return self.artifact.decisions[number]

    def identify(self, facts, as_of=None) -> str:
        """The code of the business a request belongs to, or `platform`."""
        cdef u32 business
        cdef Request request = take_request(self.spares)
        request.read(facts, as_of)
        business = rk_match_identity(&request.cursor)
        self.spares.request = request
        return PLATFORM if business == RK_NONE else self.artifact.definition_codes[business]

    def match(self, facts, as_of=None):
        """One request for every point: a `Match`."""
        cdef Request request = take_request(self.spares)
        request.read(facts, as_of)
        return Match(self.spares, request)

    def profile(self, entity, facts):
        """The facts of one entity, read once: a `Profile`. ProfileError for an unknown entity."""
        return Profile(self.spares, entity, facts)

    def resolve_profiles(self, point, scenario=None, as_of=None, /, **profiles):
        """The strongest decision at a point for profiles by entity; one not given has no facts.

        The first three stand by place, since an entity may have any name. ProfileError where a
        profile is another entity's, or none.
        """
        cdef u32 number = self.artifact.point_number(point)
        cdef u32 name = self.artifact.scenario_number(scenario)
        cdef list rows = self.rows_of(profiles)
        cdef Request request = take_request(self.spares)
        request.adopt(rows, as_of)
        number = rk_match_resolve(&request.cursor, number, name)
        self.spares.request = request
        return self.artifact.decisions[number]

    def match_profiles(self, as_of=None, /, **profiles):
        """One request, given as profiles by entity, for every point: a `Match`."""
        cdef list rows = self.rows_of(profiles)
        cdef Request request = take_request(self.spares)
        request.adopt(rows, as_of)
        return Match(self.spares, request)

    def batch(self, columns, as_of=None):
        """Many requests at once, as columns named `entity.fact`: a `Batch`.

        `as_of` is the time of them all, or a column of times; see `Batch`.
        """
        return Batch(self.artifact, columns, as_of)

    def to_bytes(self) -> bytes:
        """The bytes of the program's file."""
        return self.artifact.image()

    def save(self, path) -> None:
        """Writes the program's file: whole or not at all, also for those who read meanwhile."""
        publish(path, self.artifact.image())

    cdef list rows_of(self, dict profiles):
        """One `Row` an entity, in their order."""
        cdef EntityTable table
        cdef list rows = list(self.absent_rows)
        for name, profile in profiles.items():
            number = self.artifact.entity_numbers.get(name)
            if number is None:
                hint = suggestion(name, self.artifact.entity_numbers)
                raise ProfileError(f"no entity `{name}`{hint}")
            if profile is not None:
                rows[number] = row_of(self.spares, name, profile)
        for table in self.artifact.entities:
            if rows[table.number] is None:
                # Says which fact is required.
                rows[table.number] = Row(self.spares, table.number, None)
        return rows


cdef Row row_of(Spares spares, object entity, object profile):
    if not isinstance(profile, Profile):
        raise ProfileError(f"`{entity}`: expected a profile, given {given(profile)}")
    if (<Profile>profile).entity != entity:
        raise ProfileError(
            f"`{entity}`: expected a profile of it, given one of `{(<Profile>profile).entity}`"
        )
    return (<Profile>profile).row_in(spares)


def open_program(path) -> Program:
    """Opens a compiled program: reads the file into private memory and verifies that.

    OSError where the file cannot be read, ArtifactError where it holds no program of this build.
    """
    with open(path, "rb") as file:
        n_bytes = os.fstat(file.fileno()).st_size
        if n_bytes > MAX_PROGRAM_BYTES:
            raise ArtifactError("size", "the program is larger than 4 GiB")
        # INVARIANT: never more than the size asked for: a device has no end.
        return Program(file.read(n_bytes))


def from_bytes(data) -> Program:
    """Opens a compiled program from its bytes; ArtifactError where they hold none."""
    return Program(data)
