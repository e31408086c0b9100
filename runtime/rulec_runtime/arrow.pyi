"""Reads columns and tables that come through the Arrow C interfaces."""

from typing import Final

TABLE: Final[str]
"""What stands for a column's name where a whole table is at fault."""
