"""Prepares points that are asked together."""

from typing import final

from rulec_runtime.artifact import Artifact

@final
class Asked:
    """Points of one program that are asked together, and the memory to decide them in."""

    def __init__(self, artifact: Artifact, codes: tuple[str, ...]) -> None: ...
