"""Stage 6, emit: a plan to the bytes of an artifact."""
