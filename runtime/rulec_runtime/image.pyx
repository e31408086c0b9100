# cython: language_level=3, embedsignature=True
"""A program's bytes in memory, verified: a private copy, or the file itself, mapped.

In: bytes or a path, from anyone. Out: `Image`, or `ArtifactError` naming the check that failed.

The checks run from cheap to thorough: the header, before any memory is taken; the checksum; every
number of every section (in C, see rk_verify.h). The SHA-256 in the header is the program's name as
its writer gave it; it is not computed again.

Thread-safety: an image never changes; strings are decoded when they are asked for, under the GIL.
Verifying releases it.
"""

import os
import zlib

cimport cython
from cpython.buffer cimport PyBUF_READ, PyBUF_SIMPLE, PyBuffer_Release, PyObject_GetBuffer
from cpython.bytes cimport PyBytes_FromStringAndSize
from cpython.memoryview cimport PyMemoryView_FromMemory
from cpython.unicode cimport PyUnicode_DecodeUTF8

from rulec_runtime.cpu cimport chosen
from rulec_runtime.kernels cimport (
    RK_NONE,
    RK_SECTION_DEFINITIONS,
    RK_SECTION_STRING_ENDS,
    rk_check_name,
    rk_crc32_clmul,
    rk_verdict_check,
    rk_verdict_record,
    rk_verdict_section,
    rk_has_clmul,
    rk_header,
    rk_string,
    rk_verify_header,
    rk_verify_sections,
    u64,
)

from rulec_runtime.errors import ArtifactError
from rulec_runtime.format import FINGERPRINT, HEADER, SECTIONS, VERSION
from rulec_runtime.memory import fill, map_file, opened, private

cdef size_t N_HEADER = HEADER.struct.size
cdef size_t N_BEFORE_CHECKSUM = HEADER.struct.size - sizeof(u32)
cdef u64 OWN_FINGERPRINT = FINGERPRINT
cdef bint HAS_CLMUL = rk_has_clmul() and os.environ.get("RULEC_CPU") != "scalar"

MAX_PROGRAM_BYTES = 4 * 1024**3
"""Longer files are refused unread: a section counts its records in 32 bits."""

_MESSAGES = {
    "magic": "this is no compiled program",
    "byte order": "the program was compiled for another byte order",
    "fingerprint": (
        f"the program says format {VERSION}, and its layout is not that of format {VERSION}: "
        "a build that was never released wrote it; compile it again"
    ),
    "header": "the program's header says what no compiler writes",
    "directory": "the program's sections do not lie where they should",
}
_DAMAGED = "the program is damaged: a number is out of range"


cdef u32 crc32(u32 crc, const u8 *bytes, size_t n_bytes) except? 0:
    """CRC-32 of bytes behind others whose CRC-32 is `crc`, by the widest code that runs here."""
    if not HAS_CLMUL:
        return zlib.crc32(PyMemoryView_FromMemory(<char *>bytes, n_bytes, PyBUF_READ), crc)
    with nogil:
        crc = rk_crc32_clmul(crc, bytes, n_bytes)
    return crc


def checksum_of(data) -> int:
    """The CRC-32 of bytes, the way images compute it."""
    cdef Py_buffer view
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        return crc32(0, <const u8 *>view.buf, view.len)
    finally:
        PyBuffer_Release(&view)


@cython.final
cdef class Image:

    def __cinit__(self):
        self.texts = {}

    cdef int lie_in_room(self) except -1:
        cdef Py_buffer view
        PyObject_GetBuffer(self.room, &view, PyBUF_SIMPLE)
        self.bytes = <const u8 *>view.buf
        # INVARIANT: `room` is not reachable from outside, so nobody closes it.
        PyBuffer_Release(&view)
        return 0

    cdef int verify(self, size_t n_summed=0, u32 crc=0) except -1:
        """Checks all of the bytes; `crc` is the CRC-32 of the first `n_summed` of them, if any."""
        cdef rk_verdict verdict
        self.check_header(PyBytes_FromStringAndSize(<const char *>self.bytes, N_HEADER), self.n_bytes)
        self.check_sum(self.sum_up(self.n_bytes, n_summed, crc))
        with nogil:
            verdict = rk_verify_sections(self.bytes, self.n_bytes, &self.program)
        self.program.cpu = chosen
        return self.refuse(verdict)

    cdef int check_header(self, bytes head, size_t n_bytes) except -1:
        """Judges a file of `n_bytes` by its beginning, up to the end of the header."""
        cdef size_t n_head = len(head)
        cdef const rk_header *header = <const rk_header *><const char *>head
        if n_bytes > MAX_PROGRAM_BYTES:
            raise ArtifactError("size", "the program is larger than 4 GiB", file=self.file)
        if not n_head:
            raise ArtifactError("size", "there is no program: no byte at all", file=self.file)
        if n_head < N_HEADER:
            n_bytes = n_head
        cdef int bad = rk_verify_header(<const u8 *>header, n_bytes, OWN_FINGERPRINT)
        if not bad:
            return 0
        name = rk_check_name(bad).decode("ascii")
        if name == "size":
            says = f", not {header.file_bytes:,} as it says" if n_head >= N_HEADER else ""
            message = f"the program is torn: it has {n_bytes:,} bytes{says}"
        elif name == "version":
            is_newer = header.version > VERSION
            message = (
                f"the program has format {header.version}, and this build reads {VERSION}: "
                + ("it takes a newer rulec" if is_newer else "compile it again")
            )
        else:
            message = _MESSAGES[name]
        raise ArtifactError(name, message, file=self.file)

    cdef u32 sum_up(self, size_t n_bytes, size_t n_summed, u32 crc) except? 0:
        """The CRC-32 of the first bytes of the file, with the four of the checksum zero.

        `crc` is that of the first `n_summed`: none, or the header at least.
        """
        cdef u32 zero = 0
        if n_bytes < N_HEADER:
            return 0
        if n_summed < N_HEADER:
            crc = crc32(0, self.bytes, N_BEFORE_CHECKSUM)
            crc = crc32(crc, <const u8 *>&zero, sizeof(zero))
            n_summed = N_HEADER
        return crc32(crc, self.bytes + n_summed, n_bytes - n_summed)

    cdef int check_sum(self, u32 crc) except -1:
        if crc != (<const rk_header *>self.bytes).checksum:
            message = "the program is damaged: its checksum does not fit"
            raise ArtifactError("checksum", message, file=self.file)
        return 0

    cdef int refuse(self, rk_verdict verdict) except -1:
        """Raises the error of what rk_verify.h found, if it found anything."""
        if not verdict:
            return 0
        name = rk_check_name(rk_verdict_check(verdict)).decode("ascii")
        section = record = None
        if rk_verdict_section(verdict) != RK_NONE:
            section = SECTIONS[rk_verdict_section(verdict)].name
            record = rk_verdict_record(verdict)
        message = _MESSAGES.get(name, _DAMAGED)
        raise ArtifactError(name, message, file=self.file, section=section, record=record)

    cdef str text(self, u32 number):
        """A string by its number, decoded once."""
        cdef u32 n = 0
        cdef const u8 *start
        found = self.texts.get(number)
        if found is None:
            start = rk_string(&self.program, number, &n)
            found = self.texts.setdefault(
                number, PyUnicode_DecodeUTF8(<const char *>start, n, NULL)
            )
        return found

    cdef str text_or_none(self, u32 number):
        return None if number == RK_NONE else self.text(number)

    cdef bytes copy(self):
        """The bytes of the file."""
        return PyBytes_FromStringAndSize(<const char *>self.bytes, self.n_bytes)


def image_of(data) -> Image:
    """The bytes of a program, copied into private memory; ArtifactError where they are none."""
    cdef Py_buffer view
    cdef Image image = Image()
    PyObject_GetBuffer(data, &view, PyBUF_SIMPLE)
    try:
        image.n_bytes = view.len
        n_head = min(image.n_bytes, N_HEADER)
        head = PyBytes_FromStringAndSize(<const char *>view.buf, n_head)
        image.check_header(head, image.n_bytes)
        image.room = private(image.n_bytes)
        with memoryview(image.room) as target:
            target[:image.n_bytes] = PyMemoryView_FromMemory(
                <char *>view.buf, image.n_bytes, PyBUF_READ
            )
    finally:
        PyBuffer_Release(&view)
    image.lie_in_room()
    image.verify()
    return image


def image_in(path, bint shared=False) -> Image:
    """The program in a file: read into private memory, or mapped where `shared`.

    OSError where the file cannot be read, ArtifactError where it holds no program of this build.
    """
    cdef Image image = Image()
    cdef size_t n_read = 0, n_before
    cdef u32 crc = 0
    image.file = os.fsdecode(path)
    with opened(path) as (file, n_bytes):
        head = file.read(N_HEADER)
        image.check_header(head, n_bytes)
        image.n_bytes = n_bytes
        if shared:
            image.room = map_file(file, n_bytes)
            image.lie_in_room()
        else:
            image.room = private(n_bytes)
            image.lie_in_room()
            for n_now in fill(image.room, file, n_bytes):
                n_before, n_read = n_read, n_now
                crc = image.sum_up(n_read, n_before, crc)
            if n_read != n_bytes:
                message = f"the program shrank from {n_bytes:,} to {n_read:,} bytes while read"
                raise ArtifactError("size", message, file=image.file)
    image.verify(n_read, crc)
    return image
