"""Rule sets: businesses, products and extension points, read from their files."""

from __future__ import annotations
