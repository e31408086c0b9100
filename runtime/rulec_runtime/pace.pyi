"""How many rows to read or decide at once, so that Ctrl-C waits a few hundredths of a second."""

from typing import final

@final
class Pace:
    """How many rows to read or decide before the next look at Ctrl-C."""
