"""Exams with presentation states of others, for tests of what a reader may see of them."""

from shelf_fixtures import bring, files, open_session, two_exams

__all__ = ["bring", "files", "open_session", "two_exams"]
