"""The vocabulary: the entities and facts that conditions may read."""

from __future__ import annotations
