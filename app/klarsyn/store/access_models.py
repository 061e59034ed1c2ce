"""The tables of the access log: entries and anchors, both append-only."""

from datetime import datetime

from sqlalchemy import Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class AccessRow(Base):
    """One entry (domain/access.py). It refers to no exam, so that it outlives all of them."""

    __tablename__ = "access_log"
    chain_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(200))
    workstation: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(40))
    exam_id: Mapped[str] = mapped_column(String(36))
    patient: Mapped[str] = mapped_column(String(420))
    detail: Mapped[str] = mapped_column(Text)
    seal: Mapped[str] = mapped_column(String(64))
    __table_args__ = (
        Index("ix_access_log_patient", "patient"),
        Index("ix_access_log_who", "who", "at"),
        Index("ix_access_log_exam_id", "exam_id"),
    )


class AccessAnchorRow(Base):
    """A chain had come so far: what was cut off behind it shows."""

    __tablename__ = "access_anchor"
    chain_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(200))
    entry_seal: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))
