"""Segmentations (PS3.3 A.51) -> findings with outlines."""
