# cython: language_level=3, embedsignature=True
"""Which build of the kernels this process runs (rk_cpu.h).

In: the processor, and `RULEC_CPU`, read once at import. Out: `chosen`, and `KERNELS`, its name. By
default it is the widest that the processor has; `RULEC_CPU=scalar` takes the one that runs anywhere,
`RULEC_CPU=avx512` insists on the wide one. All builds give the same answers.
"""

import os

cdef extern from "rk_cpu_avx512.h" nogil:
    const rk_cpu *rk_cpu_widest()

from rulec_runtime.kernels cimport rk_cpu_scalar

VARIABLE = "RULEC_CPU"


cdef const rk_cpu *choose(str wanted) except NULL:
    """The kernels of a name, of this processor where there is none."""
    cdef const rk_cpu *widest = rk_cpu_widest()
    names = dict.fromkeys([rk_cpu_scalar.name.decode(), widest.name.decode()])
    if wanted and wanted not in names:
        known = " or ".join([f"`{name}`" for name in names])
        raise ImportError(f"{VARIABLE}: this processor runs {known}, given `{wanted}`")
    return &rk_cpu_scalar if wanted == rk_cpu_scalar.name.decode() else widest


chosen = choose(os.environ.get(VARIABLE, ""))
KERNELS = chosen.name.decode()
"""The name of the build."""
