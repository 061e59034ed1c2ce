"""The first tables, and the triggers that keep signed rows as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

APPEND_ONLY = {"ai_result": "result_id", "read": "read_id", "reveal": "reveal_id"}


def upgrade() -> None:
    op.create_table(
        "exam",
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("patient_id", sa.String(length=200), nullable=False),
        sa.Column("patient_name", sa.String(length=400), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("study_date", sa.Date(), nullable=True),
        sa.Column("accession_number", sa.String(length=64), nullable=False),
        sa.Column("exam_type", sa.String(length=40), nullable=False),
        sa.Column("reading_task", sa.Boolean(), nullable=False),
        sa.Column("identity_conflict", sa.Boolean(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("exam_id", name=op.f("pk_exam")),
        sa.UniqueConstraint("key", name=op.f("uq_exam_key")),
    )
    op.create_table(
        "quarantine",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("advice", sa.Text(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_quarantine")),
    )
    op.create_table(
        "site_value",
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_site_value")),
    )
    op.create_table(
        "ai_result",
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("status", sa.String(length=40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_ai_result_exam_id")),
        sa.PrimaryKeyConstraint("result_id", name=op.f("pk_ai_result")),
    )
    op.create_index("ix_ai_result_exam_made", "ai_result", ["exam_id", "made_at"])

    op.create_table(
        "image",
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_image_exam_id")),
        sa.PrimaryKeyConstraint("sop_instance_uid", name=op.f("pk_image")),
    )
    op.create_index(op.f("ix_image_exam_id"), "image", ["exam_id"])

    op.create_table(
        "source_file",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("mtime_ns", sa.BigInteger(), nullable=False),
        sa.Column("repairs", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(
            ["sop_instance_uid"], ["image.sop_instance_uid"], name=op.f("fk_source_file_sop_instance_uid")
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_source_file")),
    )
    op.create_table(
        "draft",
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("right", sa.String(length=1), nullable=True),
        sa.Column("left", sa.String(length=1), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_draft_exam_id")),
        sa.PrimaryKeyConstraint("reader", "exam_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "read",
        sa.Column("read_id", sa.String(length=36), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("right", sa.String(length=1), nullable=True),
        sa.Column("left", sa.String(length=1), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("effective_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("supersedes", sa.String(length=36), nullable=True),
        sa.Column("software", sa.String(length=80), nullable=False),
        sa.Column("covers", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_read_exam_id")),
        sa.ForeignKeyConstraint(["supersedes"], ["read.read_id"], name=op.f("fk_read_supersedes")),
        sa.PrimaryKeyConstraint("read_id", name=op.f("pk_read")),
        sa.UniqueConstraint("supersedes", name=op.f("uq_read_supersedes")),
    )
    op.create_index("ix_read_exam_reader", "read", ["exam_id", "reader"])

    op.create_table(
        "reveal",
        sa.Column("reveal_id", sa.String(length=36), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("result_id", sa.String(length=36), nullable=True),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_reveal_exam_id")),
        sa.ForeignKeyConstraint(["result_id"], ["ai_result.result_id"], name=op.f("fk_reveal_result_id")),
        sa.PrimaryKeyConstraint("reveal_id", name=op.f("pk_reveal")),
    )
    op.create_index(op.f("ix_reveal_exam_id"), "reveal", ["exam_id"])
    if op.get_context().dialect.name == "sqlite":
        for table, key in APPEND_ONLY.items():
            said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}"
                )
            # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
            taken = f"{key} = NEW.{key} OR rowid = NEW.rowid"
            if table == "read":
                taken += " OR supersedes = NEW.supersedes"
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {taken}) {said}"
            )
