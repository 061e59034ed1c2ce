"""What triggers of SQLite refuse since each table's own version, PostgreSQL refuses too.

One function raises for all; `migrations/append_only.py` says how.
"""

from alembic import op

from klarsyn.store.migrations.append_only import refuse_on_postgresql

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
    refuse_on_postgresql(APPEND_ONLY)
