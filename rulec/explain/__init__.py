"""Why a definition won, and why another one did not."""

from __future__ import annotations
