"""Recorded traffic: columns as facts, and replay. Needs pyarrow (`rulec[arrow]`)."""
