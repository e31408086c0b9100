"""Decodes a request's JSON: text to entity -> fact -> value, every number exact."""

from typing import Any, Final

MAX_DEPTH: Final[int]

def decoded(data: bytes | bytearray | memoryview | str) -> Any:
    """What a JSON text holds; `JsonError` for what is none."""
