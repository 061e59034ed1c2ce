"""The table of the ledger: one row for each run of an engine over an exam.

Append-only, by triggers in the database like those of reads; and a partial unique index, so that the
database itself refuses to bill one model twice for the same images of an exam.
"""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from klarsyn.store.models import Base, UtcDateTime


class ExactDecimal(TypeDecorator[Decimal]):
    """An amount of money as its digits: SQLite would keep a number as a binary fraction."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, _dialect: Dialect) -> str | None:
        """Write digits without an exponent."""
        return None if value is None else format(value, "f")

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Decimal | None:
        """Return the same amount."""
        return None if value is None else Decimal(value)


class LedgerRow(Base):
    """One run, written with its result in one transaction.

    It has either a `result_id` or, of an engine in shadow, a `shadow_result_id`. `engine` is the installed
    name, `maker` the engine's vendor and its own name. `images_sha256` is a hash over the UIDs of the images
    that the engine was given.
    """

    __tablename__ = "ledger"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    result_id: Mapped[str | None] = mapped_column(ForeignKey("ai_result.result_id"), unique=True)
    shadow_result_id: Mapped[str | None] = mapped_column(ForeignKey("shadow_result.result_id"), unique=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    engine: Mapped[str] = mapped_column(Text)
    maker: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(String(64))
    images_sha256: Mapped[str] = mapped_column(String(64))
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime] = mapped_column(UtcDateTime)
    outcome: Mapped[str] = mapped_column(String(40))
    billing: Mapped[str] = mapped_column(String(40))
    price: Mapped[Decimal | None] = mapped_column(ExactDecimal)
    currency: Mapped[str] = mapped_column(Text)
    contract: Mapped[str] = mapped_column(String(200))
    __table_args__ = (
        CheckConstraint("(result_id IS NULL) <> (shadow_result_id IS NULL)", name="ck_ledger_one_result"),
        CheckConstraint("billing <> 'billed' OR price IS NOT NULL", name="ck_ledger_billed_at_a_price"),
        Index("ix_ledger_ended_at", "ended_at"),
        Index(
            "uq_ledger_billed_once",
            "exam_id",
            "maker",
            "model_sha256",
            "images_sha256",
            unique=True,
            sqlite_where=text("billing = 'billed'"),
            postgresql_where=text("billing = 'billed'"),
        ),
    )
