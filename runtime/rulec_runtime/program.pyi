"""A compiled rule set that decides requests: what a server holds."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias, final

import numpy as np
from numpy.typing import NDArray
from typing_extensions import Buffer

from rulec_runtime.artifact import EntityTable
from rulec_runtime.batch import Batch, Time, Times
from rulec_runtime.decision import Decision
from rulec_runtime.decisions import Decisions
from rulec_runtime.image import Image
from rulec_runtime.match import Match
from rulec_runtime.profile import Profile
from rulec_runtime.resolver import Kept, Resolver

Facts: TypeAlias = Mapping[str, Any] | object
"""Entity -> fact -> value, as mappings or as objects whose fields are named so."""
Explainer: TypeAlias = Callable[[dict[str, Any], Decision, str | None, str | None, Any], Any]
"""Facts, the winner, a code to explain, scenario, time -> why."""

@final
class Program:
    """A compiled rule set: immutable, ready to decide; open one with `open` or `from_bytes`."""

    def __init__(
        self, data: Buffer | Image, *, strict: bool = True, explainer: Explainer | None = None
    ) -> None: ...
    @property
    def hash(self) -> str: ...
    @property
    def is_strict(self) -> bool: ...
    @property
    def refused(self) -> int: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def points(self) -> tuple[str, ...]: ...
    @property
    def scenarios(self) -> tuple[str, ...]: ...
    @property
    def needs_as_of(self) -> bool: ...
    @property
    def entities(self) -> tuple[EntityTable, ...]: ...
    @property
    def manifest(self) -> dict[str, Any]: ...
    def described(self) -> dict[str, dict[str, str]]: ...
    def section_sizes(self) -> dict[str, tuple[int, int]]: ...
    def resolve(
        self, point: str, facts: Facts, scenario: str | None = None, as_of: Time | None = None
    ) -> Decision: ...
    def identify(self, facts: Facts, as_of: Time | None = None) -> str: ...
    def match(self, facts: Facts, as_of: Time | None = None) -> Match: ...
    def resolve_json(
        self,
        point: str,
        data: bytes | bytearray | memoryview | str,
        scenario: str | None = None,
        as_of: Time | None = None,
    ) -> Decision: ...
    def match_json(
        self, data: bytes | bytearray | memoryview | str, as_of: Time | None = None
    ) -> Match: ...
    def explain(
        self,
        point: str,
        facts: Facts,
        code: str | None = None,
        scenario: str | None = None,
        as_of: Time | None = None,
    ) -> Any: ...
    def profile(self, entity: str, facts: Mapping[str, Any] | object | None) -> Profile: ...
    def profile_ids(self, entity: str, columns: Any) -> NDArray[np.int64]: ...
    def stats(self) -> dict[str, Any]: ...
    def resolve_profiles(
        self,
        point: str,
        scenario: str | None = None,
        as_of: Time | None = None,
        /,
        **profiles: Kept | None,
    ) -> Decision: ...
    def resolver(self, point: str, scenario: str | None = None) -> Resolver: ...
    def match_profiles(self, as_of: Time | None = None, /, **profiles: Kept | None) -> Match: ...
    def batch(
        self,
        columns: Any,
        as_of: Time | Times | None = None,
        on_bad: Literal["raise", "mark"] = "raise",
    ) -> Batch: ...
    def to_bytes(self) -> bytes: ...
    def save(self, path: str | os.PathLike[str]) -> None: ...

def open_program(
    path: str | os.PathLike[str], *, shared: bool = False, strict: bool = True
) -> Program: ...
def from_bytes(
    data: Buffer, *, strict: bool = True, explainer: Explainer | None = None
) -> Program: ...
