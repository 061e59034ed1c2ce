"""The tables of what comes beside the images: reports and documents of other makers' software.

Rows are append-only, by triggers in the database like those of reads. Identity is kept beside the facts,
since a report must never meet the exam of another woman.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class _Received:
    """What both have: whose it is, which exam it is about, and the file (`sha256` in the images folder)."""

    sop_instance_uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    exam_key: Mapped[str] = mapped_column(String(300), index=True)
    patient_id: Mapped[str] = mapped_column(String(200), default="")
    patient_issuer: Mapped[str] = mapped_column(String(200), default="")
    patient_name: Mapped[str] = mapped_column(String(400), default="")
    birth_date: Mapped[date | None]
    study_date: Mapped[date | None]
    accession_number: Mapped[str] = mapped_column(String(64), default="")
    maker: Mapped[str] = mapped_column(String(200), default="")
    sha256: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReceivedReportRow(_Received, Base):
    """One report; `facts` is the domain's CadReport."""

    __tablename__ = "received_report"


class ReceivedDocumentRow(_Received, Base):
    """One document to be looked at; `facts` is the domain's Document."""

    __tablename__ = "received_document"


class ReportConversionRow(Base):
    """A report was read as a result: of an exam with these images, by this edition of its maker's rules."""

    __tablename__ = "report_conversion"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    report_uid: Mapped[str] = mapped_column(ForeignKey("received_report.sop_instance_uid"), index=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    images_sha256: Mapped[str] = mapped_column(String(64))
    rule_edition: Mapped[str] = mapped_column(String(64))
    result_id: Mapped[str] = mapped_column(ForeignKey("ai_result.result_id"), unique=True)
