"""What other makers' reports say and mean, and how our own results are told in their words."""
