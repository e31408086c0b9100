# cython: language_level=3
"""What the interpreter's own values hold, read in place, and calls taken where they lie: no copy, no reference,
no code of theirs."""
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

    /* Asks for a value: for what it is, and for what an int or a short text holds, which may lie in
     * the next line. */
    static inline void rp_prefetch_value(PyObject *value) {
      rp_prefetch(value);
      rp_prefetch((const char *)value + sizeof(PyObject) + 32);
    }

    /* Asks for the entries of a dict. */
    static inline void rp_prefetch_keys(PyObject *dict) {
      const char *keys = (const char *)((PyDictObject *)dict)->ma_keys;
      rp_prefetch(keys);
      rp_prefetch(keys + 64);
      rp_prefetch(keys + 128);
    }

    /* Asks for the items of what may be a list. */
    static inline void rp_prefetch_items(PyObject *list) {
      if (!PyList_CheckExact(list)) return;
      const char *items = (const char *)((PyListObject *)list)->ob_item;
      const char *end = items + PyList_GET_SIZE(list) * (Py_ssize_t)sizeof(PyObject *);
      for (; items < end; items += 64) rp_prefetch(items);
    }

    /* Which flag a value is; -1: it is none. */
    static inline int rp_flag(PyObject *value) {
      return value == Py_True ? 1 : value == Py_False ? 0 : -1;
    }

    typedef PyObject *(*rp_call)(PyObject *, PyObject *const *, Py_ssize_t, PyObject *);

    /* Puts a function in front of a method, for calls that need not have all of it. What the method was
     * comes back, for the others; NULL: it is called in another way, and stays as it is. */
    static inline rp_call rp_stand_before(PyObject *method, rp_call first) {
      if (!Py_IS_TYPE(method, &PyMethodDescr_Type)) return NULL;
      PyMethodDef *def = ((PyMethodDescrObject *)method)->d_method;
      if (def->ml_flags != (METH_FASTCALL | METH_KEYWORDS)) return NULL;
      rp_call before = (rp_call)(void (*)(void))def->ml_meth;
      def->ml_meth = (PyCFunction)(void (*)(void))first;
      return before;
    }

    #define rp_is_dict(value) PyDict_CheckExact(value)
    #define rp_is_list(value) PyList_CheckExact(value)
    #define rp_is_text(value) PyUnicode_CheckExact(value)
    #define rp_n_members(dict) (((PyDictObject *)(dict))->ma_used)
    #define rp_n_items(list) PyList_GET_SIZE(list)
    #define rp_items(list) (((PyListObject *)(list))->ob_item)
    """
    bint rp_small_int(PyObject *value, i64 *out) nogil
    const unsigned char *rp_ascii(PyObject *value, Py_ssize_t *n) nogil
    void rp_prefetch(const void *at) nogil
    void rp_prefetch_value(PyObject *value) nogil
    void rp_prefetch_keys(PyObject *dict) nogil
    void rp_prefetch_items(PyObject *list) nogil
    ctypedef PyObject *(*rp_call)(
        PyObject *self, PyObject *const *given, Py_ssize_t n, PyObject *names
    ) except NULL
    rp_call rp_stand_before(PyObject *method, rp_call first)
    int rp_flag(PyObject *value) nogil
    bint rp_is_dict(PyObject *value) nogil
    bint rp_is_list(PyObject *value) nogil
    bint rp_is_text(PyObject *value) nogil
    Py_ssize_t rp_n_members(PyObject *dict) nogil
    Py_ssize_t rp_n_items(PyObject *list) nogil
    PyObject **rp_items(PyObject *list) nogil

cdef extern from "Python.h":
    bint rp_next "PyDict_Next"(PyObject *dict, Py_ssize_t *at, PyObject **name, PyObject **value)
    PyObject *rp_found "PyDict_GetItemWithError"(PyObject *dict, PyObject *name) except? NULL
