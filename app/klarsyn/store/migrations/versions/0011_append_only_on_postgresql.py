"""What triggers of SQLite refuse since each table's own version, PostgreSQL refuses too.

One function raises for all; TRUNCATE, which goes by row triggers, has one of its own. The triggers are ALWAYS
ones: a session that calls itself a replica does not get past them. INSERT OR REPLACE is not known here, and
ON CONFLICT DO UPDATE is an UPDATE to a trigger.
"""

from alembic import op

revision = "0011"
down_revision = "0010"

APPEND_ONLY = (
    "ai_result",
    "read",
    "reveal",
    "screen_check",
    "screen_ruler",
    "presentation_state",
    "presentation_state_image",
    "opinion_shown",
    "engine_choice",
    "shadow_result",
    "calibration",
    "calibration_exam",
    "calibration_event",
    "ledger",
    "outcome",
)


def upgrade() -> None:
    if op.get_context().dialect.name != "postgresql":
        return
    op.execute(
        "CREATE FUNCTION refuse_as_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'rows of % are append-only', TG_TABLE_NAME; END $$"
    )
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
