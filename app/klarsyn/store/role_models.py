"""The tables by which a shared database orders a reader's queue itself.

The service keeps them (reading/queue_keeping.py); no reader sees them (invariants 5 and 6).
"""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class QueueFactRow(Base):
    """What orders one exam: its band by score alone, since when, and how many readers it needs.

    `band_before` is what counted before `band_since`; `images` the UIDs that a read must cover, NULL for all.
    An exam without such a row waits among the not-scored, for two readers (invariant 1).
    """

    __tablename__ = "queue_fact"
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), primary_key=True)
    band: Mapped[int] = mapped_column(SmallInteger)
    band_before: Mapped[int] = mapped_column(SmallInteger)
    band_since: Mapped[datetime] = mapped_column(UtcDateTime)
    reads_required: Mapped[int] = mapped_column(SmallInteger)
    has_result: Mapped[bool]
    waiting: Mapped[bool]
    images: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))


class QueueRuleRow(Base):
    """What of the policy orders the queue; one row, number 1."""

    __tablename__ = "queue_rule"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    not_scored_band: Mapped[int] = mapped_column(SmallInteger)
    aging_days: Mapped[int] = mapped_column(SmallInteger)
    letter_days: Mapped[int] = mapped_column(SmallInteger)
    letter_margin_days: Mapped[int] = mapped_column(SmallInteger)
    settling_s: Mapped[int]
