"""Counts what a program that is not strict let pass."""

from collections.abc import Sequence
from typing import Any, Final, final

MAX_NAMES: Final[int]
MAX_NAME: Final[int]

@final
class Counters:
    """What a program that is not strict let pass, by reason."""

    def __init__(self, n_facts: int, n_assumptions: int) -> None: ...
    def counts(self, facts: Sequence[str], assumptions: Sequence[str]) -> dict[str, Any]: ...
