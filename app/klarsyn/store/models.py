"""The tables.

Rows of `ai_result`, `read` and `reveal` are append-only: triggers in the database refuse UPDATE, DELETE
and REPLACE, whatever program asks (invariant 5). Keys are random or DICOM UIDs, never patient numbers.
"""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, DateTime, ForeignKey, Index, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: SQLite forgets the zone, so it is put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive times: a read must never shift by a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("Times in the store carry a zone.")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Return the moment in UTC: PostgreSQL gives it in the zone of the session."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """All tables of Klarsyn."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_name)s",
            "uq": "uq_%(table_name)s_%(column_0_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class ExamRow(Base):
    """One exam. `key` says which files belong to it; `prior_reason` why it is no reading task, and
    `asked_for` that it is to be read whatever the rule says."""

    __tablename__ = "exam"
    exam_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    key: Mapped[str] = mapped_column(String(300), unique=True)
    patient_id: Mapped[str] = mapped_column(String(200), default="", index=True)
    patient_issuer: Mapped[str] = mapped_column(String(200), default="")
    patient_name: Mapped[str] = mapped_column(String(400), default="")
    birth_date: Mapped[date | None]
    study_date: Mapped[date | None]
    accession_number: Mapped[str] = mapped_column(String(64), default="")
    exam_type: Mapped[str] = mapped_column(String(40))
    reading_task: Mapped[bool]
    asked_for: Mapped[bool] = mapped_column(default=False)
    prior_reason: Mapped[str] = mapped_column(Text, default="")
    identity_conflict: Mapped[bool] = mapped_column(default=False)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ImageRow(Base):
    """One SOP instance; `facts` is the domain's Image, `sha256` names the file in the images folder."""

    __tablename__ = "image"
    sop_instance_uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SourceFileRow(Base):
    """A file that an import has dealt with, so that a second run need not read it again."""

    __tablename__ = "source_file"
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    mtime_ns: Mapped[int] = mapped_column(BigInteger)
    repairs: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(40))
    sop_instance_uid: Mapped[str | None] = mapped_column(ForeignKey("image.sop_instance_uid"))
    state_uid: Mapped[str | None] = mapped_column(String(64))
    kept_uid: Mapped[str | None] = mapped_column(String(64), index=True)
    """Of a report or a document: its SOPInstanceUID."""


class QuarantineRow(Base):
    """A file that could not be read: why, and what to do."""

    __tablename__ = "quarantine"
    path: Mapped[str] = mapped_column(Text, primary_key=True)
    reason: Mapped[str] = mapped_column(Text)
    advice: Mapped[str] = mapped_column(Text)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ResultRow(Base):
    """One run of one engine over one exam, or what a report says of it (`origin`); `body` is the domain's
    AiResult."""

    __tablename__ = "ai_result"
    result_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"))
    status: Mapped[str] = mapped_column(String(40))
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    origin: Mapped[str] = mapped_column(String(20), default="engine", server_default="engine")
    source: Mapped[str] = mapped_column(String(200), default="", server_default="")
    __table_args__ = (
        Index("ix_ai_result_exam_made", "exam_id", "made_at"),
        Index("ix_ai_result_exam_origin", "exam_id", "origin", "source", "made_at"),
    )


class ReadRow(Base):
    """One signed row of a read."""

    __tablename__ = "read"
    read_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"))
    reader: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(40))
    right: Mapped[str | None] = mapped_column(String(1))
    left: Mapped[str | None] = mapped_column(String(1))
    signed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    effective_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    supersedes: Mapped[str | None] = mapped_column(ForeignKey("read.read_id"), unique=True)
    software: Mapped[str] = mapped_column(String(80), default="")
    covers: Mapped[list[str]] = mapped_column(JSON, default=list)
    seen_in_part: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    __table_args__ = (
        Index("ix_read_exam_reader", "exam_id", "reader"),
        Index("ix_read_reader_signed", "reader", "signed_at"),
    )


class RevealRow(Base):
    """The moment at which a reader was shown, or hid, a result."""

    __tablename__ = "reveal"
    reveal_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    reader: Mapped[str] = mapped_column(String(200))
    result_id: Mapped[str | None] = mapped_column(ForeignKey("ai_result.result_id"))
    shown: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class DraftRow(Base):
    """An unsigned assessment. `is_open` marks the exam that the reader has open: a restart comes back to
    it; the others were left, and their drafts wait for the next opening."""

    __tablename__ = "draft"
    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), primary_key=True)
    is_open: Mapped[bool]
    right: Mapped[str | None] = mapped_column(String(1))
    left: Mapped[str | None] = mapped_column(String(1))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)


class LookedRow(Base):
    """What a reader has seen of an exam's images at 1:1: for each UID a `Coverage.packed`."""

    __tablename__ = "looked"
    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), primary_key=True)
    seen: Mapped[dict[str, str]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SiteValueRow(Base):
    """Values that belong to the installation, such as the secret seed of the queue's shuffle."""

    __tablename__ = "site_value"
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(Text)
