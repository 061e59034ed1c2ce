"""Fixtures of intake's tests."""

from calibrated_exams import chosen, desk, fed

__all__ = ["chosen", "desk", "fed"]
