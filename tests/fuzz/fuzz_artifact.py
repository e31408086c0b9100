"""Coverage-guided fuzzing: any bytes -> open -> resolve, without an exception but rulec's own.

    python tests/fuzz/fuzz_artifact.py -runs=200000 [CORPUS]       (needs atheris)

The seeds are the programs of corpus.py. The checksum is made to fit, so that every check behind it
is asked.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import atheris

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

with atheris.instrument_imports(include=["rulec_runtime"]):
    from engine.artifact_bytes import resealed
    from engine.damage import use

    from rulec_runtime import ArtifactError, from_bytes

from fuzz.corpus import artifacts


def one_input(data: bytes) -> None:
    """One file."""
    content = resealed(data) if len(data) >= 128 else data
    try:
        program = from_bytes(content)
    except ArtifactError:
        return
    use(program, random.Random(0))


if __name__ == "__main__":
    for folder in [argument for argument in sys.argv[1:] if not argument.startswith("-")]:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for number, artifact in enumerate(artifacts()):
            Path(folder, f"{number}.rulec").write_bytes(artifact)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
