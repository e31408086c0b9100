"""Answers for one request: who matches, who is identified, who wins each point."""

from collections.abc import Iterable
from typing import Any, final

from rulec_runtime.artifact import Artifact
from rulec_runtime.decision import Decision
from rulec_runtime.workspace import Spares

@final
class Request:
    """Memory for one request at a time, and the cursor over it."""

    def __init__(self, artifact: Artifact) -> None: ...

@final
class Match:
    """One request, one program, every point; make one with `Program.match`."""

    def __init__(self, spares: Spares, request: Request) -> None: ...
    @property
    def identity(self) -> str: ...
    @property
    def codes(self) -> tuple[str, ...]: ...
    def resolve(self, point: str, scenario: str | None = None) -> Decision: ...
    def resolve_all(self, point: str, scenario: str | None = None) -> tuple[Decision, ...]: ...
    def resolve_points(
        self, points: Iterable[str], scenario: str | None = None
    ) -> tuple[Decision, ...]: ...
    def explain(self, point: str, code: str | None = None, scenario: str | None = None) -> Any: ...
