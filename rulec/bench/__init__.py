"""How fast is a rule set of one's own: requests to it, rounds, figures, comparison."""
