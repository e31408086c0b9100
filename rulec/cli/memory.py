"""How much memory this process has had at most."""

from __future__ import annotations

import sys

if sys.platform != "win32":
    import resource

__all__ = ["peak_memory"]


def peak_memory() -> int | None:
    """Bytes; None where the system does not say."""
    if sys.platform == "win32":
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    # macOS counts bytes, the others kibibytes.
    return peak if sys.platform == "darwin" else peak * 1024
