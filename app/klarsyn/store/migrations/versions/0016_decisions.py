"""Decisions and their letters, and what a read holds beside its assessment; rows are added, never altered."""

import sqlalchemy as sa
from alembic import op

from klarsyn.store.migrations.append_only import refuse_changes

revision = "0016"
down_revision = "0015"

# Of each append-only table, the conditions under which a new row would take an old one's place.
APPEND_ONLY = {
    "read_detail": "read_id = NEW.read_id",
    "decision": "decision_id = NEW.decision_id OR supersedes = NEW.supersedes "
    "OR (supersedes IS NULL AND NEW.supersedes IS NULL AND exam_id = NEW.exam_id)",
    "decision_read": "decision_id = NEW.decision_id AND read_id = NEW.read_id",
    "letter_export": "export_id = NEW.export_id",
    "letter": "decision_id = NEW.decision_id AND (export_id = NEW.export_id OR (is_first AND NEW.is_first))",
    "letter_delivery": "export_id = NEW.export_id",
}


def upgrade() -> None:
    _details()
    _decisions()
    _letters()
    refuse_changes(APPEND_ONLY)


def _details() -> None:
    op.create_table(
        "read_detail",
        sa.Column("read_id", sa.String(length=36), nullable=False),
        sa.Column("density", sa.String(length=1), nullable=True),
        sa.Column("quality", sa.String(length=1), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("findings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["read_id"], ["read.read_id"], name=op.f("fk_read_detail_read_id")),
        sa.PrimaryKeyConstraint("read_id", name=op.f("pk_read_detail")),
    )
    op.create_table(
        "draft_detail",
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_draft_detail_exam_id")),
        sa.PrimaryKeyConstraint("reader", "exam_id", name=op.f("pk_draft_detail")),
    )


def _decisions() -> None:
    op.create_table(
        "decision",
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("by", sa.JSON(), nullable=False),
        sa.Column("signed_by", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("batch", sa.Date(), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.Column("result_id", sa.String(length=36), nullable=True),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_decision_exam_id")),
        sa.ForeignKeyConstraint(["result_id"], ["ai_result.result_id"], name=op.f("fk_decision_result_id")),
        sa.ForeignKeyConstraint(
            ["supersedes"], ["decision.decision_id"], name=op.f("fk_decision_supersedes")
        ),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_decision")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_decision_supersedes")),
    )
    op.create_index(op.f("ix_decision_exam_id"), "decision", ["exam_id"])
    op.create_index(op.f("ix_decision_batch"), "decision", ["batch"])
    _unique_where("uq_decision_first", "decision", "exam_id", "supersedes IS NULL")
    op.create_table(
        "decision_read",
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("read_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.decision_id"], name=op.f("fk_decision_read_decision_id")
        ),
        sa.ForeignKeyConstraint(["read_id"], ["read.read_id"], name=op.f("fk_decision_read_read_id")),
        sa.PrimaryKeyConstraint("decision_id", "read_id", name=op.f("pk_decision_read")),
    )
    op.create_index(op.f("ix_decision_read_read_id"), "decision_read", ["read_id"])


def _letters() -> None:
    op.create_table(
        "letter_export",
        sa.Column("export_id", sa.String(length=36), nullable=False),
        sa.Column("batch", sa.Date(), nullable=False),
        sa.Column("format", sa.String(length=10), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("again_reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("export_id", name=op.f("pk_letter_export")),
    )
    op.create_index(op.f("ix_letter_export_batch"), "letter_export", ["batch"])
    op.create_table(
        "letter",
        sa.Column("export_id", sa.String(length=36), nullable=False),
        sa.Column("decision_id", sa.String(length=36), nullable=False),
        sa.Column("is_first", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["letter_export.export_id"], name=op.f("fk_letter_export_id")
        ),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["decision.decision_id"], name=op.f("fk_letter_decision_id")
        ),
        sa.PrimaryKeyConstraint("export_id", "decision_id", name=op.f("pk_letter")),
    )  # fmt: skip
    _unique_where("uq_letter_first", "letter", "decision_id", "is_first")
    op.create_table(
        "letter_delivery",
        sa.Column("export_id", sa.String(length=36), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["letter_export.export_id"], name=op.f("fk_letter_delivery_export_id")
        ),
        sa.PrimaryKeyConstraint("export_id", name=op.f("pk_letter_delivery")),
    )


def _unique_where(name: str, table: str, column: str, condition: str) -> None:
    where = sa.text(condition)
    op.create_index(name, table, [column], unique=True, sqlite_where=where, postgresql_where=where)
