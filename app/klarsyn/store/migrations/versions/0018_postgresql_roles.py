"""Filled by the issue of the screening workflow."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Add nothing yet."""
