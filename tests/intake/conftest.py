"""Fixtures of intake's tests."""

from calibrated_exams import chosen, desk, fed
from kept_states import house as house

__all__ = ["chosen", "desk", "fed"]
