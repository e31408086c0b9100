"""Files stay one room each: their size, their names, their promises, and what kernels include."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

MAX_LINES = 420
MAX_FUNCTION_LINES = 75
TREES = ("rulec", "runtime", "tests", "benchmarks", "examples", ".ci")
CODE = {".py", ".pyx", ".pxd", ".pyi", ".h", ".c", ".lark", ".sh"}
VAGUE = set("util utils helper helpers common base manager data info misc".split())
PROMISE = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]) + r")\b"
)
UNBUILT = re.compile(r"\bNotImplemented" + "Error")
INCLUDE = re.compile(r'^\s*#\s*include\s+([<"][^>"]+[>"])', re.MULTILINE)
STANDARD = re.compile(
    r"<(assert|errno|inttypes|limits|math|setjmp|signal|stdalign|stdarg|stdbool|stddef|stdint|stdio"
    r"|stdlib|string)\.h>"
)
VENDOR = {
    "sse2": "<immintrin.h>",
    "avx512": "<immintrin.h>",
    "clmul": "<immintrin.h>",
    "neon": "<arm_neon.h>",
}
WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def code_files(root: Path) -> Iterator[Path]:
    """Every file people wrote in the guarded trees."""
    for tree in TREES:
        for path in sorted((root / tree).rglob("*")):
            built = {"__pycache__", "build", "node_modules"} & set(path.parts)
            if path.suffix in CODE and path.is_file() and not built:
                yield path


def is_generated(path: Path) -> bool:
    """Whether Cython wrote it."""
    return path.suffix == ".c" and path.with_suffix(".pyx").exists()


def test_no_module_declares_to_do_without_the_gil(repository: Path) -> None:
    """The runtime's README says why: that is to be tested before it is declared."""
    declared = re.compile("freethreading_" + "compatible|Py_" + "MOD_GIL_NOT_USED|Py_mod_" + "gil")
    files = [*code_files(repository), repository / "setup.py", repository / "pyproject.toml"]
    assert [path for path in files if declared.search(path.read_text("utf-8"))] == []


def test_no_file_is_two_rooms(repository: Path) -> None:
    long = {
        path.relative_to(repository).as_posix(): n_lines
        for path in code_files(repository)
        if not is_generated(path)
        and (n_lines := len(path.read_text("utf-8").splitlines())) > MAX_LINES
    }
    assert long == {}


def test_no_function_is_two_screens(repository: Path) -> None:
    long = {}
    for path in code_files(repository):
        if path.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if n_lines > MAX_FUNCTION_LINES:
                    long[f"{path.relative_to(repository).as_posix()}:{node.name}"] = n_lines
    assert long == {}


def vague_names(path: Path) -> set[str]:
    """Words of a file's name and of its top-level classes and functions that say nothing."""
    names = [path.stem, path.parent.name]
    if path.suffix == ".py":
        definitions = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
        tree = ast.parse(path.read_text("utf-8"))
        names += [node.name for node in tree.body if isinstance(node, definitions)]
    return {name for name in names if VAGUE & {word.lower() for word in WORD.findall(name)}}


def test_no_name_says_nothing(repository: Path) -> None:
    vague = {
        path.relative_to(repository).as_posix(): names
        for path in code_files(repository)
        if path.is_relative_to(repository / "rulec") or path.is_relative_to(repository / "runtime")
        if (names := vague_names(path))
    }
    assert vague == {}


@pytest.mark.parametrize("text", ["class RuleManager:\n    pass\n", "def load_data():\n    pass\n"])
def test_a_planted_vague_name_is_caught(text: str, tmp_path: Path) -> None:
    path = tmp_path / "room.py"
    path.write_text(text, "utf-8")
    assert vague_names(path)


def test_nothing_is_promised_for_later(repository: Path) -> None:
    found = [
        f"{path.relative_to(repository).as_posix()}:{number}: {line.strip()}"
        for path in code_files(repository)
        if not is_generated(path)
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if PROMISE.search(line) or UNBUILT.search(line)
    ]
    assert found == []


def foreign_includes(path: Path, kernels: set[str]) -> list[str]:
    """What a kernel includes besides the C library, its vendor header and the other kernels."""
    vendor = {header for word, header in VENDOR.items() if path.stem.endswith(f"_{word}")}
    return [
        name
        for name in INCLUDE.findall(path.read_text("utf-8"))
        if not STANDARD.fullmatch(name) and name not in vendor and name.strip('"') not in kernels
    ]


def test_kernels_include_only_the_c_library_and_each_other(repository: Path) -> None:
    headers = sorted((repository / "runtime/kernels").glob("*.h"))
    assert headers
    names = {path.name for path in headers}
    assert {
        path.name: foreign for path in headers if (foreign := foreign_includes(path, names))
    } == {}


@pytest.mark.parametrize("include", ["<Python.h>", "<immintrin.h>", '"../outside.h"'])
def test_a_planted_include_is_caught(include: str, tmp_path: Path) -> None:
    path = tmp_path / "rk_planted.h"
    path.write_text(f"#include <stdint.h>\n  # include {include}\n", "utf-8")
    assert foreign_includes(path, {"rk_planted.h"}) == [include]
