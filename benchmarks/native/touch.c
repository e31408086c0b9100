/* touch.c - every object of a request is looked at, and nothing is asked of it: a module of Python.
 *
 *     touch(facts)    facts: a dict of dicts
 *
 * The least that whoever reads such a request must do, and done as fast as its memory comes: whatever a
 * level of the request names is asked for before the next level is looked at. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

enum { MOST_ENTITIES = 16, MOST_VALUES = 64 };

static volatile unsigned long seen;

static void ask(const void *at, Py_ssize_t n_bytes) {
  for (Py_ssize_t i = 0; i < n_bytes; i += 64) __builtin_prefetch((const char *)at + i);
  __builtin_prefetch((const char *)at + n_bytes - 1);
}

static unsigned long look(PyObject *value) {
  if (PyUnicode_CheckExact(value)) {
    const unsigned char *text = PyUnicode_DATA(value);
    return PyUnicode_GET_LENGTH(value) ? text[0] : 0;
  }
  if (PyLong_CheckExact(value)) return ((const unsigned char *)value)[sizeof(PyVarObject)];
  if (!PyList_CheckExact(value)) return (unsigned long)Py_TYPE(value)->tp_flags;
  unsigned long sum = 0;
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(value); i++) sum += look(PyList_GET_ITEM(value, i));
  return sum;
}

static PyObject *touch(PyObject *module, PyObject *facts) {
  PyObject *entities[MOST_ENTITIES], *values[MOST_VALUES], *name;
  Py_ssize_t n_entities = 0, n_values = 0, at = 0;
  unsigned long sum = 0;
  if (!PyDict_CheckExact(facts)) return PyErr_Format(PyExc_TypeError, "no dict");
  while (n_entities < MOST_ENTITIES && PyDict_Next(facts, &at, &name, entities + n_entities)) {
    ask(entities[n_entities++], sizeof(PyDictObject));
  }
  for (Py_ssize_t i = 0; i < n_entities; i++) {
    if (!PyDict_CheckExact(entities[i])) return PyErr_Format(PyExc_TypeError, "no dict of dicts");
    ask(((PyDictObject *)entities[i])->ma_keys, 160);
  }
  for (Py_ssize_t i = 0; i < n_entities; i++) {
    for (at = 0; n_values < MOST_VALUES && PyDict_Next(entities[i], &at, &name, values + n_values);) {
      ask(values[n_values++], sizeof(PyASCIIObject) + 8);
    }
  }
  for (Py_ssize_t i = 0; i < n_values; i++) {
    if (PyList_CheckExact(values[i]) && PyList_GET_SIZE(values[i])) {
      ask(((PyListObject *)values[i])->ob_item, PyList_GET_SIZE(values[i]) * (Py_ssize_t)sizeof(PyObject *));
    }
  }
  for (Py_ssize_t i = 0; i < n_values; i++) {
    if (!PyList_CheckExact(values[i])) continue;
    for (Py_ssize_t k = 0; k < PyList_GET_SIZE(values[i]); k++) {
      ask(PyList_GET_ITEM(values[i], k), sizeof(PyVarObject) + 4);
    }
  }
  for (Py_ssize_t i = 0; i < n_values; i++) sum += look(values[i]);
  seen = sum;
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"touch", touch, METH_O, NULL}, {NULL, NULL, 0, NULL}};
static PyModuleDef module = {PyModuleDef_HEAD_INIT, "touch", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_touch(void) { return PyModule_Create(&module); }
