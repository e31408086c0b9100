"""Write a corpus of real programs: everything that the conformance files and examples compile to.

    python tests/fuzz/corpus.py FOLDER

One artifact a conformance case that compiles, one for all conditions of a topic, one an example.
`make -C runtime/kernels/check CORPUS=FOLDER` and fuzz_artifact.py damage them.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from rulec.driver import compile_folder

REPOSITORY = Path(__file__).resolve().parents[2]
PLATFORM = """
[[ability]]
code = "a"
[[ability.point]]
code = "p"
default = "none"
"""
BUSINESS = """
[[business]]
code = "b{number}"
owner = "o"
rank = {number}
identity = {condition}
[[business.bind]]
point = "p"
implementation = "I{number}"
config = {{ number = {number} }}
"""


def rulesets() -> Iterator[Mapping[str, str]]:
    """The files of each rule set of the conformance folder."""
    folder = REPOSITORY / "tests" / "conformance"
    for file in sorted(folder.glob("language-*.toml")):
        topic = tomllib.loads(file.read_text(encoding="utf-8"))
        conditions = [json.dumps(case["condition"]) for case in topic["case"]]
        businesses = [
            BUSINESS.format(number=number, condition=condition)
            for number, condition in enumerate(conditions, 1)
        ]
        yield {
            "vocabulary.toml": topic["vocabulary"],
            "platform.toml": PLATFORM,
            "businesses/all.toml": "".join(businesses),
        }
    for file in sorted(folder.glob("overlay-*.toml")):
        topic = tomllib.loads(file.read_text(encoding="utf-8"))
        yield from (_overlay(topic, case) for case in topic["case"])


def _overlay(topic: Mapping[str, Any], case: Mapping[str, Any]) -> Mapping[str, str]:
    """The files of an overlay case: what it does not say, its topic says."""
    keys = {
        "vocabulary.toml": "vocabulary",
        "platform.toml": "platform",
        "businesses/all.toml": "businesses",
        "products/all.toml": "products",
    }
    return {name: case.get(key, topic.get(key, "")) for name, key in keys.items()}


def artifacts() -> Iterator[bytes]:
    """The programs, each once."""
    seen: set[bytes] = set()
    with tempfile.TemporaryDirectory() as scratch:
        folders = [*sorted((REPOSITORY / "examples").glob("*/platform.toml"))]
        roots = [path.parent for path in folders]
        for number, files in enumerate(rulesets()):
            roots.append(Path(scratch, str(number)))
            for name, text in files.items():
                if text:
                    path = roots[-1] / name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_text(text, encoding="utf-8")
        for root in roots:
            artifact = compile_folder(root, allow_ties=True).artifact
            if artifact is not None and artifact not in seen:
                seen.add(artifact)
                yield artifact


def main() -> None:
    """Write the corpus."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    n_files = 0
    for artifact in artifacts():
        name = hashlib.sha256(artifact).hexdigest()[:16]
        (folder / f"{name}.rulec").write_bytes(artifact)
        n_files += 1
    sys.stdout.write(f"corpus: {n_files} programs in {folder}\n")


if __name__ == "__main__":
    main()
