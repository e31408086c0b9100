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
from cpython.dict cimport PyDict_Items
from libc.string cimport memcpy

from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.counters cimport Counters
from rulec_runtime.kernels cimport (
    RK_NONE,
    RK_REQUIRED,
    RK_SECTION_ASSUMPTIONS,
    RK_SECTION_FACTS,
    rk_facts_add,
)
from rulec_runtime.objects cimport pairs_of_object
from rulec_runtime.values cimport FOREIGN, OUTSIDE, read_foreign, read_plain, settled, wrong

from rulec_runtime.errors import FactError
from rulec_runtime.wording import NOTHING, expected, given, shown, suggestion

cdef extern from "Python.h":
    object PyUnicode_FromObject(object text)

cdef enum:
    WHOLE = -2  # a dict was walked to its end

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
    space.clear_all()
    if type(facts) is dict:
        read_entities(artifact, <dict>facts, space.facts)
    else:
        read_pairs(artifact, entities_of(artifact, facts), 0, WHOLE, space.facts)
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
    cdef Py_ssize_t n = 0, stopped
    for name, given_facts in facts.items():
        stopped = 0
        if type(name) is str:
            table = table_of(artifact, name)
            if table is None or given_facts is None:
                stopped = WHOLE
            elif type(given_facts) is dict:
                stopped = walk(table, <dict>given_facts, out + table.number)
        if stopped != WHOLE:
            return read_pairs(artifact, PyDict_Items(facts), n, stopped, out)
        n += 1
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
    cdef FactSpec spec
    cdef Py_ssize_t n = 0
    cdef int found
    for name, value in facts.items():
        if type(name) is not str:
            return n
        spec = spec_of(table, name)
        if spec is not None and value is not None:
            found = read_plain(spec, value, out)
            if found == FOREIGN:
                return n
            if found == OUTSIDE:
                tolerate(table, spec, value)
        n += 1
    return WHOLE


cdef int read_fact(EntityTable table, object name, object value, rk_facts *out) except -1:
    """Reads one fact, by its own code where it takes that."""
    cdef FactSpec spec = spec_of(table, name)
    cdef int found
    if spec is None or value is None:
        return 0
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
    found = {}
    for name, given_facts in entities_of(artifact, facts):
        number = declared(artifact.entity_numbers, name)
        if number is None or given_facts is None:
            continue
        table = artifact.entities[number]
        values = found[table.name] = {}
        for fact, value in facts_of(table, given_facts):
            spec = declared(table.fact_by_name, fact)
            if spec is not None:
                values[(<FactSpec>spec).name] = settled(value)
    return found


# --- names ---------------------------------------------------------------------------------------

cdef inline object declared(dict names, object name):
    """What a name stands for, or None; a name of any kind, also one that lies about itself."""
    if type(name) is not str:
        if not isinstance(name, str):
            return None
        name = PyUnicode_FromObject(name)
    return names.get(name)


cdef inline EntityTable table_of(Artifact artifact, object name):
    """The entity of a name. What nobody declared is an error, or counted, and None."""
    number = declared(artifact.entity_numbers, name)
    if number is not None:
        return artifact.entities[number]
    if artifact.counters is None:
        hint = suggestion(shown(name), artifact.entity_numbers)
        raise FactError(
            shown(name), None, "an entity of the vocabulary" + hint, "an undeclared name"
        )
    artifact.counters.undeclared("", name)
    return None


cdef inline FactSpec spec_of(EntityTable table, object name):
    """The fact of a name. What nobody declared is an error, or counted, and None."""
    spec = declared(table.fact_by_name, name)
    if spec is not None:
        return spec
    undeclared(table, name)
    return None


cdef int undeclared(EntityTable table, object name) except -1:
    """Refuses, or counts, a name that no fact of an entity has."""
    if table.counters is None:
        hint = suggestion(shown(name), table.fact_by_name)
        raise FactError(
            table.name, shown(name), "a fact of the vocabulary" + hint, "an undeclared name"
        )
    return table.counters.undeclared(table.name, name)


cdef list entities_of(Artifact artifact, object facts):
    """The entities that a mapping or an object gives: a snapshot, as (name, facts) pairs."""
    return pairs_of("facts", facts, artifact.entity_numbers, _ENTITIES)


cdef list facts_of(EntityTable table, object facts):
    """The facts that a mapping or an object gives: a snapshot, as (name, value) pairs."""
    return pairs_of(table.name, facts, table.fact_by_name, _FACTS)


cdef list pairs_of(str place, object source, dict names, str what):
    if type(source) is dict:
        return PyDict_Items(source)
    if isinstance(source, Mapping):
        return [(name, source[name]) for name in list(source)]
    pairs = pairs_of_object(source, names)
    if pairs is None:
        raise FactError(place, None, what, given(source))
    return pairs
