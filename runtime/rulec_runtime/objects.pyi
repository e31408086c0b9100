"""Reads objects as mappings; everything in it is for the engine's own C callers (objects.pxd)."""
