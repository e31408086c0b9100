"""The native modules: one extension for every .pyx of the engine, and of the compiler.

Everything else about the build stands in pyproject.toml.

RULEC_SANITIZE=1 builds under AddressSanitizer and UBSan; RULEC_MUTANT=N plants fault N in the
kernels, unoptimised (.ci/mutants); RULEC_ANNOTATE=1 writes Cython's annotated pages to
build/cython. None is noticed by an earlier build: add `--force`. RULEC_PREBUILT=1 builds nothing:
an editable install would build again what `build_ext --inplace` put in place.
"""

from __future__ import annotations

import os
from pathlib import Path

from Cython.Build import cythonize
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext

ENGINE = Path("runtime/rulec_runtime")
COMPILER = Path("rulec")
KERNELS = Path("runtime/kernels")

# Wide code lives behind run-time dispatch, so no flag names a processor: one wheel runs anywhere.
UNIX_FLAGS = ["-O3", "-std=c11", "-Wall", "-Wextra", "-Wno-unused-parameter"]
MSVC_FLAGS = ["/O2", "/std:c11"]
SANITIZERS = ["-g", "-fsanitize=address,undefined", "-fno-sanitize-recover=undefined"]


def is_on(switch: str) -> bool:
    """Whether an environment switch is set to 1."""
    return os.environ.get(switch, "0") == "1"


class BuildNative(build_ext):
    """`build_ext` that calls Cython, then the C compiler with the flags of its family.

    Cython runs here and not while this file is read: asking for the project's metadata, or for an
    sdist, translates nothing.
    """

    def finalize_options(self) -> None:
        self.parallel = self.parallel or os.cpu_count()  # pip says nothing, and modules are many
        super().finalize_options()

    def build_extensions(self) -> None:
        flags = MSVC_FLAGS if self.compiler.compiler_type == "msvc" else UNIX_FLAGS
        sanitizers = SANITIZERS if is_on("RULEC_SANITIZE") else []
        mutant = os.environ.get("RULEC_MUTANT", "0")
        planted = [] if mutant == "0" else [f"-DRK_MUTANT={int(mutant)}", "-O1"]
        translated = cythonize(
            self.extensions,
            build_dir="build/cython",
            force=bool(self.force),
            annotate=is_on("RULEC_ANNOTATE"),
            compiler_directives={"language_level": 3, "embedsignature": True},
        )
        sources = {extension.name: extension.sources for extension in translated}
        for extension in self.extensions:
            extension.sources = sources[extension.name]
            extension.extra_compile_args = [*flags, *sanitizers, *planted]
            extension.extra_link_args = sanitizers
        super().build_extensions()


def extensions() -> list[Extension]:
    """Every native module, with the files whose change rebuilds it."""
    depends = [*KERNELS.glob("*.h"), *ENGINE.glob("*.pxd"), Path("setup.py")]
    sources = {f"rulec_runtime.{source.stem}": source for source in ENGINE.glob("*.pyx")}
    for source in COMPILER.rglob("*.pyx"):
        sources[".".join(source.with_suffix("").parts)] = source
    return [
        Extension(
            name,
            [source.as_posix()],
            include_dirs=[KERNELS.as_posix()],
            depends=sorted(path.as_posix() for path in depends),
        )
        for name, source in sorted(sources.items())
    ]


setup(
    ext_modules=[] if is_on("RULEC_PREBUILT") else extensions(),
    cmdclass={"build_ext": BuildNative},
)
