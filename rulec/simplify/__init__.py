"""Stage 3, simplify: typed conditions to literals in negation normal form."""
