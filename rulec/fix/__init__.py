"""Repair what findings know how to repair, and prove that nothing else changed."""

from __future__ import annotations
