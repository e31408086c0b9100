"""Finds what a name stands for, in a step for a name that was met before."""

from typing import final

@final
class Names:
    """The numbers of some names, by text; by the very object where it was met before."""

    def __init__(self, names: tuple[str, ...]) -> None: ...
