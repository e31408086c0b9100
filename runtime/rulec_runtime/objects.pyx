# cython: language_level=3, embedsignature=True
"""Reads an object as a mapping: the names it shows, and their values.

In: any object, and the names a vocabulary declares. Out: (name, value) pairs, or None for what is no
object with fields: a number, a text, a list, a function.

What an object *shows* is, of the first that applies:

    dataclass, NamedTuple, attrs, msgspec    its declared fields
    any other                                its slots, and what stands in its `__dict__`

names with a leading `_` left out unless the vocabulary declares them, and what a descriptor of its
type computes as well. All of these are given, so one that nobody declared is undeclared, as in a
mapping. Beside them the vocabulary's names are looked up as attributes: properties, attributes of
the type, and whatever `__getattr__` answers. A field that is not set is absent; what a property
raises, AttributeError too, passes to the caller.

Thread-safety: runs the object's own code; what it shows is taken in one step before that.
"""

from dataclasses import fields
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from types import (
    BuiltinFunctionType,
    FunctionType,
    GetSetDescriptorType,
    MemberDescriptorType,
    MethodType,
    ModuleType,
)

from cpython.dict cimport PyDict_Keys

_PLAIN = (
    str, bytes, bytearray, memoryview, int, float, complex, Decimal, date, time, timedelta, list,
    set, frozenset, type, Enum, ModuleType, FunctionType, BuiltinFunctionType, MethodType,
)  # fmt: skip
"""Values, and what has attributes for other reasons; a tuple is one unless its fields have names."""
_SLOTS = (MemberDescriptorType, GetSetDescriptorType)
_MISSING = object()


cdef list pairs_of_object(object source, dict names):
    """What an object shows, then what the vocabulary finds on it; None: it is no object with fields."""
    if isinstance(source, _PLAIN):
        return None
    own_fields = declared_fields(type(source))
    if own_fields is None:
        if isinstance(source, tuple):
            return None
        shown = shown_names(source, names)
    else:
        shown = [name for name in own_fields if name in names or not name.startswith("_")]
    if shown is None:
        return None
    pairs = []
    for name in [*shown, *[name for name in names if name not in shown]]:
        if name not in shown and hasattr(tuple, name):
            # What every object or tuple has (`count`, `index`) says nothing of this one.
            continue
        value = attribute(source, name)
        if value is not _MISSING:
            pairs.append((name, value))
    # An object of which nothing can be seen is more likely a mistake than a request without facts.
    return None if own_fields is None and not pairs else pairs


cdef object declared_fields(object kind):
    """The fields that a type declares, in order; None: it declares none."""
    if hasattr(kind, "__dataclass_fields__"):
        return [field.name for field in fields(kind)]
    if hasattr(kind, "__struct_fields__"):
        return list(kind.__struct_fields__)
    if hasattr(kind, "__attrs_attrs__"):
        return [field.name for field in kind.__attrs_attrs__]
    if issubclass(kind, tuple) and hasattr(kind, "_fields"):
        return list(kind._fields)
    return None


cdef list shown_names(object source, dict names):
    """The names in the slots and the `__dict__` of an object; None: it has neither."""
    cdef list found = []
    has_slots = False
    for kind in type(source).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else tuple(slots):
            has_slots = True
            if name in names or not name.startswith("_"):
                found.append(name)
    own = getattr(source, "__dict__", None)
    if type(own) is not dict:
        return found if has_slots else None
    for name in PyDict_Keys(own):
        if not isinstance(name, str) or name in found:
            continue
        if name in names or not (name.startswith("_") or is_computed(type(source), name)):
            found.append(name)
    return found


cdef object attribute(object source, str name):
    """The value of an attribute, or _MISSING."""
    value = getattr(source, name, _MISSING)
    if value is _MISSING and is_computed(type(source), name):
        # A property that raises AttributeError is not an attribute that is not there.
        return getattr(source, name)
    return value


cdef bint is_computed(object kind, str name):
    """Whether a type answers for an attribute by a descriptor: a property, say, but no slot."""
    for each in kind.__mro__:
        found = each.__dict__.get(name, _MISSING)
        if found is not _MISSING:
            return hasattr(type(found), "__get__") and not isinstance(found, _SLOTS)
    return False
