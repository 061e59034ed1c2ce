"""What a run of an engine costs, and whether it is billed: the rules, an entry of the ledger, its month.

An exam is billed once for one model on the same images. A run is not billed when it gave no exam score that
may be used (failed, partial, not for this exam), when that model had been billed for those images before,
or when it ran in shadow and the contract does not bill that. Images that come later make another run, which
is billed. Explanations run an engine again on an exam that has its result: they leave no entry.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from klarsyn.domain.finding import ResultStatus


class Billing(StrEnum):
    """Billed, or the reason why not."""

    BILLED = "billed"
    FAILED = "failed"
    PARTIAL = "partial result"
    NOT_FOR_THIS_EXAM = "not for this exam"
    REPEATED = "repeated"
    SHADOW = "in shadow"
    NO_PRICE = "no price known"
    BEFORE_METERING = "before metering"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an exam costs: `price` in `currency` (ISO 4217); `contract` is empty for a maker's list price."""

    price: Decimal
    currency: str
    contract: str = ""
    bills_shadow: bool = False


@dataclass(frozen=True, slots=True)
class Contract:
    """What a site has agreed on with a vendor, for one engine by its installed name; both days included.

    `prepaid_exams` is how many billed exams have been paid for; going beyond it is told, and stops nothing.
    """

    name: str
    engine: str
    price: Decimal
    currency: str
    starts: date
    ends: date
    prepaid_exams: int | None = None
    bills_shadow: bool = False

    @property
    def terms(self) -> Terms:
        """What an exam costs under it."""
        return Terms(self.price, self.currency, self.name, self.bills_shadow)

    def covers(self, engine: str, day: date) -> bool:
        """True when it holds for an engine on a day."""
        return engine == self.engine and self.starts <= day <= self.ends


@dataclass(frozen=True, slots=True)
class EngineRun:
    """What is known of a run beside its result: the engine's installed name, when it began, its terms."""

    engine: str
    started_at: datetime
    terms: Terms | None
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One run of one engine over one exam, as it was written when the run ended."""

    number: int
    result_id: str
    engine: str
    version: str
    started_at: datetime
    ended_at: datetime
    outcome: ResultStatus
    billing: Billing
    exam_id: str
    terms: Terms | None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """The runs of one engine under one contract at one price; `not_billed` counts them by reason."""

    engine: str
    terms: Terms | None
    exams: int
    runs: int
    billed: int
    not_billed: dict[Billing, int] = field(default_factory=dict)

    @property
    def amount(self) -> Decimal:
        """What is to be paid, in the line's currency; exact."""
        return self.terms.price * self.billed if self.terms else Decimal(0)


def billing_of(status: ResultStatus, run: EngineRun, *, billed_before: bool) -> Billing:
    """Say whether a run is billed; `billed_before` that the same model was, for the same exam and images."""
    without_score = {
        ResultStatus.FAILED: Billing.FAILED,
        ResultStatus.PARTIAL: Billing.PARTIAL,
        ResultStatus.NOT_PROCESSED: Billing.NOT_FOR_THIS_EXAM,
        ResultStatus.NOT_FOR_THIS_EXAM: Billing.NOT_FOR_THIS_EXAM,
    }
    if status in without_score:
        return without_score[status]
    if billed_before:
        return Billing.REPEATED
    if run.terms is None:
        return Billing.NO_PRICE
    return Billing.SHADOW if run.shadow and not run.terms.bills_shadow else Billing.BILLED


def statement(entries: Iterable[LedgerEntry]) -> tuple[StatementLine, ...]:
    """Sum entries by engine, contract and price, in that order."""
    groups: dict[tuple[str, str, str, Decimal], list[LedgerEntry]] = {}
    for entry in entries:
        terms = entry.terms
        key = (terms.contract, terms.currency, terms.price) if terms else ("", "", Decimal(0))
        groups.setdefault((entry.engine, *key), []).append(entry)
    return tuple(_line(groups[key]) for key in sorted(groups))


def _line(entries: list[LedgerEntry]) -> StatementLine:
    reasons = [entry.billing for entry in entries]
    return StatementLine(
        engine=entries[0].engine,
        # A run that failed before the engine said its price has none; the others say it.
        terms=next((e.terms for e in entries if e.terms), None),
        exams=len({entry.exam_id for entry in entries}),
        runs=len(entries),
        billed=reasons.count(Billing.BILLED),
        not_billed={b: reasons.count(b) for b in Billing if b is not Billing.BILLED and b in reasons},
    )


def totals(lines: Iterable[StatementLine]) -> dict[str, Decimal]:
    """Return what is to be paid in each currency."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        if line.terms:
            sums[line.terms.currency] = sums.get(line.terms.currency, Decimal(0)) + line.amount
    return sums


PREPAID_WARNING = 0.9
"""Share of the prepaid exams from which the site is told."""


def prepaid_words(contract: Contract, used: int) -> str:
    """Say that a prepaid number is nearly, or wholly, used; empty before that."""
    if contract.prepaid_exams is None or used < PREPAID_WARNING * contract.prepaid_exams:
        return ""
    counted = f"{used} of {contract.prepaid_exams} prepaid exams of contract {contract.name!r} are used"
    if used < contract.prepaid_exams:
        return f"{counted}. Scoring goes on; agree with the vendor on more in time."
    over = used - contract.prepaid_exams
    beyond = f", {over} beyond the limit" if over else ""
    return f"{counted}{beyond}. Scoring goes on, and the ledger counts on; settle it with the vendor."
