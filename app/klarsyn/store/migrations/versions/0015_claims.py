"""Claims of readers on exams, and the sign that something has changed.

A claim is a lease, the one kind of row here that is changed and taken away: what was read is told by `read`.
On PostgreSQL both are functions of the database's owner, so that a reader needs no right to see who claims or
reads what.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

TELLING = ("exam", "image", "image_rejection", "exam_closing", "ai_result", "read", "claim")
"""Tables whose changes another workstation's queue may have to show."""


def upgrade() -> None:
    op.create_table(
        "claim",
        sa.Column("reader", sa.String(length=200), nullable=False),
        sa.Column("exam_id", sa.String(length=36), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["exam_id"], ["exam.exam_id"], name=op.f("fk_claim_exam_id")),
        sa.PrimaryKeyConstraint("reader", name=op.f("pk_claim")),
    )
    op.create_index(op.f("ix_claim_exam_id"), "claim", ["exam_id"])
    op.create_table(
        "change_tick",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_change_tick")),
    )
    if op.get_context().dialect.name == "postgresql":
        schema = op.get_bind().exec_driver_sql("SELECT quote_ident(current_schema())").scalar_one()
        _claiming(schema)
        _telling(schema)


def _claiming(schema: str) -> None:
    # Locks in one order, reader then exam: of two who want one exam the second sees what the first has done,
    # and nobody waits in a circle. Each statement of a volatile function looks anew.
    signed = (
        "SELECT r.reader FROM read r WHERE r.exam_id = the_exam AND r.kind = 'final' "
        "AND r.covers::jsonb @> to_jsonb(its_images) AND to_jsonb(its_images) @> r.covers::jsonb "
        "AND NOT EXISTS (SELECT 1 FROM read w WHERE w.supersedes = r.read_id AND w.kind = 'withdrawal')"
    )
    op.execute(
        f"""
        CREATE FUNCTION klarsyn_claim(
            the_exam text, the_reader text, needed integer, its_images text[], lease interval, again boolean
        ) RETURNS text LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
        DECLARE
            moment timestamptz;
            others integer;
        BEGIN
            PERFORM pg_advisory_xact_lock(hashtextextended('reader ' || the_reader, 15));
            PERFORM pg_advisory_xact_lock(hashtextextended('exam ' || the_exam, 15));
            SELECT clock_timestamp() INTO moment;
            IF NOT again AND EXISTS ({signed} AND r.reader = the_reader) THEN
                RETURN 'read by this reader';
            END IF;
            SELECT count(*) INTO others FROM (
                SELECT c.reader FROM claim c
                WHERE c.exam_id = the_exam AND c.expires_at > moment AND c.reader <> the_reader
                UNION {signed} AND r.reader <> the_reader
            ) held;
            IF others >= needed THEN
                RETURN 'taken';
            END IF;
            INSERT INTO claim (reader, exam_id, claimed_at, expires_at)
            VALUES (the_reader, the_exam, moment, moment + lease)
            ON CONFLICT (reader) DO UPDATE SET
                claimed_at = CASE WHEN claim.exam_id = EXCLUDED.exam_id THEN claim.claimed_at
                    ELSE EXCLUDED.claimed_at END,
                exam_id = EXCLUDED.exam_id, expires_at = EXCLUDED.expires_at;
            RETURN 'granted';
        END $$
        """
    )


def _telling(schema: str) -> None:
    # Once a second at most, and without waiting: who finds the tick locked leaves the telling to whoever
    # holds it. A listener looks again a second later (store/changes.py), which catches what that leaves out.
    op.execute(
        f"""
        CREATE FUNCTION klarsyn_tell_change() RETURNS trigger
        LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $$
        BEGIN
            IF EXISTS (SELECT 1 FROM change_tick WHERE at > clock_timestamp() - interval '1 second') THEN
                RETURN NULL;
            END IF;
            INSERT INTO change_tick (number, at) SELECT 1, 'epoch'
            WHERE NOT EXISTS (SELECT 1 FROM change_tick) ON CONFLICT DO NOTHING;
            PERFORM 1 FROM change_tick WHERE number = 1 FOR UPDATE SKIP LOCKED;
            IF FOUND THEN
                UPDATE change_tick SET at = clock_timestamp() WHERE number = 1;
                PERFORM pg_notify('klarsyn', 'changed');
            END IF;
            RETURN NULL;
        END $$
        """
    )
    for table in TELLING:
        # A claim that is kept alive changes nothing for anybody.
        updates = "UPDATE OF exam_id" if table == "claim" else "UPDATE"
        op.execute(
            f'CREATE TRIGGER {table}_tells_change AFTER INSERT OR DELETE OR {updates} ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION klarsyn_tell_change()"
        )
