"""Breast tomosynthesis: projections, slices, and the synthetic two-dimensional image."""
