"""Versions of the reading policy, and what persons have noted of exams: append-only, like reads."""

import sqlalchemy as sa
from alembic import op

from klarsyn.store.migrations.append_only import refuse_changes

revision = "0013"
down_revision = "0012"

APPEND_ONLY = dict.fromkeys(("policy_version", "exam_note"), "number = NEW.number")


def upgrade() -> None:
    op.create_table(
        "policy_version",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_policy_version")),
    )
    op.create_table(
        "exam_note",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_exam_note_exam_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_exam_note")),
    )
    op.create_index("ix_exam_note_exam_kind", "exam_note", ["exam_id", "kind", "number"])
    refuse_changes(APPEND_ONLY)
