"""Which engine orders the queue, which run in its shadow, and what those in the shadow have said.

Both tables are append-only like reads. What a shadow says lies in a table of its own, so that nothing that
asks for an exam's result can find it.
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

APPEND_ONLY = {"engine_choice": "number", "shadow_result": "result_id"}


def upgrade() -> None:
    op.create_table(
        "engine_choice",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("engine", sa.String(length=80), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("intended_use", sa.String(length=40), nullable=False),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("chosen_by", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_engine_choice")),
    )
    op.create_table(
        "shadow_result",
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("engine", sa.String(length=80), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("raw", sa.Double(), nullable=True),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_shadow_result_exam_id")),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_shadow_result")),
    )
    op.create_index("ix_shadow_result_engine_exam", "shadow_result", ["engine", "exam_id", "made_at"])
    if op.get_context().dialect.name == "sqlite":
        for table, key in APPEND_ONLY.items():
            said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}"
                )
            # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {key} = NEW.{key}) {said}"
            )
