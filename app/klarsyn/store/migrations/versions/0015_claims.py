"""Filled by the issue of the screening workflow."""

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Add nothing yet."""
