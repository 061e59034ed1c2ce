"""Presentation states kept with reads or received, drawings that are not signed yet, and what was shown.

States and the log of what was shown are append-only like reads; a drawing may change until it is signed.
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

APPEND_ONLY = {
    "presentation_state": "sop_instance_uid = NEW.sop_instance_uid",
    "presentation_state_image": "state_uid = NEW.state_uid AND image_uid = NEW.image_uid",
    "opinion_shown": "number = NEW.number",
}


def upgrade() -> None:
    op.create_table(
        "presentation_state",
        sa.Column("sop_instance_uid", sa.String(length=64), nullable=False),
        sa.Column("read_id", sa.String(length=36), nullable=True),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["read_id"], ["read.read_id"], name=op.f("fk_presentation_state_read_id")),
        sa.PrimaryKeyConstraint("sop_instance_uid", name=op.f("pk_presentation_state")),
    )
    op.create_index(op.f("ix_presentation_state_read_id"), "presentation_state", ["read_id"])
    op.create_table(
        "presentation_state_image",
        sa.Column("state_uid", sa.String(length=64), nullable=False),
        sa.Column("image_uid", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["state_uid"],
            ["presentation_state.sop_instance_uid"],
            name=op.f("fk_presentation_state_image_state_uid"),
        ),
        sa.PrimaryKeyConstraint("state_uid", "image_uid", name=op.f("pk_presentation_state_image")),
    )
    op.create_index(op.f("ix_presentation_state_image_image_uid"), "presentation_state_image", ["image_uid"])
    op.create_table(
        "drawing",
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("annotations", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_drawing_exam_id")),
        sa.PrimaryKeyConstraint("reader", "exam_id", name=op.f("pk_drawing")),
    )
    op.create_table(
        "opinion_shown",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=64), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_opinion_shown_exam_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_opinion_shown")),
    )
    op.create_index(op.f("ix_opinion_shown_exam_id"), "opinion_shown", ["exam_id"])
    op.add_column("source_file", sa.Column("state_uid", sa.String(length=64), nullable=True))
    if op.get_context().dialect.name == "sqlite":
        for table, same in APPEND_ONLY.items():
            said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
            for change in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}"
                )
            # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
            op.execute(
                f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
                f"WHEN EXISTS (SELECT 1 FROM {table} WHERE ({same}) OR rowid = NEW.rowid) {said}"
            )
