"""Reads a request's facts; all but its class is for the engine's own C callers (facts.pxd)."""

from typing import final

@final
class EntityClasses:
    """One entity's facts, read already."""
