# cython: language_level=3, embedsignature=True
"""Keeps the rows that requests of one program have in common, within bounds.

In: an `Artifact`. Out: its `Memo`, which rk_memo.h reads and writes. A memo only grows; one that has
been full for long is replaced by an empty one at the next call, and goes when nobody reads it.

The words that hash facts come from the operating system's entropy. A forked child starts with memos
of its own: rows that its parent was about to publish are not missed, and the words are not shared.

Thread-safety: any number of threads may use one memo. Replacing it happens under the GIL.
"""

import os
import weakref

cimport cython
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree
from libc.stdint cimport uintptr_t
from libc.string cimport memcpy

from rulec_runtime.kernels cimport (
    RK_DOOR_BITS,
    RK_SECTION_ENTITIES,
    RK_SECTION_FACETS,
    rk_kept,
    rk_memo_entity,
    rk_memo_is_stale,
    rk_memo_weigh,
    rk_n_places,
    rk_program,
    u8,
)

MEMO_BYTES = 32 * 1024 * 1024
"""Memory for the rows of a small program, touched as it is used."""
MAX_MEMO_BYTES = 256 * 1024 * 1024
FILE_SHARE = 4
"""A larger program, whose rows are longer, may keep so many times its own bytes."""
N_HASHED = 1 << 17
"""Slots for the rows of entities that have tags, or more classes than places: a power of 2."""

_LIVING = weakref.WeakSet()
"""Artifacts that have, or had, a memo."""


@cython.final
cdef class Memo:

    def __cinit__(self, Image owner not None):
        self.owner = owner
        self.place()
        self.draw_words()
        rk_memo_weigh(&self.memo, &self.owner.program)

    def __dealloc__(self):
        PyMem_RawFree(self.memo.entities)
        PyMem_RawFree(<void *>self.memo.words)
        PyMem_RawFree(self.memo.factors)
        PyMem_RawFree(self.memo.slots)
        PyMem_RawFree(self.memo.door)
        PyMem_RawFree(self.block)

    cdef int place(self) except -1:
        """Allocates everything, and gives each entity its slots."""
        cdef const rk_program *program = &self.owner.program
        cdef u64 n_entities = program.n_records[RK_SECTION_ENTITIES], n_slots = 0, i
        cdef u64 n_hashed = N_HASHED
        cdef u64 n_bytes = max(MEMO_BYTES, min(FILE_SHARE * self.owner.n_bytes, MAX_MEMO_BYTES))
        cdef rk_memo *memo = &self.memo
        memo.entities = <rk_memo_entity *>PyMem_RawCalloc(n_entities, sizeof(rk_memo_entity))
        memo.words = <const u64 *>PyMem_RawCalloc(
            program.n_records[RK_SECTION_FACETS], sizeof(u64)
        )
        memo.factors = <u64 *>PyMem_RawCalloc(program.n_records[RK_SECTION_FACETS], sizeof(u64))
        memo.door = <u64 *>PyMem_RawCalloc(1 << RK_DOOR_BITS, sizeof(u64))
        self.block = PyMem_RawCalloc(n_bytes + 64, 1)
        if not (memo.entities and memo.words and memo.factors and memo.door and self.block):
            raise MemoryError
        memo.memory = <u8 *>((<uintptr_t>self.block + 63) & ~(<uintptr_t>63))
        memo.n_bytes = n_bytes
        for i in range(n_entities):
            memo.entities[i].n_places = rk_n_places(program, program.entities + i)
            memo.entities[i].first = n_slots
            n_slots += memo.entities[i].n_places
        memo.first_hashed = n_slots
        memo.n_hashed = n_hashed
        memo.slots = <rk_kept **>PyMem_RawCalloc(n_slots + n_hashed, sizeof(rk_kept *))
        if not memo.slots:
            raise MemoryError
        return 0

    cdef int draw_words(self) except -1:
        cdef u64 n = self.owner.program.n_records[RK_SECTION_FACETS] * sizeof(u64)
        cdef bytes entropy = os.urandom(n)
        memcpy(<void *>self.memo.words, <const char *>entropy, n)
        return 0


cdef Memo memo_of(Artifact artifact):
    """The memo that new requests of a program use."""
    cdef Memo memo = artifact.memo
    if memo is None:
        _LIVING.add(artifact)
    elif not rk_memo_is_stale(&memo.memo):
        return memo
    memo = Memo(artifact.owner)
    artifact.memo = memo
    return memo


def forget_all() -> None:
    """Takes the memo of every program away: what a forked child does first."""
    cdef Artifact artifact
    for artifact in list(_LIVING):
        artifact.memo = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=forget_all)
