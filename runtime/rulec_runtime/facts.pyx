# cython: language_level=3, embedsignature=True
"""Reads a request's facts: entity -> fact -> value becomes one class a facet.

In: the caller's own mappings or objects, and a `Workspace`. Out: classes and tags in it; `FactError`
for the first value that breaks the vocabulary, or a count of it where the program is not strict.

The caller's mapping is walked, not the vocabulary: so an undeclared name is found without a second
pass, and a request pays for the facts it gives. Every facet starts at the class of its absence; the
facet of a required fact starts at RK_NONE, and is missing if it still says so at the end.

INVARIANT: no name and no value is read by its own code while a dict or a list of the caller is being
walked, since that code may change what is walked. What needs it (a subclass, `__index__`, a
datetime) stops the walk at once; a snapshot is taken, and the walk goes on over that.

Thread-safety: reads the artifact only. A mapping may run the caller's code, so the workspace must
belong to this call alone.
"""

from collections.abc import Mapping

cimport cython
from cpython.dict cimport PyDict_Items, PyDict_Next
from cpython.list cimport PyList_GET_ITEM, PyList_GET_SIZE
from cpython.object cimport PyObject
from libc.string cimport memcpy

from rulec_runtime.artifact cimport (
    ROAD_FLAG,
    ROAD_NUMBER,
    ROAD_TAGS,
    ROAD_WORD,
    FactRoad,
    FactSpec,
)
from rulec_runtime.counters cimport Counters
from rulec_runtime.kernels cimport (
    RK_NONE,
    RK_REQUIRED,
    RK_SECTION_ASSUMPTIONS,
    RK_SECTION_FACTS,
    i64,
    rk_class_of_int,
    rk_class_of_word,
    rk_facet_of_tag,
    rk_facts_add,
    rk_fact,
    rk_program,
    u8,
    u64,
)
from rulec_runtime.names cimport Names
from rulec_runtime.objects cimport pairs_of_object
from rulec_runtime.plain cimport rp_ascii, rp_prefetch, rp_prefetch_dict, rp_small_int
from rulec_runtime.values cimport FOREIGN, OUTSIDE, READ, read_foreign, read_plain, settled, wrong

from rulec_runtime.errors import FactError
from rulec_runtime.wording import NOTHING, expected, given, shown, suggestion

cdef extern from "Python.h":
    object PyUnicode_FromObject(object text)

cdef enum:
    WHOLE = -2  # a dict was walked to its end
    N_PART = 16

cdef u64 _n_slow = 0
"""How often a dict was left while it was walked; whoever borrows from one looks here."""

cdef struct DictPart:
    # Some entries of a dict, borrowed: nothing may change it while they are looked at.
    PyObject *names[N_PART]
    PyObject *values[N_PART]
    Py_ssize_t ends[N_PART]     # where the next entry is taken
    Py_ssize_t at               # of the next part
    int n

_ENTITIES = "a mapping of entities, or an object with fields"
_FACTS = "a mapping of facts, or an object with fields"


cdef int forgive(Artifact artifact) except -1:
    """From here on what breaks the vocabulary is counted where strictness alone refuses it."""
    cdef EntityTable table
    artifact.counters = Counters(
        artifact.program.n_records[RK_SECTION_FACTS],
        artifact.program.n_records[RK_SECTION_ASSUMPTIONS],
    )
    for table in artifact.entities:
        table.counters = artifact.counters
    return 0


@cython.final
cdef class EntityClasses:
    pass


# --- a request -----------------------------------------------------------------------------------

cdef int read_facts(Workspace space, object facts) except -1:
    """Fills the facts of all entities."""
    cdef Artifact artifact = space.artifact
    cdef EntityTable table
    cdef size_t i
    space.clear_all()
    if type(facts) is dict:
        read_entities(artifact, <dict>facts, space.facts)
    else:
        read_pairs(artifact, entities_of(artifact, facts), 0, WHOLE, space.facts)
    for i in range(artifact.n_required):
        if space.classes[artifact.required[i]] == RK_NONE:
            for table in artifact.entities:
                check_required(table, space.facts + table.number)
    return 0


cdef int read_entity(Workspace space, EntityTable table, object facts) except -1:
    """Fills the facts of one entity. None: all of them are absent."""
    cdef rk_facts *out = space.facts + table.number
    space.clear(table.number)
    if type(facts) is EntityClasses:
        return take(table, <EntityClasses>facts, out)
    read_given(table, facts, out, WHOLE)
    check_required(table, out)
    return 0


cdef int take(EntityTable table, EntityClasses found, rk_facts *out) except -1:
    cdef u32 facet
    if not found.classes or found.n_scalars != table.n_scalars:
        raise TypeError(f"these are no classes of `{table.name}`")
    memcpy(out.classes, found.classes, table.n_scalars * sizeof(u32))
    for facet in found.tags:
        rk_facts_add(out, facet)
    return 0


cdef int read_entities(Artifact artifact, dict facts, rk_facts *out) except -1:
    """Reads the entities of a dict; from the first one that runs foreign code on, a snapshot."""
    cdef EntityTable table
    cdef DictPart part
    cdef dict given_facts
    cdef Py_ssize_t n = 0, stopped
    cdef u64 n_before
    cdef int i
    part.at = 0
    while take_part(facts, &part):
        for i in range(part.n):
            rp_prefetch_dict(part.values[i])
        for i in range(part.n):
            stopped = 0
            if type(<object>part.names[i]) is str:
                table = table_of(artifact, <object>part.names[i])
                if table is None or part.values[i] is <PyObject *>None:
                    stopped = WHOLE
                elif type(<object>part.values[i]) is dict:
                    given_facts = <dict>part.values[i]
                    n_before = _n_slow
                    stopped = walk(table, given_facts, out + table.number)
                    if _n_slow != n_before:
                        end_part(&part, i)
            if stopped != WHOLE:
                return read_pairs(artifact, PyDict_Items(facts), n, stopped, out)
            n += 1
            if i + 1 >= part.n:
                break
    return 0


cdef int read_pairs(
    Artifact artifact, list pairs, Py_ssize_t first, Py_ssize_t stopped, rk_facts *out
) except -1:
    """Reads entities from the first-th on, and that one from its fact `stopped` on."""
    cdef EntityTable table
    cdef Py_ssize_t i
    for i in range(first, len(pairs)):
        name, given_facts = pairs[i]
        table = table_of(artifact, name)
        if table is not None:
            read_given(table, given_facts, out + table.number, stopped)
        stopped = WHOLE
    return 0


cdef int read_given(
    EntityTable table, object facts, rk_facts *out, Py_ssize_t stopped
) except -1:
    """Reads an entity's facts; a dict that was walked already from the fact `stopped` on."""
    cdef list pairs
    cdef Py_ssize_t i
    if facts is None:
        return 0
    if type(facts) is dict:
        if stopped == WHOLE:
            stopped = walk(table, <dict>facts, out)
            if stopped == WHOLE:
                return 0
        pairs = PyDict_Items(facts)
    else:
        pairs = facts_of(table, facts)
        stopped = 0
    for i in range(stopped, len(pairs)):
        name, value = pairs[i]
        read_fact(table, name, value, out)
    return 0


cdef Py_ssize_t walk(EntityTable table, dict facts, rk_facts *out) except -1:
    """Reads facts until one needs foreign code: its place in the dict, or WHOLE."""
    cdef DictPart part
    cdef Py_ssize_t n = 0
    cdef int number, found, i
    part.at = 0
    while take_part(facts, &part):
        for i in range(part.n):
            if type(<object>part.names[i]) is not str:
                return n
            number = table.names.find(<object>part.names[i])
            if number < 0:
                name = <object>part.names[i]
                undeclared(table, name)
                end_part(&part, i)
            elif part.values[i] is not <PyObject *>None:
                found = read_in_place(table.program, table.roads + number, part.values[i], out)
                if found != READ:
                    value = <object>part.values[i]
                    end_part(&part, i)
                    if found == FOREIGN:
                        found = read_plain(table.facts[number], value, out)
                    if found == FOREIGN:
                        return n
                    if found == OUTSIDE:
                        tolerate(table, table.facts[number], value)
            n += 1
            if i + 1 >= part.n:
                break
    return WHOLE


cdef inline void end_part(DictPart *part, int last) noexcept:
    """Ends a part after an entry whose reading may let the collector run, and so change the dict."""
    global _n_slow
    _n_slow += 1
    part.n = last + 1
    part.at = part.ends[last]


cdef inline bint take_part(dict facts, DictPart *part) noexcept:
    """Takes the next entries of a dict, and asks for their values; False: there are no more."""
    part.n = 0
    while part.n < N_PART and PyDict_Next(
        facts, &part.at, part.names + part.n, part.values + part.n
    ):
        rp_prefetch(part.values[part.n])
        part.ends[part.n] = part.at
        part.n += 1
    return part.n > 0


cdef inline int read_in_place(
    const rk_program *program, const FactRoad *road, PyObject *value, rk_facts *out
) noexcept:
    """Reads a value of the kind that most are; FOREIGN: it may be plain, but of another kind."""
    cdef const rk_fact *fact = road.fact
    cdef u32 *class_of = out.classes + fact.first_facet
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *text
    cdef i64 number = 0
    cdef u32 kind = road.road
    if kind == ROAD_NUMBER:
        if not rp_small_int(value, &number):
            return FOREIGN
        if number < road.low or number > road.high:
            return OUTSIDE
        class_of[0] = rk_class_of_int(program, fact, number)
        return READ
    if kind == ROAD_WORD:
        text = rp_ascii(value, &n_bytes)
        if not text:
            return FOREIGN
        kind = rk_class_of_word(program, fact, text, n_bytes)
        if kind == RK_NONE:
            return OUTSIDE
        class_of[0] = kind
        return READ
    if kind == ROAD_FLAG:
        if <object>value is not True and <object>value is not False:
            return FOREIGN
        class_of[0] = <object>value is True
        return READ
    return read_tags_in_place(program, fact, value, out) if kind == ROAD_TAGS else FOREIGN


cdef inline int read_tags_in_place(
    const rk_program *program, const rk_fact *fact, PyObject *value, rk_facts *out
) noexcept:
    """Adds a list of ints of one digit; FOREIGN: it holds something else, some may be added."""
    cdef Py_ssize_t i, n
    cdef i64 tag = 0
    cdef u32 facet
    if type(<object>value) is not list:
        return FOREIGN
    n = PyList_GET_SIZE(<object>value)
    for i in range(n):
        rp_prefetch(<const void *>PyList_GET_ITEM(<object>value, i))
    for i in range(n):
        if not rp_small_int(PyList_GET_ITEM(<object>value, i), &tag):
            return FOREIGN
        facet = rk_facet_of_tag(program, fact, tag)
        if facet != RK_NONE:
            rk_facts_add(out, facet)
    return READ


cdef int read_fact(EntityTable table, object name, object value, rk_facts *out) except -1:
    """Reads one fact, by its own code where it takes that."""
    cdef FactSpec spec
    cdef int found, number = declared(table.names, name)
    if number < 0:
        return undeclared(table, name)
    if value is None:
        return 0
    spec = table.facts[number]
    found = read_plain(spec, value, out)
    if found == FOREIGN:
        found = read_foreign(spec, value, out)
    if found == OUTSIDE:
        tolerate(table, spec, value)
    return 0


cdef int check_required(EntityTable table, const rk_facts *out) except -1:
    cdef FactSpec spec
    for spec in table.required:
        if out.classes[spec.fact.first_facet] == RK_NONE:
            raise FactError(table.name, spec.name, expected(spec), NOTHING)
    return 0


cdef int tolerate(EntityTable table, FactSpec spec, object value) except -1:
    """A value outside its fact's domain counts as absent, which a required fact must not be."""
    if table.counters is None or spec.fact.presence == RK_REQUIRED:
        raise wrong(spec, value)
    table.counters.outside_domain(spec.number)
    return 0


cdef dict snapshot(Artifact artifact, object facts):
    """A request's declared facts as dicts of dicts, by values that no later change reaches."""
    cdef EntityTable table
    cdef int number
    found = {}
    for name, given_facts in entities_of(artifact, facts):
        number = declared(artifact.entity_names, name)
        if number < 0 or given_facts is None:
            continue
        table = artifact.entities[number]
        values = found[table.name] = {}
        for fact, value in facts_of(table, given_facts):
            number = declared(table.names, fact)
            if number >= 0:
                values[(<FactSpec>table.facts[number]).name] = settled(value)
    return found


# --- names ---------------------------------------------------------------------------------------

cdef inline int declared(Names names, object name) except -2:
    """The number of a name, or -1; a name of any kind, also one that lies about itself."""
    if type(name) is not str:
        if not isinstance(name, str):
            return -1
        name = PyUnicode_FromObject(name)
    return names.find(name)


cdef inline EntityTable table_of(Artifact artifact, object name):
    """The entity of a name. What nobody declared is an error, or counted, and None."""
    cdef int number = declared(artifact.entity_names, name)
    if number >= 0:
        return artifact.entities[number]
    if artifact.counters is None:
        hint = suggestion(shown(name), artifact.entity_numbers)
        raise FactError(
            shown(name), None, "an entity of the vocabulary" + hint, "an undeclared name"
        )
    artifact.counters.undeclared("", name)
    return None


cdef int undeclared(EntityTable table, object name) except -1:
    """Refuses, or counts, a name that no fact of an entity has."""
    if table.counters is None:
        hint = suggestion(shown(name), table.names.numbers)
        raise FactError(
            table.name, shown(name), "a fact of the vocabulary" + hint, "an undeclared name"
        )
    return table.counters.undeclared(table.name, name)


cdef list entities_of(Artifact artifact, object facts):
    """The entities that a mapping or an object gives: a snapshot, as (name, facts) pairs."""
    return pairs_of("facts", facts, artifact.entity_numbers, _ENTITIES)


cdef list facts_of(EntityTable table, object facts):
    """The facts that a mapping or an object gives: a snapshot, as (name, value) pairs."""
    return pairs_of(table.name, facts, table.names.numbers, _FACTS)


cdef list pairs_of(str place, object source, dict names, str what):
    if type(source) is dict:
        return PyDict_Items(source)
    if isinstance(source, Mapping):
        return [(name, source[name]) for name in list(source)]
    pairs = pairs_of_object(source, names)
    if pairs is None:
        raise FactError(place, None, what, given(source))
    return pairs
