"""The access log and its anchors: append-only, like reads."""

import sqlalchemy as sa
from alembic import op

from klarsyn.store.migrations.append_only import refuse_changes

revision = "0017"
down_revision = "0016"

APPEND_ONLY = dict.fromkeys(
    ("access_log", "access_anchor"), "chain_id = NEW.chain_id AND position = NEW.position"
)


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("chain_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("workstation", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("patient", sa.String(length=420), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "position", name=op.f("pk_access_log")),
    )
    op.create_index("ix_access_log_patient", "access_log", ["patient"])
    op.create_index("ix_access_log_who", "access_log", ["who", "at"])
    op.create_index("ix_access_log_exam_id", "access_log", ["exam_id"])
    op.create_table(
        "access_anchor",
        sa.Column("chain_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("entry_seal", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "position", name=op.f("pk_access_anchor")),
    )
    refuse_changes(APPEND_ONLY)
