"""Stage 4, factor: literals to terms over interned local conditions."""
