"""The access log and its anchors: append-only, like reads."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

APPEND_ONLY = ("access_log", "access_anchor")


def upgrade() -> None:
    op.create_table(
        "access_log",
        sa.Column("chain_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("workstation", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=40), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("patient", sa.String(length=420), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "position", name=op.f("pk_access_log")),
    )
    op.create_index("ix_access_log_patient", "access_log", ["patient"])
    op.create_index("ix_access_log_who", "access_log", ["who", "at"])
    op.create_index("ix_access_log_exam_id", "access_log", ["exam_id"])
    op.create_table(
        "access_anchor",
        sa.Column("chain_id", sa.String(length=36), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.String(length=200), nullable=False),
        sa.Column("entry_seal", sa.String(length=64), nullable=False),
        sa.Column("seal", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("chain_id", "position", name=op.f("pk_access_anchor")),
    )
    {"sqlite": _refuse_on_sqlite, "postgresql": _refuse_on_postgresql}[op.get_context().dialect.name]()


def _refuse_on_sqlite() -> None:
    for table in APPEND_ONLY:
        said = f"BEGIN SELECT RAISE(ABORT, 'rows of {table} are append-only'); END"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER {table}_refuses_{change.lower()} BEFORE {change} ON {table} {said}")
        # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
        op.execute(
            f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} WHEN EXISTS "
            f"(SELECT 1 FROM {table} WHERE chain_id = NEW.chain_id AND position = NEW.position) {said}"
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
