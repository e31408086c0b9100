"""Stage 5, lay out: terms to a plan, which is the artifact before it is bytes."""
