"""Gives out numbers for profiles, for catalogues too large to keep an object an item."""

from typing import Any, Final, final

import numpy as np
from numpy.typing import NDArray

from rulec_runtime.workspace import Spares

MAX_ID_BYTES: Final[int]

@final
class ProfileIds:
    """The ids of one entity's profiles in one program, and the rows they stand for."""

    def __init__(self, spares: Spares, entity: int, max_bytes: int = ...) -> None: ...
    def __len__(self) -> int: ...
    def issue(self, columns: Any) -> NDArray[np.int64]:
        """One id a row of the columns: `[n_rows]`."""

    @property
    def n_bytes(self) -> int: ...
    @property
    def max_bytes(self) -> int: ...
