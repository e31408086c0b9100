"""Facts about rules: how they cut the world of requests."""
