"""Reads a request's facts; everything in it is for the engine's own C callers (facts.pxd)."""
