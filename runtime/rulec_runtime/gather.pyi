"""Gathers the values of plain dicts; for the engine's own C callers (gather.pxd)."""
