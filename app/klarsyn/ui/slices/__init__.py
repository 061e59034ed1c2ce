"""Tomosynthesis on the screen: a view of slices, its bar, its film and its marks."""
