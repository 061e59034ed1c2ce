"""Moves of exams, what people say of them, rejected images, new identities: rows that are only added."""

import sqlalchemy as sa
from alembic import op

from klarsyn.store.migrations.append_only import refuse_changes

revision = "0014"
down_revision = "0013"

APPEND_ONLY = {
    "exam_move": "number = NEW.number OR (exam_id = NEW.exam_id AND step = NEW.step)",
    "exam_closing": "number = NEW.number",
    "image_rejection": "number = NEW.number OR "
    "(document_uid = NEW.document_uid AND image_uid = NEW.image_uid)",
    "identity_event": "number = NEW.number",
}


def _table(name: str, *columns: sa.schema.SchemaItem) -> None:
    number = sa.Column("number", sa.Integer(), autoincrement=True, nullable=False)
    op.create_table(name, number, *columns, sa.PrimaryKeyConstraint("number", name=op.f(f"pk_{name}")))


def _text(name: str, length: int | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text() if length is None else sa.String(length=length), nullable=False)


def _at(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=False)


def _exam(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f(f"fk_{table}_exam_id"))


def upgrade() -> None:
    _table(
        "exam_move",
        _text("exam_id", 36), sa.Column("step", sa.Integer(), nullable=False), _text("before", 40),
        _text("after", 40), _text("moved_by", 200), _text("mover", 40), _text("reason"), _at("at"),
        _exam("exam_move"),
        sa.UniqueConstraint("exam_id", "step", name=op.f("uq_exam_move_exam_id")),
    )  # fmt: skip
    _table(
        "exam_closing",
        _text("exam_id", 36), _text("kind", 40), _text("said_by", 200), _text("mover", 40), _text("reason"),
        _at("at"), _text("images"), _exam("exam_closing"),
    )  # fmt: skip
    _table(
        "image_rejection",
        _text("document_uid", 64), _text("image_uid", 64), _text("study_instance_uid", 64),
        _text("reason", 16), _text("patient_id", 200), _text("patient_issuer", 200),
        _text("patient_name", 400), sa.Column("birth_date", sa.Date(), nullable=True), _text("sha256", 64),
        _at("arrived_at"),
        sa.UniqueConstraint("document_uid", "image_uid", name=op.f("uq_image_rejection_document_uid")),
    )  # fmt: skip
    _table(
        "identity_event",
        _text("kind", 40), sa.Column("exam_id", sa.String(length=36), nullable=True), _text("old_id", 200),
        _text("old_issuer", 200), _text("new_id", 200), _text("new_issuer", 200), _text("new_name", 400),
        sa.Column("new_birth_date", sa.Date(), nullable=True), _text("said_by", 200), _text("reason"),
        _text("source", 200), _at("at"), _exam("identity_event"),
    )  # fmt: skip
    for table, column in (
        ("exam_move", "exam_id"),
        ("exam_closing", "exam_id"),
        ("image_rejection", "image_uid"),
        ("identity_event", "old_id"),
    ):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])
    refuse_changes(APPEND_ONLY)
