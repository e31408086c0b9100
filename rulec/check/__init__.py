"""Stage 2, check: names and types; what was written becomes what is meant."""
