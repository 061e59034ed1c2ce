"""Quality control of the algorithm. Empty until its issue fills it."""
