"""Recorded traffic: columns as facts, samples, replay. Needs pyarrow (`rulec[arrow]`)."""
