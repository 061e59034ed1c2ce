"""Checks of screens, their true size by ruler, and windows that a site has saved.

Checks and rulers are append-only like reads: what was seen of a screen stays. A site's windows may go.
"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("screen_check", "screen_ruler")


def upgrade() -> None:
    op.create_table(
        "screen_check",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("monitor", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("done_by", sa.String(length=200), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("remarks", sa.JSON(), nullable=False),
        sa.Column("curve", sa.JSON(), nullable=True),
        sa.Column("own_gsdf", sa.Boolean(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_screen_check")),
    )
    op.create_index(op.f("ix_screen_check_monitor"), "screen_check", ["monitor"])
    op.create_table(
        "screen_ruler",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("monitor", sa.String(length=200), nullable=False),
        sa.Column("columns", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("mm_per_pixel", sa.Double(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_screen_ruler")),
    )
    op.create_index(op.f("ix_screen_ruler_monitor"), "screen_ruler", ["monitor"])
    op.create_table(
        "site_window",
        sa.Column("device", sa.String(length=200), nullable=False),
        sa.Column("software", sa.String(length=200), nullable=False),
        sa.Column("view", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("center", sa.Double(), nullable=False),
        sa.Column("width", sa.Double(), nullable=False),
        sa.Column("function", sa.String(length=40), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("device", "software", "view", "name", name=op.f("pk_site_window")),
    )
    if op.get_context().dialect.name == "sqlite":
        for table in APPEND_ONLY:
            said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}"
                )
            # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number) {said}"
            )
