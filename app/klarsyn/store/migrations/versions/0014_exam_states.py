"""Filled by the issue of the screening workflow."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add nothing yet."""
