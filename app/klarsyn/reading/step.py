"""How far a read has come; known to widgets, which need nothing of the store for it."""

from enum import StrEnum


class Step(StrEnum):
    """How far the read has come."""

    READING = "reading"
    SIGNED = "first impression signed"
    REVEALED = "AI revealed"
    FINAL = "final"
