"""Reads one value of a fact; everything in it is for the engine's own C callers (values.pxd)."""
