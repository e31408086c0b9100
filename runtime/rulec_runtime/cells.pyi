"""Reads Python values that stand in a column."""
