/* rk_format.h - a compiled program, byte by byte.
 *
 *     rk_header 128 B | directory: one rk_section a section | sections, each at a multiple of 64
 *
 * The twin of rulec_runtime/format.py; a test compares the two field by field. Little-endian.
 * References between records are indexes into sections; RK_NONE names nothing. A slice of another
 * section is always written first_x, n_x. Nothing here is trusted before rk_verify.h has walked it. */
#ifndef RK_FORMAT_H
#define RK_FORMAT_H

#include "rk_port.h"

#define RK_VERSION 1u
#define RK_BYTE_ORDER 0x01020304u
#define RK_ALIGNMENT 64u
#define RK_NONE 0xFFFFFFFFu
#define RK_CONDITION_TRUE 0xFFFFFFFEu  /* jump target: the condition holds */
#define RK_CONDITION_FALSE 0xFFFFFFFDu /* jump target: it does not */
#define RK_MISSING_CLASS 0u
#define RK_MAX_ENTITIES 0xFFu
#define RK_MAX_POSITIONS 0xFFFFFFu /* of one entity */
#define RK_MAX_TERMS 0xFFFFFFu
#define RK_N_INLINE 3u /* checks that stand in the term itself */

enum {
  RK_FLAG,
  RK_TAGS_INT,
  RK_ENUM,
  RK_INT,
  RK_DECIMAL,
  RK_STRING,
  RK_TAGS_STRING,
  RK_TREE,
  RK_TIME,
  RK_N_FACT_TYPES
};
enum { RK_STARTS_WITH, RK_ENDS_WITH, RK_INCLUDES, RK_N_PATTERNS };
enum { RK_TOTAL, RK_REQUIRED, RK_OPTIONAL, RK_DEFAULT, RK_N_PRESENCES };
enum { RK_PEOPLE, RK_COMMODITY, RK_PLACE, RK_CONTEXT, RK_N_ENTITY_KINDS };
enum { RK_PRODUCT, RK_BUSINESS, RK_N_LANES };
/* What a definition is, a bit each: a product that serves everyone and not only who installs it; a
 * business that keeps weaker ones out where it matches; one whose tie was settled by its code. */
enum { RK_TRAIT_ALL, RK_TRAIT_ISOLATED, RK_TRAIT_TIED, RK_N_TRAITS };
enum { RK_PRODUCT_FIRST, RK_BUSINESS_FIRST, RK_N_LANE_ORDERS };
enum { RK_REDUCE_FIRST, RK_REDUCE_ALL, RK_N_REDUCES };

typedef struct {
  u8 magic[8];
  u32 version;
  u32 byte_order;
  u32 n_sections;
  u32 n_products;  /* definitions [0, n_products) are products, the rest businesses */
  u64 fingerprint; /* of the layout that the version names */
  u64 file_bytes;
  u8 hash[32];     /* SHA-256 of everything after the header: the program's name */
  u8 reserved[52]; /* zero */
  u32 checksum;    /* CRC-32 of the file with these four bytes zero */
} rk_header;

typedef struct {
  u64 offset; /* bytes from the start of the file */
  u64 n_records;
} rk_section;

/* Facets are numbered from 0 in each entity: first the scalars, n_scalars of them, then a facet for
 * each tag that some condition names. */
typedef struct {
  u32 name; /* string */
  u32 kind; /* RK_PEOPLE ... */
  u32 is_cacheable;
  u32 first_fact, n_facts;
  u32 first_facet, n_facets;
  u32 n_scalars;
  u32 first_condition, n_conditions; /* local conditions, interned */
  u32 n_positions; /* bits of a signature: the first conditions, which terms of others ask about */
  u32 first_quiet; /* the quiet request's signature: (n_positions + 63) / 64 words of quiet_bits */
  u32 quiet_run;   /* the candidates of every request; or RK_NONE */
} rk_entity;

/* A value of a fact falls into one class of a facet; class 0 is missing. A flag's facet has the
 * classes 0 (false, absent) and 1. Each tag that some condition names is a facet of its own: class 1
 * if the request carries it. Any other fact has a facet for its value, first_facet, then one for
 * each pattern, then one for each rollout.
 *   int, decimal   class 1 + the number of cuts <= value        (cuts ascending)
 *   time           the same, in microseconds since 1970, UTC
 *   enum           the class of its word; no word: out of the declared domain
 *   string         the class of its word; no word: other_class
 *   tree           the class of its longest beginning among the words `a/b` (this very node) and
 *                  `a/` (below `a`); none: other_class
 *   tags<int>      cuts are the named tags, ascending; tag i is facet first_facet + i
 *   tags<string>   words are the named tags, each of class 1; word i is facet first_facet + i
 *   pattern        1: it does not find its text in the string; 2: it does
 *   rollout        class 1 + the number of thresholds <= the bucket of salt and key
 * words are sorted by their UTF-8 bytes. Slots stand beside cuts or words, and say the same. */
typedef struct {
  u32 name;
  u32 type;     /* RK_FLAG ... */
  u32 scale;    /* decimal: digits after the point, 0..18; else 0 */
  u32 presence; /* RK_TOTAL ... */
  u32 first_facet, n_facets;
  u32 first_cut, n_cuts;
  u32 first_word, n_words;
  u32 other_class;   /* string, tree: class of a value no condition names; else RK_NONE */
  u32 default_class; /* RK_DEFAULT: the class of the declared default; else 0 */
  u32 first_pattern, n_patterns; /* string */
  u32 first_rollout, n_rollouts; /* int, string */
  u32 first_slot, n_slots;       /* finds a class or a tag without a search (rk_slots.h) */
  u32 shift;                     /* numbers: a bucket of slots holds 1 << shift values */
  u32 seed;                      /* tags, words: of the hash */
} rk_fact;

/* One a fact: the declared range of an int, decimal (scaled) or time, both ends included. */
typedef struct {
  i64 low, high;
} rk_bound;

typedef struct {
  u32 string;
  u32 class_id;
} rk_word;

typedef struct {
  u32 kind;          /* RK_STARTS_WITH ... */
  u32 string;        /* the text to find */
  u32 default_class; /* of the fact's declared default; 0: it has none */
} rk_pattern;

typedef struct {
  u32 salt; /* string */
  u32 first_threshold, n_thresholds; /* ascending */
  u32 default_class;                 /* of the fact's declared default; 0: it has none */
} rk_rollout;

/* What a class of a facet brings about. The *quiet* request is one without tags, each of whose scalars
 * has its quiet class.
 *
 *     first_run      candidates: terms whose access condition may hold since the facet has the class
 *     first_trigger  positions that the class may turn from what they are there
 *
 * Both are RK_NONE where no class brings about anything. A tag has one of each, that of class 1. A
 * scalar has one for each class, then one for each block of 16 classes, of 256, ... down to the first
 * level of at most 16 blocks (rk_n_steps counts them all): a class is subject to one at every level,
 * so an interval of n classes is written down in O(log n) places. */
typedef struct {
  u32 n_classes; /* a tag: 2 */
  u32 quiet_class;
  u32 first_run;
  u32 first_trigger;
  u32 first_flat; /* in flat_rows: what each class leaves of the flat terms; RK_NONE: all */
} rk_facet;

/* Terms that a request would look at too often stand in no run: they are *flat*, bits of rows that are
 * ANDed, 512 at a time. flats holds their numbers, ascending; no watch term is flat. flat_rows holds,
 * for a scalar, a row number for each class; for a tag one, that of class 1; RK_NONE leaves every term.
 * flat_bits holds the rows, each of rk_flat_words() words; bits behind the last flat term are 0. A flat
 * term has no own condition; its checks are those that rows alone do not decide. */

/* A slice of candidates, ascending: those of products, up to n_product, those of businesses, up to
 * n_rule, and the watch terms of assumptions. */
typedef struct {
  u32 first, n_product, n_rule, n;
} rk_run;

/* A slice of triggered: positions of the entity. */
typedef struct {
  u32 first, n;
} rk_trigger;

/* A local condition is a short program: start at test 0; a test asks whether the class of its facet
 * lies in [low, high] and jumps. Targets are test numbers within the condition, greater than the
 * test's own, or RK_CONDITION_TRUE / _FALSE: so it always ends. No tests: always true.
 * Position i of an entity is its condition i. */
typedef struct {
  u32 first_test, n_tests;
} rk_condition;

typedef struct {
  u32 facet;
  u32 low, high; /* classes, both included */
  u32 on_true, on_false;
} rk_test;

/* Terms stand in program order: strongest definition first, those of one definition together. The
 * watch terms of the assumptions follow: assumption i, a string that says it in words, counts as
 * definition n_definitions + i. A term hangs on its access entity: it stands in the runs of that
 * entity's facets, or in its quiet run. */
typedef struct {
  u32 definition;
  u32 condition; /* of the access entity; RK_NONE: to stand in a run is enough */
  u32 entity;    /* the access entity */
  u32 n_checks;  /* what must hold of other entities, the least likely first */
  u32 checks[3]; /* the first ones: rk_check_entity, rk_check_position */
  u32 first_check; /* the others, in checks */
} rk_term;

/* Definitions stand in program order: products by rank, then businesses by rank; inside a rank as
 * `overrides` says. Their installs and bindings follow each other as they do: those of a definition
 * end before its end_..., and begin where those of the one before it end. */
typedef struct {
  u32 points[2];   /* bit `point % 64` of every point it binds, low half first */
  u32 rank;        /* as written, smaller is stronger */
  u32 traits;      /* bit t: it has trait t */
  u32 liveness;    /* RK_NONE: always live */
  u32 end_install; /* business: definition numbers of products, ascending */
  u32 end_binding; /* ascending by point */
} rk_definition;

/* What people call a definition, one a definition: strings. */
typedef struct {
  u32 code, name, description, owner, kpi;
} rk_label;

/* Bindings of one definition at one point stand in the order in which they are tried. Decision i is the
 * default of point i; the decisions of the bindings follow, in their order. */
typedef struct {
  u32 point;
  u32 proviso;        /* RK_NONE: binds always, in every scenario that has no binding of its own */
  u32 implementation; /* RK_NONE: says that the default of the point shall run, and ends the walk */
} rk_binding;

/* Where and when a binding counts, and in which place of the walk. */
typedef struct {
  u32 scenario;   /* or RK_NONE: serves every scenario the definition has no live binding for */
  u32 liveness;   /* RK_NONE: always live */
  u32 before;     /* the product its business stands ahead of while it is identified; or RK_NONE */
  u32 is_ordered; /* whether the point's own order names the definition */
} rk_proviso;

/* What runs, each once. */
typedef struct {
  u32 name;   /* string */
  u32 mode;   /* string, or RK_NONE */
  u32 config; /* string, a JSON object, or RK_NONE */
} rk_implementation;

typedef struct {
  u32 is_enabled;       /* 0: never live */
  u32 window;           /* or RK_NONE */
  u32 entity, position; /* the bit that a rollout selects by; RK_NONE: everyone */
} rk_liveness;

/* Microseconds since 1970 in UTC; live from start until just before end. An open end is the least or
 * the greatest i64. */
typedef struct {
  i64 start, end;
} rk_window;

/* The section of scenarios holds the string of each; that of orders definitions. */
typedef struct {
  u32 code, ability;        /* strings */
  u32 lane_order;           /* RK_PRODUCT_FIRST or RK_BUSINESS_FIRST */
  u32 reduce;               /* RK_REDUCE_FIRST: the strongest binding; RK_REDUCE_ALL: a list */
  u32 has_before;           /* whether some binding of it has a `before` */
  u32 first_order, n_orders; /* definitions that are asked before the lanes */
  u32 implementation;       /* the platform's default; RK_NONE: "none" */
} rk_point;

enum {
  RK_SECTION_STRING_ENDS,  /* u32 */
  RK_SECTION_STRING_BYTES, /* u8 */
  RK_SECTION_ENTITIES,     /* rk_entity */
  RK_SECTION_FACTS,        /* rk_fact */
  RK_SECTION_BOUNDS,       /* rk_bound */
  RK_SECTION_CUTS,         /* i64 */
  RK_SECTION_WORDS,        /* rk_word */
  RK_SECTION_SLOTS,        /* u32 */
  RK_SECTION_PATTERNS,     /* rk_pattern */
  RK_SECTION_ROLLOUTS,     /* rk_rollout */
  RK_SECTION_THRESHOLDS,   /* u64 */
  RK_SECTION_FACETS,       /* rk_facet */
  RK_SECTION_RUNS,         /* rk_run */
  RK_SECTION_CANDIDATES,   /* u32 */
  RK_SECTION_TRIGGERS,     /* rk_trigger */
  RK_SECTION_TRIGGERED,    /* u32 */
  RK_SECTION_QUIET_BITS,   /* u64 */
  RK_SECTION_FLATS,        /* u32 */
  RK_SECTION_FLAT_ROWS,    /* u32 */
  RK_SECTION_FLAT_BITS,    /* u64 */
  RK_SECTION_CONDITIONS,   /* rk_condition */
  RK_SECTION_TESTS,        /* rk_test */
  RK_SECTION_TERMS,        /* rk_term */
  RK_SECTION_CHECKS,       /* u32 */
  RK_SECTION_ASSUMPTIONS,  /* u32 */
  RK_SECTION_DEFINITIONS,  /* rk_definition */
  RK_SECTION_LABELS,       /* rk_label */
  RK_SECTION_INSTALLS,     /* u32 */
  RK_SECTION_BINDINGS,     /* rk_binding */
  RK_SECTION_PROVISOS,     /* rk_proviso */
  RK_SECTION_IMPLEMENTATIONS, /* rk_implementation */
  RK_SECTION_LIVENESS,     /* rk_liveness */
  RK_SECTION_WINDOWS,      /* rk_window */
  RK_SECTION_SCENARIOS,    /* u32 */
  RK_SECTION_POINTS,       /* rk_point */
  RK_SECTION_ORDERS,       /* u32 */
  RK_SECTION_MANIFEST,     /* u8 */
  RK_N_SECTIONS
};

#endif
