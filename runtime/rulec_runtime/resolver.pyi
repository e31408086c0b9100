"""Decides requests that are given as profiles, or as ids of profiles."""

from typing import Any, TypeAlias, final

import numpy as np

from rulec_runtime.batch import Time
from rulec_runtime.decision import Decision
from rulec_runtime.profile import Profile
from rulec_runtime.workspace import Spares

Kept: TypeAlias = Profile | int | np.integer[Any]
"""A profile, or an id of `Program.profile_ids`."""

@final
class Givers:
    """What profiles and ids of one program stand for."""

    def __init__(self, spares: Spares) -> None: ...

@final
class Resolver:
    """One point of a program, asked again and again; make one with `Program.resolver`."""

    def __init__(self, givers: Givers, point: str, scenario: str | None = None) -> None: ...
    @property
    def point(self) -> str:
        """The code of the point."""

    @property
    def scenario(self) -> str | None:
        """The scenario asked in, or None."""

    def __call__(self, *profiles: Kept | None, as_of: Time | None = None) -> Decision:
        """The strongest decision for profiles by place, in the order of `Program.entities`."""
