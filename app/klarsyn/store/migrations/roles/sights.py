"""What a blind role sees of each table: the one list, which a test compares with the database's catalogue.

A table that is not in it is seen by nobody but the service and those who never read; the test that reads the
catalogue fails until somebody has decided.
"""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """Which rows of a table a blind role sees."""

    OPEN = "all rows"
    OWN = "rows of the own account"
    KNOWN = "rows of exams whose first impression this account has signed"
    EMPTY = "none, as if there were none: a desk asks, and goes on without"
    NOBODY = "none, and asking is an error"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a blind role may do with one table.

    Parameters
    ----------
    rows
        For OWN and KNOWN, what tells which rows of `t` these are; {known} stands for the exams whose first
        impression is signed, {me} for the account. Empty: by `reader` or `exam_id`.
    check
        What must hold of a `new` row beside its being the account's own, and the sentence that refuses it.
    inserts, updates, deletes
        What a reader may do to own rows; `updates` names the columns.
    """

    kind: Kind
    rows: str = ""
    inserts: bool = False
    updates: tuple[str, ...] = ()
    deletes: bool = False
    owner: str = "reader"
    check: tuple[tuple[str, str], ...] = ()
    arbiters: bool = False
    """Whether arbiters see, beside, the rows of exams that have been read to their end."""


_NOBODY = Sight(Kind.NOBODY)
_OPEN = Sight(Kind.OPEN)
_OWN_READ = "EXISTS (SELECT 1 FROM {here}.read r WHERE r.read_id = {row}.read_id AND r.reader = {me})"
_OWN_NEW_READ = (_OWN_READ.replace("{row}", "new"), "It belongs to no read of yours.")
_NOW = (
    "new.{column} BETWEEN clock_timestamp() - interval '30 seconds' "
    "AND clock_timestamp() + interval '30 seconds'"
)
_CLOCK = "The clock of this workstation differs from the database's. Have it set right, and sign again."


def _at(column: str) -> tuple[str, str]:
    return _NOW.replace("{column}", column), _CLOCK


_RADIOGRAPHER = (
    "pg_has_role(session_user, 'klarsyn_radiographer', 'MEMBER')",
    "Only a radiographer, or an administrator, says this of an exam.",
)

SIGHTS: dict[str, Sight] = {
    "alembic_version": _OPEN,
    "exam": _OPEN,
    "image": _OPEN,
    "image_rejection": _OPEN,
    "identity_event": _OPEN,
    "quarantine": _OPEN,
    "policy_version": _OPEN,
    "exam_note": Sight(Kind.OWN, rows="true", inserts=True, owner="by", check=(_at("at"), _RADIOGRAPHER)),
    "engine_choice": _OPEN,
    "calibration": _OPEN,
    "calibration_event": _OPEN,
    "site_window": _OPEN,
    "screen_check": Sight(Kind.OPEN, inserts=True),
    "screen_ruler": Sight(Kind.OPEN, inserts=True),
    "read": Sight(
        Kind.OWN,
        inserts=True,
        arbiters=True,
        check=(
            _at("signed_at"),
            ("new.effective_at BETWEEN new.signed_at AND new.signed_at + interval '1 hour'", _CLOCK),
            (
                "new.supersedes IS NULL OR EXISTS (SELECT 1 FROM {here}.read r WHERE "
                "r.read_id = new.supersedes AND r.reader = {me} AND r.exam_id = new.exam_id)",
                "It takes back no read of yours.",
            ),
        ),
    ),
    "read_detail": Sight(
        Kind.OWN,
        rows=_OWN_READ.replace("{row}", "t"),
        inserts=True,
        owner="",
        arbiters=True,
        check=(_OWN_NEW_READ,),
    ),
    "draft": Sight(Kind.OWN, inserts=True, updates=("is_open", "right", "left", "opened_at"), deletes=True),
    "draft_detail": Sight(Kind.OWN, inserts=True, updates=("body", "saved_at"), deletes=True),
    "looked": Sight(Kind.OWN, inserts=True, updates=("seen", "saved_at"), deletes=True),
    "drawing": Sight(Kind.OWN, inserts=True, updates=("annotations", "saved_at"), deletes=True),
    "claim": Sight(Kind.OWN, updates=("expires_at",), deletes=True),
    "opinion_shown": Sight(Kind.OWN, inserts=True, check=(_at("at"),)),
    "reveal": Sight(
        Kind.OWN,
        inserts=True,
        check=(
            _at("at"),
            ("new.exam_id IN ({known})", "Sign your first impression first; then the AI can be shown."),
            (
                "new.result_id IS NULL OR EXISTS (SELECT 1 FROM {here}.ai_result a "
                "WHERE a.result_id = new.result_id AND a.exam_id = new.exam_id)",
                "There is no such result of this exam.",
            ),
        ),
    ),
    "ai_result": Sight(Kind.KNOWN),
    "report_conversion": Sight(Kind.KNOWN),
    "received_report": Sight(Kind.KNOWN, rows="key"),
    "received_document": Sight(Kind.KNOWN, rows="key"),
    "presentation_state": Sight(
        Kind.KNOWN, rows="t.sop_instance_uid IN ({states})", inserts=True, owner="", check=(_OWN_NEW_READ,)
    ),
    "presentation_state_image": Sight(
        Kind.KNOWN,
        rows="t.state_uid IN ({states})",
        inserts=True,
        owner="",
        check=(
            (
                "EXISTS (SELECT 1 FROM {here}.presentation_state s JOIN {here}.read r "
                "ON r.read_id = s.read_id WHERE s.sop_instance_uid = new.state_uid AND r.reader = {me})",
                "It belongs to no read of yours.",
            ),
        ),
    ),
    "decision": Sight(
        Kind.OWN,
        rows="t.batch <= (now() AT TIME ZONE 'UTC')::date",
        inserts=True,
        arbiters=True,
        owner="signed_by",
        check=(
            (
                "new.exam_id IN (SELECT reader.arbitrable())",
                "Only an arbiter decides, and only when all reads are in force.",
            ),
        ),
    ),
    "decision_read": Sight(
        Kind.OWN,
        rows="EXISTS (SELECT 1 FROM {here}.decision d WHERE d.decision_id = t.decision_id "
        "AND d.exam_id IN (SELECT reader.arbitrable()))",
        inserts=True,
        owner="",
        check=(
            (
                "EXISTS (SELECT 1 FROM {here}.decision d WHERE d.decision_id = new.decision_id "
                "AND d.signed_by = {me})",
                "It belongs to no decision of yours.",
            ),
        ),
    ),
    "letter_export": _NOBODY,
    "letter": _NOBODY,
    "letter_delivery": _NOBODY,
    "source_file": _NOBODY,
    "shadow_result": _NOBODY,
    "ledger": _NOBODY,
    "outcome": Sight(Kind.EMPTY),
    "calibration_exam": _NOBODY,
    "exam_move": _NOBODY,
    "exam_closing": Sight(
        Kind.OWN, rows="true", inserts=True, owner="said_by", check=(_at("at"), _RADIOGRAPHER)
    ),
    "access_log": Sight(Kind.OWN, inserts=True, owner="who", check=(_at("at"),)),
    "access_anchor": Sight(Kind.OWN, inserts=True, owner="who", check=(_at("at"),)),
    "change_tick": _NOBODY,
    "site_value": _NOBODY,
    "queue_fact": _NOBODY,
    "queue_rule": _NOBODY,
}
