"""Filled by the issue of the screening workflow."""

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add nothing yet."""
