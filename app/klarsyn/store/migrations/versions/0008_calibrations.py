"""Calibrations of the site: what each belongs to, the exams of its sample in order, and its history.

All three are append-only like reads; a partial unique index takes each exam once into a sample.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

APPEND_ONLY = {
    "calibration": "calibration_id = NEW.calibration_id OR (engine, engine_version, model_sha256, "
    "manufacturer, software_versions) = (NEW.engine, NEW.engine_version, NEW.model_sha256, "
    "NEW.manufacturer, NEW.software_versions)",
    "calibration_exam": "number = NEW.number OR (calibration_id, exam_id, left_out) = "
    "(NEW.calibration_id, NEW.exam_id, NEW.left_out)",
    "calibration_event": "number = NEW.number OR (kind = 'signed' AND NEW.kind = 'signed' AND "
    "(about, person) = (NEW.about, NEW.person))",
}


def upgrade() -> None:
    op.create_table(
        "calibration",
        sa.Column("calibration_id", sa.String(length=36), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("engine_version", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("manufacturer", sa.Text(), nullable=False),
        sa.Column("software_versions", sa.Text(), nullable=False),
        sa.Column("factory", sa.Boolean(), nullable=False),
        sa.Column("reference", sa.JSON(), nullable=True),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("calibration_id", name=op.f("pk_calibration")),
        sa.UniqueConstraint(
            "engine",
            "engine_version",
            "model_sha256",
            "manufacturer",
            "software_versions",
            name="uq_calibration_key",
        ),
    )
    op.create_table(
        "calibration_exam",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("calibration_id", sa.String(length=36), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("result_id", sa.String(length=36), nullable=False),
        sa.Column("raw", sa.Double(), nullable=True),
        sa.Column("raw_finding", sa.Double(), nullable=True),
        sa.Column("left_out", sa.String(length=80), nullable=False),
        sa.CheckConstraint("left_out <> '' OR raw IS NOT NULL", name="ck_calibration_exam_raw"),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.calibration_id"],
            name=op.f("fk_calibration_exam_calibration_id"),
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_calibration_exam_exam_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_calibration_exam")),
    )
    op.create_index(
        "uq_calibration_exam_once",
        "calibration_exam",
        ["calibration_id", "exam_id", "left_out"],
        unique=True,
    )
    op.create_table(
        "calibration_event",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("calibration_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("person", sa.String(length=200), nullable=False),
        sa.Column("about", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sample_sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["calibration_id"],
            ["calibration.calibration_id"],
            name=op.f("fk_calibration_event_calibration_id"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_calibration_event")),
    )
    op.create_index(
        op.f("ix_calibration_event_calibration_id"), "calibration_event", ["calibration_id", "number"]
    )
    # A person signs one comparison once, whatever program asks.
    op.create_index(
        "uq_calibration_event_signature",
        "calibration_event",
        ["about", "person"],
        unique=True,
        sqlite_where=sa.text("kind = 'signed'"),
        postgresql_where=sa.text("kind = 'signed'"),
    )
    if op.get_context().dialect.name == "sqlite":
        for table, same in APPEND_ONLY.items():
            said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}"
                )
            # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see: by its key, or by
            # any other value that has to be unique.
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same} OR rowid = NEW.rowid) {said}"
            )
