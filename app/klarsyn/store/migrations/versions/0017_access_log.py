"""Filled by the issue of the screening workflow."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Add nothing yet."""
