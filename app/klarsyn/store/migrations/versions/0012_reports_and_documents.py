"""Reports and documents of other makers' software, and results that were read from such reports.

Rows of the three tables are append-only like reads. Results from before are those of engines.
"""

import sqlalchemy as sa
from alembic import op

from klarsyn.store.migrations.append_only import refuse_changes

revision = "0012"
down_revision = "0011"

APPEND_ONLY = {
    "received_report": "sop_instance_uid = NEW.sop_instance_uid",
    "received_document": "sop_instance_uid = NEW.sop_instance_uid",
    "report_conversion": "number = NEW.number OR result_id = NEW.result_id",
}


def upgrade() -> None:
    for table in ("received_report", "received_document"):
        op.create_table(
            table,
            sa.Column("sop_instance_uid", sa.String(length=64), nullable=False),
            sa.Column("exam_key", sa.String(length=300), nullable=False),
            sa.Column("patient_id", sa.String(length=200), nullable=False),
            sa.Column("patient_issuer", sa.String(length=200), nullable=False),
            sa.Column("patient_name", sa.String(length=400), nullable=False),
            sa.Column("birth_date", sa.Date(), nullable=True),
            sa.Column("study_date", sa.Date(), nullable=True),
            sa.Column("accession_number", sa.String(length=64), nullable=False),
            sa.Column("maker", sa.String(length=200), nullable=False),
            sa.Column("sha256", sa.String(length=64), nullable=False),
            sa.Column("facts", sa.JSON(), nullable=False),
            sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
            sa.PrimaryKeyConstraint("sop_instance_uid", name=op.f(f"pk_{table}")),
        )
        op.create_index(op.f(f"ix_{table}_exam_key"), table, ["exam_key"])
    op.add_column(
        "ai_result", sa.Column("origin", sa.String(length=20), nullable=False, server_default="engine")
    )
    op.add_column("ai_result", sa.Column("source", sa.String(length=200), nullable=False, server_default=""))
    op.create_index("ix_ai_result_exam_origin", "ai_result", ["exam_id", "origin", "source", "made_at"])
    op.create_table(
        "report_conversion",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("report_uid", sa.String(length=64), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("images_sha256", sa.String(length=64), nullable=False),
        sa.Column("rule_edition", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_uid"], ["received_report.sop_instance_uid"],
            name=op.f("fk_report_conversion_report_uid"),
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_report_conversion_exam_id")),
        sa.ForeignKeyConstraint(
            ["result_id"], ["ai_result.result_id"], name=op.f("fk_report_conversion_result_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_report_conversion")),
        sa.UniqueConstraint("result_id", name=op.f("uq_report_conversion_result_id")),
    )  # fmt: skip
    op.create_index(op.f("ix_report_conversion_report_uid"), "report_conversion", ["report_uid"])
    op.create_index(op.f("ix_report_conversion_exam_id"), "report_conversion", ["exam_id"])
    op.add_column("source_file", sa.Column("kept_uid", sa.String(length=64), nullable=True))
    op.create_index(op.f("ix_source_file_kept_uid"), "source_file", ["kept_uid"])
    refuse_changes(APPEND_ONLY)
