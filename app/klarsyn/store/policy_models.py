"""The tables of reading policies and of what persons have noted of exams.

Rows of both are append-only, by triggers in the database like those of reads.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class PolicyVersionRow(Base):
    """Somebody put a policy in force: the file's name and whole text, and its hash."""

    __tablename__ = "policy_version"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    file: Mapped[str] = mapped_column(String(80))
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)


class ExamNoteRow(Base):
    """Somebody said that a fact holds of an exam, or (`holds` false) that it does not; the newest counts."""

    __tablename__ = "exam_note"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"))
    kind: Mapped[str] = mapped_column(String(40))
    holds: Mapped[bool]
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text)
    __table_args__ = (Index("ix_exam_note_exam_kind", "exam_id", "kind", "number"),)
