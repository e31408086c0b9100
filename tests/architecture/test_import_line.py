"""The import line: rooms import only from their left, and nothing goes in circles.

The line stands in `ROOMS` (the compiler) and `ENGINE_ROOMS` (the engine); a module that stands in
neither is a finding too. Python is read as a syntax tree, Cython line by line, cimports included.
One test holds the tree to the line; the others plant a violation in a copy and hold the test.
"""

from __future__ import annotations

import ast
import functools
import graphlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

GROUND = """source diagnostic codes limits document places logic rollout instant pause stopwatch
    recall""".split()
STAGES = """vocabulary ruleset syntax check oracle simplify terms analysis layout emit earlier
    driver""".split()
AFTER = "explain traffic program bench dump lints fmt fix compare schema render lsp".split()
ROOMS = {
    **dict.fromkeys(GROUND, 0),
    **{
        room: place
        for place, room in enumerate([*STAGES, *AFTER, "__init__", "cli", "__main__"], 1)
    },
}
"""The rooms of `rulec` and their places; `__init__` is the package's public face."""

ENGINE_GROUND = (
    "kernels column_kernels plain format errors decision embedded memory refusals pace cpu".split()
)
READING = """image decisions counters names artifact asked wording clock objects request_json
    values workspace memo gather facts""".split()
SINGLE = [*READING, "profile", "match"]
BULK = """bad_values cells tables columns arrays arrow times findings picked batch ids
    resolver""".split()
ENGINE_LINE = [*SINGLE, *BULK, "publish", "program", "__init__"]
ENGINE_ROOMS = {
    **dict.fromkeys(ENGINE_GROUND, 0),
    **{room: place for place, room in enumerate(ENGINE_LINE, 1)},
}

LEAVES = {
    "lark": {"syntax"},
    "tree_sitter": {"places"},
    "tree_sitter_toml": {"places"},
    "pydantic": {"vocabulary", "ruleset", "lints"},
    "jsonschema": {"ruleset"},
    "msgspec": {"request_json"},
    "referencing": {"ruleset"},
    "pyarrow": {"traffic"},
    "pysat": {"analysis"},
    "pygls": {"lsp"},
    "lsprotocol": {"lsp"},
    "click": {"cli"},
    "rich": {"cli"},
}
"""A library and the rooms that may import it: the others work without it."""

LAZY = {
    ("rulec/__init__.py", "__getattr__"),
    ("rulec/cli/main.py", "get_command"),
    ("rulec/traffic/named.py", "sample"),
    ("rulec/cli/sampled.py", "sample"),
    ("runtime/rulec_runtime/request_json.pyx", "an indented block"),
}
"""The functions that may import: public names, commands, Parquet and the decoder of JSON are loaded
when they are used."""

CYTHON_IMPORT = re.compile(
    r"^(?P<indent>\s*)(?:from\s+(?P<origin>[.\w]+)\s+c?import\s+(?P<names>[\w, ]+|\()"
    r"|c?import\s+(?P<module>[.\w]+))"
)


class Import(NamedTuple):
    """One imported module: who imports it, and in which function (None: at the top)."""

    importer: str
    path: str
    line: int
    module: str
    function: str | None


def sources(root: Path) -> Iterator[tuple[str, Path]]:
    """Every source file of both packages with its module's full name."""
    for package, folder in (
        ("rulec", root / "rulec"),
        ("rulec_runtime", root / "runtime/rulec_runtime"),
    ):
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".pyx", ".pxd"):
                inside = path.relative_to(folder).with_suffix("").parts
                yield ".".join((package, *inside)), path


def module_names(root: Path) -> set[str]:
    """Full names of every module and package; a package's `__init__` is spelled out."""
    return {name for name, _ in sources(root)}


def resolved(origin: str, names: list[str], importer: str, known: set[str]) -> list[str]:
    """The modules that `from origin import names` loads; names that are no modules drop out."""
    if origin.startswith("."):
        level = len(origin) - len(origin.lstrip("."))
        parents = importer.split(".")[:-level]
        origin = ".".join([*parents, *filter(None, [origin.lstrip(".")])])
    modules = [f"{origin}.{name}" for name in names]
    inner = [name for name in modules if name in known or f"{name}.__init__" in known]
    return inner if len(inner) == len(names) and names else [origin, *inner]


class Written(NamedTuple):
    """One import as written: `from origin import names`, or without an origin `import names`."""

    line: int
    origin: str
    names: list[str]
    function: str | None


@functools.cache  # a planted tree differs from the checkout in a line
def python_imports(text: str) -> list[Written]:
    """Imports of a Python file, each with the innermost function around it."""
    found: list[Written] = []
    waiting: list[tuple[ast.AST, str | None]] = [(ast.parse(text), None)]
    while waiting:
        node, function = waiting.pop()
        if isinstance(node, ast.Import):
            found.append(Written(node.lineno, "", [each.name for each in node.names], function))
        elif isinstance(node, ast.ImportFrom):
            origin = "." * node.level + (node.module or "")
            found.append(Written(node.lineno, origin, [each.name for each in node.names], function))
        elif isinstance(node, ast.Call) and "import_module" in ast.unparse(node.func):
            found.append(Written(node.lineno, "", ["importlib.import_module"], function))
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            function = getattr(node, "name", "<lambda>")
        waiting += [(child, function) for child in ast.iter_child_nodes(node)]
    return found


@functools.cache
def cython_imports(text: str) -> list[Written]:
    """Imports and cimports of a Cython file; an indented one stands in a function."""
    written: list[Written] = []
    for number, line in enumerate(text.splitlines(), 1):
        found = CYTHON_IMPORT.match(line)
        if found is None:
            continue
        names = [found["module"]]
        if found["origin"]:
            names = [word.split()[0] for word in found["names"].split(",") if word.strip(" (")]
        function = "an indented block" if found["indent"] else None
        written.append(Written(number, found["origin"] or "", names, function))
    return written


def imports(root: Path) -> list[Import]:
    """Every import of both packages."""
    known = module_names(root)
    found: list[Import] = []
    for name, path in sources(root):
        shown = path.relative_to(root).as_posix()
        reader = python_imports if path.suffix == ".py" else cython_imports
        for line, origin, names, function in reader(path.read_text("utf-8")):
            modules = resolved(origin, names, name, known) if origin else names
            found += [Import(name, shown, line, module, function) for module in modules]
    return found


def room(module: str) -> str:
    """The room of a module: the word behind the package, or the package's own face."""
    words = module.split(".")
    return words[1] if len(words) > 1 else "__init__"


def fault(item: Import) -> str | None:
    """What the line has against one import, or None."""
    here, there = item.importer.split(".")[0], item.module.split(".")[0]
    if item.function is not None and (item.path, item.function) not in LAZY:
        return "is inside a function"
    if here == "rulec_runtime" and there == "rulec":
        return "makes the engine need the compiler"
    if here == there:
        rooms = ROOMS if here == "rulec" else ENGINE_ROOMS
        own, other = room(item.importer), room(item.module)
        if own in rooms and other in rooms and rooms[other] > rooms[own]:
            return f"goes to the right: `{own}` stands before `{other}`"
        return None
    if here == "rulec" and there == "rulec_runtime":
        is_stage = ROOMS.get(room(item.importer), 0) <= ROOMS["driver"]
        if is_stage and item.module != "rulec_runtime.format":
            return "takes more than `format` of the engine"
        return None
    if there in LEAVES and room(item.importer) not in LEAVES[there]:
        return f"belongs to {sorted(LEAVES[there])} only"
    return None


def circles(found: list[Import]) -> list[str]:
    """A circle of modules, if there is one."""
    known = {item.importer for item in found}
    graph: dict[str, set[str]] = {}
    for item in found:
        target = item.module if item.module in known else f"{item.module}.__init__"
        if target in known and target != item.importer and item.function is None:
            graph.setdefault(item.importer, set()).add(target)
    try:
        graphlib.TopologicalSorter(graph).prepare()
    except graphlib.CycleError as error:
        return ["a circle: " + " <- ".join(error.args[1])]
    return []


def violations(root: Path) -> list[str]:
    """Everything in a tree that breaks the line."""
    found = imports(root)
    homeless = sorted(
        f"{path.relative_to(root).as_posix()}: `{room(name)}` has no place on the import line"
        for name, path in sources(root)
        if room(name) not in (ROOMS if name.startswith("rulec.") else ENGINE_ROOMS)
    )
    faults = [(item, fault(item)) for item in found]
    return [
        *homeless,
        *(f"{i.path}:{i.line}: import of `{i.module}` {reason}" for i, reason in faults if reason),
        *circles(found),
    ]


def test_the_tree_keeps_the_import_line(repository: Path) -> None:
    assert violations(repository) == []


PLANTS = {
    "ground imports a stage": ("rulec/limits.py", "from rulec.check import types", "to the right"),
    "vocabulary imports ruleset": (
        "rulec/vocabulary/model.py",
        "import rulec.ruleset.model",
        "`vocabulary` stands before `ruleset`",
    ),
    "a relative import": ("rulec/syntax/tree.py", "from ..emit import write", "to the right"),
    "a stage imports the public face": ("rulec/layout/plan.py", "import rulec", "`__init__`"),
    "a stage runs the engine": (
        "rulec/emit/write.py",
        "from rulec_runtime.program import Program",
        "more than `format`",
    ),
    "the engine imports the compiler": (
        "runtime/rulec_runtime/decision.py",
        "from rulec import source",
        "need the compiler",
    ),
    "the engine imports Arrow": (
        "runtime/rulec_runtime/decision.py",
        "import pyarrow.parquet",
        "belongs to ['traffic']",
    ),
    "a cimport goes to the right": (
        "runtime/rulec_runtime/artifact.pyx",
        "from rulec_runtime.batch cimport Batch",
        "`artifact` stands before `batch`",
    ),
    "a relative cimport goes to the right": (
        "runtime/rulec_runtime/facts.pxd",
        "from .match cimport Match",
        "`facts` stands before `match`",
    ),
    "an import hides in a function": (
        "rulec/terms/factor.py",
        "def late() -> None:\n    import json\n",
        "inside a function",
    ),
    "an import hides behind importlib": (
        "rulec/terms/factor.py",
        "def late(name: str) -> object:\n    return importlib.import_module(name)\n",
        "inside a function",
    ),
    "a library leaves its leaf": ("rulec/check/names.py", "import lark", "belongs to ['syntax']"),
    "a room nobody planned": ("rulec/extra/__init__.py", "", "`extra` has no place"),
}


@pytest.mark.parametrize("case", PLANTS)
def test_a_planted_violation_is_caught(case: str, planted: Path) -> None:
    path, text, expected = PLANTS[case]
    before = violations(planted)
    file = planted / path
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as end:
        end.write(f"\n{text}\n")
    new = set(violations(planted)) - set(before)
    assert any(expected in line and path in line for line in new), sorted(new)


def test_a_planted_circle_is_caught(planted: Path) -> None:
    for name, other in (("one", "two"), ("two", "one")):
        (planted / f"rulec/check/{name}.py").write_text(f"import rulec.check.{other}\n", "utf-8")
    assert any("circle" in line and "rulec.check.one" in line for line in violations(planted))
