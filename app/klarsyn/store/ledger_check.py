"""Do the ledger and the stored results tie? Each run is compared with its result, and billed anew from it.

When this finds nothing, a sum over the ledger is what the results themselves would give.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session, aliased

from klarsyn.domain.finding import ResultOrigin
from klarsyn.domain.metering import Billing, EngineRun, Terms, billing_of
from klarsyn.store.engine_models import ShadowResultRow
from klarsyn.store.ledger_models import LedgerRow
from klarsyn.store.ledger_writing import images_hash, maker_of
from klarsyn.store.models import ResultRow
from klarsyn.store.records import result_from_json

_AT_ONCE = 500
_MOST_NAMED = 5


def faults(session: Session, since: datetime | None = None) -> list[str]:
    """Return a sentence for each kind of difference, and for the first rows that differ from their result.

    Every result must have its row and every row its result, of whatever time; rows that ended before `since`
    are not read further.
    """
    found = [*_without_row(session), *_without_result(session)]
    differ: list[str] = []
    for table, key in ((ResultRow, LedgerRow.result_id), (ShadowResultRow, LedgerRow.shadow_result_id)):
        query = select(LedgerRow, table.body, _billed_before()).join(table, table.result_id == key)
        if since is not None:
            query = query.where(LedgerRow.ended_at >= since)
        for row, body, billed_before in session.execute(query.execution_options(yield_per=_AT_ONCE)):
            wrong = _differences(row, body, billed_before)
            if wrong:
                differ.append(f"Entry {row.number} of the ledger differs from its result in {wrong}.")
    if len(differ) > _MOST_NAMED:
        differ = [*differ[:_MOST_NAMED], f"{len(differ) - _MOST_NAMED} more entries differ."]
    return found + differ


def _without_row(session: Session) -> list[str]:
    found = []
    for table, key in ((ResultRow, LedgerRow.result_id), (ShadowResultRow, LedgerRow.shadow_result_id)):
        query = (
            select(func.count())
            .select_from(table)
            .outerjoin(LedgerRow, key == table.result_id)
            .where(LedgerRow.number.is_(None))
        )
        if table is ResultRow:
            # What a report says is no run of an engine.
            query = query.where(ResultRow.origin == ResultOrigin.ENGINE.value)
        missing = session.scalar(query)
        if missing:
            found.append(f"{missing} rows of {table.__tablename__} have no entry in the ledger.")
    return found


def _without_result(session: Session) -> list[str]:
    found = []
    for table, key in ((ResultRow, LedgerRow.result_id), (ShadowResultRow, LedgerRow.shadow_result_id)):
        # Foreign keys forbid it, as long as whoever writes has them switched on.
        gone = session.scalar(
            select(func.count())
            .select_from(LedgerRow)
            .outerjoin(table, key == table.result_id)
            .where(key.is_not(None), table.result_id.is_(None))
        )
        if gone:
            found.append(f"{gone} entries of the ledger have no row in {table.__tablename__}.")
    return found


def _billed_before() -> Any:
    """An expression: an earlier row billed the same model for the same images of the same exam."""
    earlier = aliased(LedgerRow)
    return exists().where(
        earlier.exam_id == LedgerRow.exam_id,
        earlier.number < LedgerRow.number,
        earlier.maker == LedgerRow.maker,
        earlier.model_sha256 == LedgerRow.model_sha256,
        earlier.images_sha256 == LedgerRow.images_sha256,
        earlier.billing == Billing.BILLED.value,
    )


def _differences(row: LedgerRow, body: dict[str, Any], billed_before: bool) -> str:
    result = result_from_json(body)
    made = result.provenance
    pairs = (
        ("the exam", row.exam_id, result.exam_id),
        ("the outcome", row.outcome, result.status.value),
        ("the time", row.ended_at, made.made_at),
        ("the maker", row.maker, maker_of(result)),
        ("the version", row.version, made.version),
        ("the model", row.model_sha256, made.model_sha256),
        ("the images", row.images_sha256, images_hash(made.input_instances)),
    )
    wrong = [what for what, entered, stored in pairs if entered != stored]
    if row.billing != Billing.BEFORE_METERING.value:
        terms = None if row.price is None else Terms(row.price, row.currency, row.contract)
        run = EngineRun(row.engine, row.started_at, terms)
        due = billing_of(result.status, run, billed_before=billed_before)
        # Whether shadow is billed stands in the contract of that day, not in the row.
        of_shadow = row.shadow_result_id is not None and row.billing == Billing.SHADOW.value
        if row.billing != due.value and not (of_shadow and due is Billing.BILLED):
            wrong.append(f"the bill ({row.billing} instead of {due.value})")
    return ", ".join(wrong)
