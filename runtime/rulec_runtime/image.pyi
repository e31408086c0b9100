"""A program's bytes in memory, verified: a private copy, or the file itself, mapped."""

import os
from typing import Final, final

from typing_extensions import Buffer

MAX_PROGRAM_BYTES: Final[int]

@final
class Image:
    """The verified bytes of a program; make one with `image_of` or `image_in`."""

    @property
    def file(self) -> str | None: ...

def image_of(data: Buffer) -> Image: ...
def image_in(path: str | os.PathLike[str], shared: bool = False) -> Image: ...
def checksum_of(data: Buffer) -> int: ...
