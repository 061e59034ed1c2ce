"""Bring your own weights: GMIC (Shen et al., Medical Image Analysis 68, 2021), from the paper."""
