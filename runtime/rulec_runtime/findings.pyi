"""Collects the bad rows of a batch while it is made."""

from typing import final

@final
class Findings:
    """The bad rows of a batch while it is made."""
