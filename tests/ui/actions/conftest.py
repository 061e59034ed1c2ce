"""The real windows, for the docs that are made from what they can do."""

from window_fixtures import dressed, make_workplace

__all__ = ["dressed", "make_workplace"]
