/* rk_bad.h - why a value of a column has no class, and what stands in its place. */
#ifndef RK_BAD_H
#define RK_BAD_H

#include "rk_format.h"

/* Why a value of a column has no class. */
enum {
  RK_VALUE_FINE,
  RK_VALUE_ABSENT,  /* null, and the fact is required */
  RK_VALUE_RANGE,   /* beyond int64 or the declared range */
  RK_VALUE_DECIMAL, /* no decimal of the scale */
  RK_VALUE_WORD,    /* outside an enum's words */
  RK_VALUE_TEXT,    /* not Unicode */
  RK_VALUE_TAG,     /* a null among tags */
  RK_VALUE_INDEX,   /* outside the column's dictionary, values or buffers: the producer's fault */
  RK_VALUE_TIME,    /* no time with an offset, or finer than a microsecond */
  RK_VALUE_PATH,    /* no node of a tree */
  RK_VALUE_TYPE,    /* an object of another type */
  RK_N_VALUE_REASONS
};

/* What stands for a class where a value has none. Real classes stay far below: they count the words
 * or cuts of a file of less than 4 GiB. Of a facet, RK_BAD(RK_VALUE_FINE) is RK_NONE: a tag that no
 * condition names. */
#define RK_BAD(reason) (RK_NONE - (reason))
#define RK_IS_BAD(class_id) ((class_id) > RK_NONE - RK_N_VALUE_REASONS)
#define RK_REASON(class_id) (RK_NONE - (class_id))

#endif
