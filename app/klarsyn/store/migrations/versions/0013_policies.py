"""Versions of the reading policy, and what persons have noted of exams: append-only, like reads."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

APPEND_ONLY = ("policy_version", "exam_note")


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
    {"sqlite": _refuse_on_sqlite, "postgresql": _refuse_on_postgresql}[op.get_context().dialect.name]()


def _refuse_on_sqlite() -> None:
    for table in APPEND_ONLY:
        said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}")
        # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE number = NEW.number) {said}"
        )


def _refuse_on_postgresql() -> None:
    # As in 0011, whose function raises.
    for table in APPEND_ONLY:
        for name, when, each in (
            ("change", "UPDATE OR DELETE", "ROW"),
            ("truncate", "TRUNCATE", "STATEMENT"),
        ):
            trigger = f"{table}_refuses_{name}"
            op.execute(
                f'CREATE TRIGGER {trigger} BEFORE {when} ON "{table}" FOR EACH {each} '
                "EXECUTE FUNCTION refuse_as_append_only()"
            )
            op.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {trigger}')
