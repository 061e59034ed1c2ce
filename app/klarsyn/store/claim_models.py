"""The tables of claims and of the change sign."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class ClaimRow(Base):
    """The exam that a reader reads now; one a reader. It ends by itself where the workstation dies."""

    __tablename__ = "claim"
    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    claimed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ChangeTickRow(Base):
    """When PostgreSQL last told its listeners that something has changed; one row, none on SQLite."""

    __tablename__ = "change_tick"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
