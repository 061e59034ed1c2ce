"""The ledger of engines' runs. Results from before it get an entry each, not billed, so that both tie.

Append-only like reads. A partial unique index makes the database itself refuse to bill one model twice for
the same images of an exam.
"""

import hashlib

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_IS_BILLED = sa.text("billing = 'billed'")


def upgrade() -> None:
    op.create_table(
        "ledger",
        sa.Column("number", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("result_id", sa.String(length=36), nullable=True),
        sa.Column("shadow_result_id", sa.String(length=36), nullable=True),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.Column("maker", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("images_sha256", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("outcome", sa.String(length=40), nullable=False),
        sa.Column("billing", sa.String(length=40), nullable=False),
        sa.Column("price", sa.Text(), nullable=True),
        sa.Column("currency", sa.Text(), nullable=False),
        sa.Column("contract", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "(result_id IS NULL) <> (shadow_result_id IS NULL)", name=op.f("ck_ledger_one_result")
        ),
        sa.CheckConstraint(
            "billing <> 'billed' OR price IS NOT NULL", name=op.f("ck_ledger_billed_at_a_price")
        ),
        sa.ForeignKeyConstraint(["result_id"], ["ai_result.result_id"], name=op.f("fk_ledger_result_id")),
        sa.ForeignKeyConstraint(
            ["shadow_result_id"], ["shadow_result.result_id"], name=op.f("fk_ledger_shadow_result_id")
        ),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_ledger_exam_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ledger")),
        sa.UniqueConstraint("result_id", name=op.f("uq_ledger_result_id")),
        sa.UniqueConstraint("shadow_result_id", name=op.f("uq_ledger_shadow_result_id")),
    )
    op.create_index(op.f("ix_ledger_exam_id"), "ledger", ["exam_id"])
    op.create_index("ix_ledger_ended_at", "ledger", ["ended_at"])
    op.create_index(
        "uq_ledger_billed_once",
        "ledger",
        ["exam_id", "maker", "model_sha256", "images_sha256"],
        unique=True,
        sqlite_where=_IS_BILLED,
        postgresql_where=_IS_BILLED,
    )
    _enter_what_was_before("ai_result", "result_id")
    _enter_what_was_before("shadow_result", "shadow_result_id")
    if op.get_context().dialect.name == "sqlite":
        said = "BEGIN SELECT RAISE(ABORT, 'rows of ledger are append-only'); END"
        for change in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER ledger_refuses_{change.lower()} BEFORE {change} ON ledger {said}")
        # INSERT OR REPLACE takes a row away without a DELETE that a trigger could see.
        same = (
            "number = NEW.number OR result_id = NEW.result_id OR shadow_result_id = NEW.shadow_result_id "
            "OR (billing = 'billed' AND NEW.billing = 'billed' AND exam_id = NEW.exam_id AND "
            "maker = NEW.maker AND model_sha256 = NEW.model_sha256 AND images_sha256 = NEW.images_sha256)"
        )
        op.execute(
            "CREATE TRIGGER ledger_refuses_replace BEFORE INSERT ON ledger "
            f"WHEN EXISTS (SELECT 1 FROM ledger WHERE {same}) {said}"
        )


def _enter_what_was_before(table: str, key: str) -> None:
    connection = op.get_bind()
    moment = sa.DateTime(timezone=True)
    results = sa.table(
        table,
        sa.column("result_id", sa.String),
        sa.column("exam_id", sa.String),
        sa.column("status", sa.String),
        sa.column("made_at", moment),
        sa.column("body", sa.JSON),
    )
    ledger = sa.table(
        "ledger",
        *(sa.column(name, sa.String) for name in (key, "exam_id", "engine", "maker", "version")),
        *(sa.column(name, sa.String) for name in ("model_sha256", "images_sha256", "outcome", "billing")),
        *(sa.column(name, sa.String) for name in ("currency", "contract")),
        sa.column("started_at", moment),
        sa.column("ended_at", moment),
    )
    found = connection.execute(sa.select(results).order_by(results.c.made_at, results.c.result_id))
    for portion in found.partitions(500):
        rows = []
        for result in portion:
            made = result.body["provenance"]
            images = "\n".join(sorted(made["input_instances"]))
            rows.append(
                {
                    key: result.result_id,
                    "exam_id": result.exam_id,
                    "engine": made["engine"],
                    "maker": f"{made['vendor']}: {made['engine']}",
                    "version": made["version"],
                    "model_sha256": made["model_sha256"],
                    "images_sha256": hashlib.sha256(images.encode()).hexdigest(),
                    "started_at": result.made_at,
                    "ended_at": result.made_at,
                    "outcome": result.status,
                    "billing": "before metering",
                    "currency": "",
                    "contract": "",
                }
            )
        connection.execute(ledger.insert(), rows)
