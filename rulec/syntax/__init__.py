"""Stage 1, parse: the text of a condition to a tree of what was written."""
