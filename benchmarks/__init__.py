"""Benchmarks: made worlds, rivals, and the rounds in which they are measured."""

from __future__ import annotations
