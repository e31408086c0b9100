"""What a program can decide, as sequences whose elements are made when they are asked for."""

from collections.abc import Sequence
from typing import final, overload

from rulec_runtime.decision import Decision

@final
class Codes(Sequence[str]):
    """The codes of the definitions, by number."""

    @overload
    def __getitem__(self, number: int, /) -> str: ...
    @overload
    def __getitem__(self, number: slice, /) -> tuple[str, ...]: ...
    def __len__(self) -> int: ...

@final
class Decisions(Sequence[Decision]):
    """The decisions of a program, by number: each is one object, for as long as the program."""

    @overload
    def __getitem__(self, number: int, /) -> Decision: ...
    @overload
    def __getitem__(self, number: slice, /) -> tuple[Decision, ...]: ...
    def __len__(self) -> int: ...
