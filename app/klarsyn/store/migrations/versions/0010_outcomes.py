"""What became of exams: rows that are added and never altered."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "outcome",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("side", sa.String(length=1), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("known_on", sa.Date(), nullable=True),
        sa.Column("image_uid", sa.String(length=64), nullable=True),
        sa.Column("place_column", sa.Double(), nullable=True),
        sa.Column("place_row", sa.Double(), nullable=True),
        sa.Column("import_id", sa.String(length=36), nullable=False),
        sa.Column("file_sha256", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("noted_by", sa.String(length=200), nullable=False),
        sa.CheckConstraint("side IN ('R', 'L', '')", name=op.f("ck_outcome_side")),
        sa.CheckConstraint("kind IN ('cancer', 'benign', 'no cancer')", name=op.f("ck_outcome_kind")),
        sa.CheckConstraint(
            "(image_uid IS NULL) = (place_column IS NULL) AND (image_uid IS NULL) = (place_row IS NULL)",
            name=op.f("ck_outcome_place"),
        ),
        sa.CheckConstraint(
            "image_uid IS NULL OR (side <> '' AND kind <> 'no cancer')", name=op.f("ck_outcome_place_of")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_outcome_exam_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_outcome")),
    )
    op.create_index(op.f("ix_outcome_exam_id"), "outcome", ["exam_id"])
    if op.get_context().dialect.name == "sqlite":
        said = "BEGIN SELECT RAISE(ABORT, 'rows of outcome are append-only'); END"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER outcome_refuses_{change.lower()} BEFORE {change} ON outcome {said}")
        # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
        op.execute(
            "CREATE TRIGGER outcome_refuses_replace BEFORE INSERT ON outcome "
            f"WHEN EXISTS (SELECT 1 FROM outcome WHERE number = NEW.number) {said}"
        )
