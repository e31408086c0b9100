"""Says in words what a bad row of a column was given."""
