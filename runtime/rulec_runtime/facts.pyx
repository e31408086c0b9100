# cython: language_level=3, embedsignature=True
"""Reads a request's facts: entity -> fact -> value becomes one class a facet.

In: the caller's own mappings or objects, and a `Workspace`. Out: classes and tags in it; `FactError`
for the first value that breaks the vocabulary, or a count of it where the program is not strict.

The caller's mapping is walked, not the vocabulary: so an undeclared name is found without a second
pass, and a request pays for the facts it gives. Every facet starts at the class of its absence; the
facet of a required fact starts at RK_NONE, and is missing if it still says so at the end.

Plain dicts are gathered (`gather`), and most values read where they lie. The others are read here, in
their order, and so is whatever else gives facts.

INVARIANT: no name and no value is read by its own code while a dict or a list of the caller is being
walked, since that code may change what is walked: all entries are held before the first of them is
read that way, and other mappings and objects give a snapshot.

Thread-safety: reads the artifact only. A mapping may run the caller's code, so the workspace must
belong to this call alone.
"""

from collections.abc import Mapping

cimport cython
from cpython.dict cimport PyDict_Items
from cpython.object cimport PyObject
from cpython.ref cimport Py_XDECREF, Py_XINCREF
from libc.string cimport memcpy

from rulec_runtime.artifact cimport FactSpec
from rulec_runtime.counters cimport Counters
from rulec_runtime.gather cimport gather_entity, gather_request, read_entries
from rulec_runtime.kernels cimport (
    RK_NONE,
    RK_REQUIRED,
    RK_SECTION_ASSUMPTIONS,
    RK_SECTION_FACTS,
    rk_facts_add,
)
from rulec_runtime.names cimport Names
from rulec_runtime.objects cimport pairs_of_object
from rulec_runtime.values cimport FOREIGN, OUTSIDE, read_foreign, read_plain, settled, wrong
from rulec_runtime.workspace cimport Entry

from rulec_runtime.errors import FactError
from rulec_runtime.wording import NOTHING, expected, given, shown, suggestion

cdef extern from "Python.h":
    object PyUnicode_FromObject(object text)

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
    if type(facts) is dict and gather_request(space, <PyObject *>facts):
        if read_entries(space):
            read_left(space)
    else:
        for name, given_facts in entities_of(artifact, facts):
            table = table_of(artifact, name)
            if table is not None:
                read_given(space, table, given_facts)
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
    read_given(space, table, facts)
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


cdef int read_given(Workspace space, EntityTable table, object facts) except -1:
    """Reads an entity's facts, whatever gives them."""
    cdef rk_facts *out = space.facts + table.number
    cdef int number
    if facts is None:
        return 0
    if type(facts) is dict and gather_entity(space, table, <PyObject *>facts):
        return read_left(space) if read_entries(space) else 0
    for name, value in facts_of(table, facts):
        number = declared(table.names, name)
        if number < 0:
            undeclared(table, name)
        elif value is not None:
            read_value(table, table.facts[number], value, out)
    return 0


cdef int read_left(Workspace space) except -1:
    """Reads the entries that are left, in their order, by code of their own where that takes it."""
    cdef size_t i, n = space.n_entries
    for i in range(n):
        Py_XINCREF(space.entries[i].value)
    try:
        for i in range(n):
            if space.entries[i].value:
                read_entry(space, space.entries + i)
    finally:
        for i in range(n):
            drop(space.entries + i)
    return 0


cdef int read_entry(Workspace space, const Entry *entry) except -1:
    cdef EntityTable table = space.artifact.entities[entry.entity]
    value = <object>entry.value
    if not entry.road:
        return undeclared(table, value)
    return read_value(
        table, table.facts[entry.road - table.roads], value, space.facts + entry.entity
    )


cdef void drop(Entry *entry) noexcept:
    """Lets go of an entry, whose last holder may run code of its own."""
    cdef PyObject *value = entry.value
    entry.value = NULL
    Py_XDECREF(value)


cdef int read_value(EntityTable table, FactSpec spec, object value, rk_facts *out) except -1:
    """Reads one value, which is not None, by its own code where it takes that."""
    cdef int found = read_plain(spec, value, out)
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
    return names.find(<PyObject *>name)


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
