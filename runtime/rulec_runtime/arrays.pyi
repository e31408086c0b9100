"""Reads NumPy arrays as columns of a batch."""
