# cython: language_level=3, embedsignature=True
"""Gathers the values of plain dicts, and reads those that are of the usual kinds where they lie.

In: a dict of facts, or of entities, and a `Workspace`. Out: the values as its *entries*, each with the
road of its fact; then classes and tags for those that the interpreter's own memory says enough about.

A request is some forty objects of the caller's heap, most of them far away, and what waits for one of
them waits as long as the whole decision takes. So it is walked level by level: whatever one level
names is asked for before the next one is looked at, and nothing is read before all of it was.

INVARIANT: entries are borrowed. From the first one on no object is made, no count of references
falls to zero and no code but ours runs, until every entry is read or `facts` holds it. A dict that
does not fit leaves nothing behind, and is read some other way.

Thread-safety: one step under the GIL.
"""

from cpython.tuple cimport PyTuple_GET_ITEM

from rulec_runtime.artifact cimport (
    ROAD_FLAG,
    ROAD_NUMBER,
    ROAD_OTHER,
    ROAD_TAGS,
    ROAD_WORD,
    FactRoad,
)
from rulec_runtime.kernels cimport (
    RK_DECIMAL,
    RK_INT,
    RK_MAX_ENTITIES,
    RK_NONE,
    RK_TAGS_STRING,
    RK_TIME,
    RK_TREE,
    i64,
    rk_class_of_int,
    rk_class_of_word,
    rk_decimal_of_double,
    rk_facet_of_word,
    rk_facets_of_tags,
    rk_fact,
    rk_facts_add,
    rk_is_path,
    rk_program,
    rk_side_class_of_int,
    rk_side_class_of_text,
    rk_time_of_text,
    u8,
    u32,
    u64,
)
from rulec_runtime.plain cimport (
    rp_ascii,
    rp_flag,
    rp_is_dict,
    rp_is_list,
    rp_is_text,
    rp_items,
    rp_n_items,
    rp_n_members,
    rp_next,
    rp_prefetch,
    rp_prefetch_items,
    rp_prefetch_keys,
    rp_prefetch_value,
    rp_small_int,
)
from rulec_runtime.workspace cimport Entry

cdef extern from "Python.h":
    bint PyFloat_CheckExact(PyObject *value) nogil
    double PyFloat_AS_DOUBLE(PyObject *value) nogil

cdef extern from "rk_decimal.h" nogil:
    enum:
        RK_VALUE_FINE
    u32 rk_decimal_of_int(i64 value, u32 scale, i64 *out)
    u32 rk_decimal_of_text(const u8 *s, u64 n, u32 scale, i64 *out)

cdef enum:
    N_TAGS = 32     # of a list are looked up together


cdef bint gather_request(Workspace space, PyObject *facts) except -1:
    """Gathers a dict of dicts by entity; False: it is, or holds, something else."""
    cdef Artifact artifact = space.artifact
    cdef PyObject *names[RK_MAX_ENTITIES]
    cdef PyObject *values[RK_MAX_ENTITIES]
    cdef Py_ssize_t at = 0, i, n = 0, left = rp_n_members(facts)
    cdef int number
    space.n_entries = space.n_lists = 0
    if left > <Py_ssize_t>space.n_entities:
        return False
    while n < left and rp_next(facts, &at, names + n, values + n):
        rp_prefetch(values[n])
        n += 1
    for i in range(n):
        if values[i] != <PyObject *>None:
            if not rp_is_dict(values[i]):
                return False
            rp_prefetch_keys(values[i])
    for i in range(n):
        if not rp_is_text(names[i]):
            return False
        number = artifact.entity_names.find(names[i])
        if number < 0:
            return False
        if values[i] != <PyObject *>None and not gather(
            space, <EntityTable>PyTuple_GET_ITEM(artifact.entities, number), values[i]
        ):
            return False
    return True


cdef bint gather_entity(Workspace space, EntityTable table, PyObject *facts) except -1:
    """Gathers the facts of one entity from a dict; False: it holds something else."""
    space.n_entries = space.n_lists = 0
    rp_prefetch_keys(facts)
    return gather(space, table, facts)


cdef inline bint gather(Workspace space, EntityTable table, PyObject *facts) except -1:
    cdef PyObject *name
    cdef PyObject *value
    cdef Entry *entry
    cdef Py_ssize_t at = 0, left = rp_n_members(facts)
    cdef int number
    if left > <Py_ssize_t>(space.max_entries - space.n_entries):
        return False
    while left > 0 and rp_next(facts, &at, &name, &value):
        left -= 1
        if not rp_is_text(name):
            return False
        number = table.names.find(name)
        entry = space.entries + space.n_entries
        entry.entity = table.number
        if number < 0:
            entry.road = NULL
            entry.value = name
            space.n_entries += 1
        elif value != <PyObject *>None:
            rp_prefetch_value(value)
            entry.road = table.roads + number
            entry.value = value
            if entry.road.road == ROAD_TAGS:
                space.entry_lists[space.n_lists] = space.n_entries
                space.n_lists += 1
            space.n_entries += 1
    return True


cdef size_t read_entries(Workspace space) noexcept:
    """Reads what it can of the entries, and takes it out of them; how many are left."""
    cdef const rk_program *program = space.artifact.program
    cdef Entry *entry = space.entries
    cdef Entry *end = entry + space.n_entries
    cdef size_t i, n_left = 0
    cdef bint is_read
    for i in range(space.n_lists):
        rp_prefetch_items(space.entries[space.entry_lists[i]].value)
    while entry < end:
        if entry.road == NULL:
            n_left += 1
        elif entry.road.road != ROAD_TAGS:
            if entry.road.road == ROAD_OTHER:
                is_read = read_other_in_place(
                    program, entry.road, entry.value, space.facts + entry.entity
                )
            else:
                is_read = read_scalar_in_place(
                    program, entry.road, entry.value, space.facts[entry.entity].classes
                )
            if is_read:
                entry.value = NULL
            else:
                n_left += 1
        entry += 1
    for i in range(space.n_lists):
        entry = space.entries + space.entry_lists[i]
        if read_tags_in_place(program, entry.road.fact, entry.value, space.facts + entry.entity):
            entry.value = NULL
        else:
            n_left += 1
    return n_left


cdef inline bint read_scalar_in_place(
    const rk_program *program, const FactRoad *road, PyObject *value, u32 *classes
) noexcept:
    """Reads a value of the kind that most are; False: it is of another, or outside its domain."""
    cdef const rk_fact *fact = road.fact
    cdef u32 *class_of = classes + fact.first_facet
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *text
    cdef i64 number = 0
    cdef u32 found
    cdef int flag
    if road.road == ROAD_NUMBER:
        if not rp_small_int(value, &number) or number < road.low or number > road.high:
            return False
        class_of[0] = rk_class_of_int(program, fact, number)
        return True
    if road.road == ROAD_WORD:
        text = rp_ascii(value, &n_bytes)
        if not text:
            return False
        found = rk_class_of_word(program, fact, text, n_bytes)
        if found == RK_NONE:
            return False
        class_of[0] = found
        return True
    if road.road == ROAD_FLAG:
        flag = rp_flag(value)
        if flag < 0:
            return False
        class_of[0] = <u32>flag
        return True
    return False


cdef bint read_other_in_place(
    const rk_program *program, const FactRoad *road, PyObject *value, rk_facts *out
) noexcept:
    """Reads a value of a type that has more than one kind, or more to say than one class."""
    cdef const rk_fact *fact = road.fact
    cdef u32 *class_of = out.classes + fact.first_facet
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *text
    cdef i64 number = 0
    cdef u32 found, k
    if fact.type == RK_TAGS_STRING:
        return read_words_in_place(program, fact, value, out)
    if fact.type == RK_INT or fact.type == RK_DECIMAL:
        if not number_in_place(fact, value, &number):
            return False
        return place_number(program, road, number, class_of)
    text = rp_ascii(value, &n_bytes)
    if not text:
        return False
    if fact.type == RK_TIME:
        if not rk_time_of_text(text, n_bytes, &number):
            return False
        return place_number(program, road, number, class_of)
    if fact.type == RK_TREE and not rk_is_path(text, n_bytes):
        return False
    found = rk_class_of_word(program, fact, text, n_bytes)
    if found == RK_NONE:
        return False
    class_of[0] = found
    for k in range(1, fact.n_facets):
        class_of[k] = rk_side_class_of_text(program, fact, k, text, n_bytes)
    return True


cdef inline bint number_in_place(const rk_fact *fact, PyObject *value, i64 *out) noexcept:
    """Takes an int of one digit; of a decimal also a float or ASCII, in units of its scale."""
    cdef Py_ssize_t n_bytes = 0
    cdef const u8 *text
    cdef i64 number = 0
    if rp_small_int(value, &number):
        if fact.type == RK_INT:
            out[0] = number
            return True
        return rk_decimal_of_int(number, fact.scale, out) == RK_VALUE_FINE
    if fact.type == RK_INT:
        return False
    if PyFloat_CheckExact(value):
        return rk_decimal_of_double(PyFloat_AS_DOUBLE(value), fact.scale, out)
    text = rp_ascii(value, &n_bytes)
    return text and rk_decimal_of_text(text, n_bytes, fact.scale, out) == RK_VALUE_FINE


cdef inline bint place_number(
    const rk_program *program, const FactRoad *road, i64 number, u32 *class_of
) noexcept:
    cdef const rk_fact *fact = road.fact
    cdef u32 k
    if number < road.low or number > road.high:
        return False
    class_of[0] = rk_class_of_int(program, fact, number)
    for k in range(1, fact.n_facets):
        class_of[k] = rk_side_class_of_int(program, fact, k, number)
    return True


cdef bint read_words_in_place(
    const rk_program *program, const rk_fact *fact, PyObject *value, rk_facts *out
) noexcept:
    """Adds a list of texts of ASCII; False: it holds something else, some may be added."""
    cdef Py_ssize_t i, n_bytes = 0
    cdef const u8 *text
    cdef u32 facet
    if not rp_is_list(value):
        return False
    for i in range(rp_n_items(value)):
        rp_prefetch_value(rp_items(value)[i])
    for i in range(rp_n_items(value)):
        text = rp_ascii(rp_items(value)[i], &n_bytes)
        if not text:
            return False
        facet = rk_facet_of_word(program, fact, text, n_bytes)
        if facet != RK_NONE:
            rk_facts_add(out, facet)
    return True


cdef inline bint read_tags_in_place(
    const rk_program *program, const rk_fact *fact, PyObject *value, rk_facts *out
) noexcept:
    """Adds a list of ints of one digit; False: it holds something else, some may be added."""
    cdef i64 tags[N_TAGS]
    cdef u32 facets[N_TAGS]
    cdef PyObject **items
    cdef Py_ssize_t i, n, first = 0, size
    cdef u32 k
    if not rp_is_list(value):
        return False
    size = rp_n_items(value)
    items = rp_items(value)
    for i in range(size):
        rp_prefetch_value(items[i])
    while first < size:
        n = min(size - first, <Py_ssize_t>N_TAGS)
        for i in range(n):
            if not rp_small_int(items[first + i], tags + i):
                return False
        for k in range(rk_facets_of_tags(program, fact, tags, <u32>n, facets)):
            rk_facts_add(out, facets[k])
        first += n
    return True
