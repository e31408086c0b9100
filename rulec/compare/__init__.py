"""Two versions of a rule set: where they come from, what differs, whom it concerns."""
