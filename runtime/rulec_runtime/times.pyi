"""Reads the times of a batch: one for all its rows, or one a row."""
