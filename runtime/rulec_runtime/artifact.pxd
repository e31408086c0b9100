# cython: language_level=3
from rulec_runtime.counters cimport Counters
from rulec_runtime.decisions cimport Codes, Decisions
from rulec_runtime.image cimport Image
from rulec_runtime.kernels cimport i64, rk_fact, rk_program, u32
from rulec_runtime.names cimport Names

cdef enum Road:
    """How a fact's values are read where they are what most requests give."""

    ROAD_OTHER      # by their type
    ROAD_FLAG       # True, False
    ROAD_NUMBER     # an int of one digit
    ROAD_WORD       # a str of ASCII
    ROAD_TAGS       # a list of such ints

cdef struct FactRoad:
    const rk_fact *fact
    i64 low, high           # as of the FactSpec, its table owns
    u32 road

cdef class FactSpec:
    """One declared fact: what its values are and which class each falls into."""

    cdef Image owner
    cdef const rk_program *program
    cdef const rk_fact *fact        # type, scale, presence, first_facet, n_facets, ...
    cdef readonly u32 number        # in the program
    cdef readonly str entity
    cdef readonly str name
    cdef readonly str type_name     # as in the vocabulary: "decimal(2)", "tags<int>"
    cdef readonly i64 low, high     # scaled, both included
    cdef dict words                 # str -> class; None until it is asked for
    cdef object table               # of its numbers (tables.pyx); None: nobody asked; False: none
    cdef bint is_tags

    cdef dict classes_by_word(self)

cdef class EntityTable:
    """One declared entity, and where its part of a request's memory lies."""

    cdef Image owner
    cdef const rk_program *program
    cdef readonly u32 number
    cdef readonly str name
    cdef readonly str kind
    cdef readonly tuple facts       # FactSpec, in the order of the program
    cdef Names names                # of the facts; a number is a place in `facts`
    cdef FactRoad *roads            # [n_facts]
    cdef tuple required             # FactSpec that every request must give
    cdef u32 n_facets
    cdef u32 n_scalars
    cdef u32 n_words                # of a signature
    cdef size_t first_class         # in a block of Artifact.n_classes u32
    cdef size_t first_tag_word      # in a block of Artifact.n_tag_words u64
    cdef size_t first_tag           # in a block of Artifact.n_tags u32
    cdef size_t first_list          # in a block of Artifact.n_lists rk_list
    cdef size_t n_lists             # of an open row, at the most
    cdef u32 *absent                # [n_scalars] classes when nothing is given; RK_NONE: required
    cdef Counters counters          # where what breaks the vocabulary is counted; None: refused

    cdef int fill_absent(self) except -1
    cdef int fill_roads(self) except -1

cdef class Artifact:
    """One compiled program in memory, verified, with the names people use for its parts."""

    cdef Image owner
    cdef const rk_program *program
    cdef readonly str hash
    cdef readonly Decisions decisions       # by number
    cdef readonly dict points               # code -> number
    cdef readonly tuple point_codes         # by number
    cdef readonly Codes definition_codes    # by number
    cdef readonly dict scenarios            # name -> number
    cdef readonly tuple scenario_names      # by number
    cdef readonly bint has_windows          # whether a request must say its time
    cdef readonly tuple assumptions         # in words, by number
    cdef readonly tuple entities            # EntityTable, by number
    cdef Names entity_names
    cdef Names point_names
    cdef readonly dict entity_numbers       # name -> number
    cdef readonly dict facts                # "entity.fact" -> FactSpec
    cdef object __weakref__
    cdef object memo                        # Memo, or None before the first request
    cdef size_t n_classes                   # scalars of all entities
    cdef size_t n_tag_words                 # words of tag bits of all entities
    cdef size_t n_tags                      # named tags of all entities
    cdef size_t n_lists                     # the most lists that open rows of all entities have
    cdef u32 *absent                        # [n_classes] `absent` of all entities
    cdef size_t *required                   # [n_required] the places of required facts among them
    cdef size_t n_required
    cdef Counters counters                  # as of its entities

    cdef int name_entities(self) except -1
    cdef int place_entities(self) except -1
    cdef dict numbers_of(self, str what, tuple names)
    cdef object twins(self, str what)
    cdef tuple texts_at(self, const u32 *first, size_t stride, int section)
    cdef int check_definition_codes(self) except -1
    cdef u32 point_number(self, object code) except? 0xFFFFFFFF
    cdef u32 scenario_number(self, object name) except? 0xFFFFFFFE
    cdef bytes image(self)
