"""Moves of exams, what people say of them, rejected images, new identities: rows that are only added."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

APPEND_ONLY = {
    "exam_move": "exam_id = NEW.exam_id AND step = NEW.step",
    "exam_closing": "",
    "image_rejection": "document_uid = NEW.document_uid AND image_uid = NEW.image_uid",
    "identity_event": "",
}
"""What else than its number makes a row of each table the same as another."""


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
    {"sqlite": _refuse_on_sqlite, "postgresql": _refuse_on_postgresql}[op.get_context().dialect.name]()


def _refuse_on_sqlite() -> None:
    for table, also in APPEND_ONLY.items():
        said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}")
        # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
        same = f"number = NEW.number OR ({also})" if also else "number = NEW.number"
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "
            f"WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {said}"
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
