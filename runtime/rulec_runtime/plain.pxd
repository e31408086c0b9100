# cython: language_level=3
"""What the interpreter's own values hold, read in place: no call, no reference, no code of theirs."""
from cpython.object cimport PyObject

from rulec_runtime.kernels cimport i64

cdef extern from *:
    """
    /* Whether a value is an int itself of at most one digit; *out gets it. */
    static inline int rp_small_int(PyObject *value, int64_t *out) {
      if (!PyLong_CheckExact(value)) return 0;
    #if PY_VERSION_HEX >= 0x030C0000
      if (!PyUnstable_Long_IsCompact((PyLongObject *)value)) return 0;
      *out = (int64_t)PyUnstable_Long_CompactValue((PyLongObject *)value);
    #else
      Py_ssize_t n = Py_SIZE(value);
      if (n < -1 || n > 1) return 0;
      *out = n ? (int64_t)n * (int64_t)((PyLongObject *)value)->ob_digit[0] : 0;
    #endif
      return 1;
    }

    /* The bytes of a value that is a str itself, of ASCII; NULL: it is none. */
    static inline const unsigned char *rp_ascii(PyObject *value, Py_ssize_t *n) {
      if (!PyUnicode_CheckExact(value) || !PyUnicode_IS_COMPACT_ASCII(value)) return NULL;
      *n = PyUnicode_GET_LENGTH(value);
      return (const unsigned char *)PyUnicode_DATA(value);
    }

    #if defined(__GNUC__) || defined(__clang__)
    #define rp_prefetch(at) __builtin_prefetch(at)
    #else
    #define rp_prefetch(at) ((void)(at))
    #endif

    /* Asks for the entries of what may be a dict. */
    static inline void rp_prefetch_dict(PyObject *value) {
      if (PyDict_CheckExact(value)) {
        const char *keys = (const char *)((PyDictObject *)value)->ma_keys;
        rp_prefetch(keys);
        rp_prefetch(keys + 64);
        rp_prefetch(keys + 128);
      }
    }
    """
    bint rp_small_int(PyObject *value, i64 *out) nogil
    const unsigned char *rp_ascii(PyObject *value, Py_ssize_t *n) nogil
    void rp_prefetch_dict(PyObject *value) nogil
    void rp_prefetch(const void *at) nogil
