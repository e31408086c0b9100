"""Decides many requests at once, given as columns."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, Protocol, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

from rulec_runtime.artifact import Artifact
from rulec_runtime.refusals import Refusal

class ArrowArray(Protocol):
    """An Arrow array, or a record batch."""

    def __arrow_c_array__(
        self, requested_schema: object | None = None
    ) -> tuple[object, object]: ...

class ArrowStream(Protocol):
    """A stream of Arrow arrays, or a table."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

Column: TypeAlias = (
    NDArray[Any] | tuple[NDArray[Any], NDArray[Any]] | list[Any] | ArrowArray | ArrowStream
)
"""One fact's values, a row each; the pair is offsets `[n_rows + 1]` and values, for tags."""
Columns: TypeAlias = Mapping[str, Column] | ArrowArray | ArrowStream
"""By "entity.fact"; by entity, structs of its facts, or an int64 array of its profile ids."""
Time: TypeAlias = datetime | str
"""An aware datetime, or RFC 3339 text with an offset."""
Times: TypeAlias = Sequence[Time] | NDArray[Any] | ArrowArray | ArrowStream
"""A time a row; int64 counts microseconds since 1970 in UTC, and datetime64 is of UTC."""

@final
class Batch:
    """Many requests of one program; make one with `Program.batch`.

    Thread-safety: may be used from any number of threads.
    """

    def __init__(
        self,
        artifact: Artifact,
        columns: Columns,
        as_of: Time | Times | None = None,
        on_bad: Literal["raise", "mark"] = "raise",
        is_strict: bool = True,
    ) -> None: ...
    def __len__(self) -> int: ...
    @property
    def n_rows(self) -> int: ...
    @property
    def refused_rows(self) -> NDArray[np.int64]:
        """The rows that are not decided, ascending; read-only."""

    @property
    def refusals(self) -> tuple[Refusal, ...]:
        """Why they are not: one a fact and reason. A row may count in several."""

    @property
    def tolerated(self) -> tuple[Refusal, ...]:
        """What was counted as absent instead, where the batch is not strict."""

    @property
    def identities(self) -> tuple[str, ...]:
        """The codes of the businesses, by the numbers `identify` gives."""

    def resolve(self, point: str, scenario: str | None = None) -> NDArray[np.int32]:
        """The decision numbers at a point: `[n_rows]`, places in `program.decisions`.

        `program.refused` (-1) in refused rows.
        """

    def resolve_points(
        self, points: Iterable[str], scenario: str | None = None
    ) -> NDArray[np.int32]:
        """The decision numbers at several points: `[n_points, n_rows]`, one match a row."""

    def identify(self) -> NDArray[np.int32]:
        """The business each row belongs to: `[n_rows]`, places in `identities`.

        -1: the platform; -2: the row is refused.
        """
