"""How large a user's text may be: on by default, counted explicitly, reported with a position.

The bounds keep hostile input cheap to refuse; real conditions stay far below them.
"""

from __future__ import annotations

from typing import Final

__all__ = [
    "MAX_CONDITION_BYTES",
    "MAX_DECIMAL_SCALE",
    "MAX_DEPTH",
    "MAX_ENTITIES",
    "MAX_FILE_BYTES",
    "MAX_INT",
    "MAX_LIST",
    "MAX_TERMS",
    "MAX_TOKENS",
    "MIN_INT",
]

MAX_CONDITION_BYTES: Final = 256 * 1024
"""UTF-8 bytes of one condition."""
MAX_TOKENS: Final = 65_536
"""Words and signs of one condition; a tree never has more nodes than tokens."""
MAX_DEPTH: Final = 128
"""Open parentheses and negations around one place."""
MAX_LIST: Final = 10_000
"""Values of one list in a condition."""
MAX_ENTITIES: Final = 255
"""Entities of one vocabulary: a check of the artifact has 8 bits for one."""
MAX_TERMS: Final = 4_096
"""Terms of one condition: the hard bound."""
MAX_FILE_BYTES: Final = 64 * 1024 * 1024
"""Bytes of one TOML file: generated sets hold thousands of definitions in one."""
MIN_INT: Final = -(2**63)
MAX_INT: Final = 2**63 - 1
"""Every int and every scaled decimal fits 64 bits."""
MAX_DECIMAL_SCALE: Final = 18
