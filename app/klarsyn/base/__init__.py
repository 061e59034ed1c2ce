"""Known by all, knows nobody: settings, logging, the clock, paths."""
