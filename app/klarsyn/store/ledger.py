"""The ledger: what engines have run, and what of it is billed. Rows are added with results, never altered."""

from datetime import datetime

from sqlalchemy import func, select

from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.metering import Billing, LedgerEntry, Terms
from klarsyn.store.database import Database
from klarsyn.store.ledger_check import faults
from klarsyn.store.ledger_models import LedgerRow


class LedgerRepository:
    """The rows of the ledger."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def between(self, since: datetime, until: datetime) -> list[LedgerEntry]:
        """Return the runs that ended from `since` on and before `until`, in the order of their entry."""
        query = (
            select(LedgerRow)
            .where(LedgerRow.ended_at >= since, LedgerRow.ended_at < until)
            .order_by(LedgerRow.number)
        )
        with self._database.reading() as session:
            return [_entry(row) for row in session.scalars(query)]

    def billed_under(self, contract: str, engine: str) -> int:
        """Return how many runs of an engine have been billed under a contract."""
        query = select(func.count()).where(
            LedgerRow.contract == contract,
            LedgerRow.engine == engine,
            LedgerRow.billing == Billing.BILLED.value,
        )
        with self._database.reading() as session:
            return session.scalar(query) or 0

    def faults(self, since: datetime | None = None) -> list[str]:
        """Say in sentences where the ledger and the stored results differ; nothing when they tie.

        Every result must have its entry; entries are compared in full from `since` on.
        """
        with self._database.reading() as session:
            return faults(session, since)

    def count(self) -> int:
        """Return how many runs there are."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(LedgerRow)) or 0


def _entry(row: LedgerRow) -> LedgerEntry:
    terms = None if row.price is None else Terms(row.price, row.currency, row.contract)
    return LedgerEntry(
        number=row.number,
        result_id=row.result_id or row.shadow_result_id or "",
        engine=row.engine,
        version=row.version,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=ResultStatus(row.outcome),
        billing=Billing(row.billing),
        exam_id=row.exam_id,
        terms=terms,
    )
