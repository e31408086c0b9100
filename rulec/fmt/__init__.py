"""One style for conditions, where they stand: in the strings of their TOML files."""

from __future__ import annotations
