"""PostgreSQL keeps readers blind: roles, rights, and a schema that shows a reader what may be known.

On SQLite, which serves one account, only two tables are added. The statements are those of
store/migrations/roles; a later migration that adds tables applies them anew.
"""

import sqlalchemy as sa
from alembic import op

from klarsyn.store.migrations.roles.applying import apply

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    # A reader's own rows are asked for on their own, in a table that holds everybody's.
    op.create_index("ix_read_reader_signed", "read", ["reader", "signed_at"])
    op.create_table(
        "queue_fact",
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("band", sa.SmallInteger(), nullable=False),
        sa.Column("band_before", sa.SmallInteger(), nullable=False),
        sa.Column("band_since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reads_required", sa.SmallInteger(), nullable=False),
        sa.Column("has_result", sa.Boolean(), nullable=False),
        sa.Column("waiting", sa.Boolean(), nullable=False),
        sa.Column("images", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_queue_fact_exam_id")),
        sa.PrimaryKeyConstraint("exam_id", name=op.f("pk_queue_fact")),
    )
    op.create_table(
        "queue_rule",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("not_scored_band", sa.SmallInteger(), nullable=False),
        sa.Column("aging_days", sa.SmallInteger(), nullable=False),
        sa.Column("letter_days", sa.SmallInteger(), nullable=False),
        sa.Column("letter_margin_days", sa.SmallInteger(), nullable=False),
        sa.Column("settling_s", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_queue_rule")),
    )
    if op.get_context().dialect.name == "postgresql":
        _triggers()
        apply(op.get_bind())


def _triggers() -> None:
    here = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
    # What is begun is read to its end, though the reader may not touch the exam's row (store/reads.py).
    op.execute(
        f"CREATE FUNCTION stay_a_task() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ BEGIN UPDATE {here}.exam SET reading_task = true, "
        f"prior_reason = '' WHERE exam_id = new.exam_id AND NOT reading_task; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER read_stays_a_task AFTER INSERT ON read FOR EACH ROW EXECUTE FUNCTION stay_a_task()"
    )
    # A late image opens the exam again at once, among the not-scored and for two readers.
    op.execute(
        f"CREATE FUNCTION forget_queue_fact() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        f"SET search_path = pg_catalog, pg_temp AS $$ BEGIN DELETE FROM {here}.queue_fact "
        f"WHERE exam_id = new.exam_id; RETURN NULL; END $$"
    )
    op.execute(
        "CREATE TRIGGER image_forgets_queue_fact AFTER INSERT OR UPDATE OF exam_id ON image "
        "FOR EACH ROW EXECUTE FUNCTION forget_queue_fact()"
    )
