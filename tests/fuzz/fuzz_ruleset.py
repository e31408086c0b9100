"""Coverage-guided fuzzing: any TOML -> rule set -> artifact, without an exception.

    python tests/fuzz/fuzz_ruleset.py -runs=50000 [CORPUS]         (needs atheris)

The input is one text, cut at lines of `%%`: vocabulary, platform, businesses, products, columns.
The seeds are the cases of tests/diagnostics and the examples.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

REPOSITORY = Path(__file__).resolve().parents[2]
NAMES = (
    "vocabulary.toml",
    "platform.toml",
    "businesses/all.toml",
    "products/all.toml",
    "columns.toml",
)
CUT = "\n%%\n"

with atheris.instrument_imports(include=["rulec"]):
    from rulec.driver import compile_folder
    from rulec.render.text import render
    from rulec_runtime import from_bytes

ROOT = Path(tempfile.mkdtemp())
for name in NAMES:
    (ROOT / name).parent.mkdir(parents=True, exist_ok=True)


def one_input(data: bytes) -> None:
    """One rule set."""
    parts = data.split(CUT.encode())
    for name, part in zip(NAMES, parts, strict=False):
        (ROOT / name).write_bytes(part)
    for name in NAMES[len(parts) :]:
        (ROOT / name).unlink(missing_ok=True)
    compiled = compile_folder(ROOT)
    render(compiled.findings)
    if compiled.artifact is not None:
        from_bytes(compiled.artifact)


def seeds(folder: Path) -> None:
    """Write the diagnostics' cases and the examples as a corpus."""
    folder.mkdir(parents=True, exist_ok=True)
    roots = [path.parent for path in REPOSITORY.glob("tests/diagnostics/*/vocabulary.toml")]
    roots += [path.parent for path in REPOSITORY.glob("examples/*/vocabulary.toml")]
    for root in roots:
        parts = []
        for name in NAMES:
            # A folder of several files gives its first: two cannot be joined into one.
            pattern = name.replace("all", "*")
            files = sorted(root.glob(pattern))[:1]
            parts.append("".join(file.read_text(encoding="utf-8") for file in files))
        (folder / root.name).write_text(CUT.join(parts), encoding="utf-8")


if __name__ == "__main__":
    for argument in [argument for argument in sys.argv[1:] if not argument.startswith("-")]:
        seeds(Path(argument))
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
