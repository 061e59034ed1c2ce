"""The tables of decisions, their letters, and what a signed read holds beside its assessment.

All are append-only, by triggers in the database like those of reads; only `draft_detail` is not signed yet.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class ReadDetailRow(Base):
    """Density, technical quality, comment and marked places of one signed read."""

    __tablename__ = "read_detail"
    read_id: Mapped[str] = mapped_column(ForeignKey("read.read_id"), primary_key=True)
    density: Mapped[str | None] = mapped_column(String(1))
    quality: Mapped[str | None] = mapped_column(String(1))
    comment: Mapped[str] = mapped_column(Text)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSON)


class DraftDetailRow(Base):
    """The same of a read that is not signed yet: a restart gives it back."""

    __tablename__ = "draft_detail"
    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), primary_key=True)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DecisionRow(Base):
    """One decision; `supersedes` is the one that it stands in the place of.

    An exam has one first decision, and each is corrected once at most: two desks that decide at the same
    time cannot both be right.
    """

    __tablename__ = "decision"
    decision_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(20))
    by: Mapped[list[str]] = mapped_column(JSON)
    signed_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    batch: Mapped[date] = mapped_column(index=True)
    covers: Mapped[list[str]] = mapped_column(JSON)
    result_id: Mapped[str | None] = mapped_column(ForeignKey("ai_result.result_id"))
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("decision.decision_id"), unique=True)
    __table_args__ = (
        Index(
            "uq_decision_first",
            "exam_id",
            unique=True,
            sqlite_where=text("supersedes IS NULL"),
            postgresql_where=text("supersedes IS NULL"),
        ),
    )


class DecisionReadRow(Base):
    """A read that a decision rests on."""

    __tablename__ = "decision_read"
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.decision_id"), primary_key=True)
    read_id: Mapped[str] = mapped_column(ForeignKey("read.read_id"), primary_key=True, index=True)


class LetterExportRow(Base):
    """One file of letters; `again_reason` why letters that had left before left once more."""

    __tablename__ = "letter_export"
    export_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    batch: Mapped[date] = mapped_column(index=True)
    format: Mapped[str] = mapped_column(String(10))
    folder: Mapped[str] = mapped_column(Text)
    file_name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    by: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    again_reason: Mapped[str] = mapped_column(Text)


class LetterRow(Base):
    """A decision's letter in a file. `is_first` can be true once for each decision, whatever asks."""

    __tablename__ = "letter"
    export_id: Mapped[str] = mapped_column(ForeignKey("letter_export.export_id"), primary_key=True)
    decision_id: Mapped[str] = mapped_column(ForeignKey("decision.decision_id"), primary_key=True)
    is_first: Mapped[bool]
    __table_args__ = (
        Index(
            "uq_letter_first",
            "decision_id",
            unique=True,
            sqlite_where=text("is_first"),
            postgresql_where=text("is_first"),
        ),
    )


class LetterDeliveryRow(Base):
    """The file of an export lies under its own name since `at`; `note` where it was found otherwise."""

    __tablename__ = "letter_delivery"
    export_id: Mapped[str] = mapped_column(ForeignKey("letter_export.export_id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    note: Mapped[str] = mapped_column(Text)
