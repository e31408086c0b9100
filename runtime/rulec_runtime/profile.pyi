"""Keeps what one entity's facts mean for a program, so that requests need not read them again."""

from collections.abc import Mapping
from typing import Any, final

from rulec_runtime.workspace import Spares

@final
class Row:
    """One entity's profile row in one program: immutable, owns its memory."""

    def __init__(self, spares: Spares, number: int, facts: Mapping[str, Any] | None) -> None: ...

@final
class Profile:
    """The facts of one entity, read and kept; make one with `Program.profile`."""

    def __init__(
        self, spares: Spares, entity: str, facts: Mapping[str, Any] | object | None
    ) -> None: ...
    @property
    def entity(self) -> str: ...
