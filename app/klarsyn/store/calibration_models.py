"""The tables of calibrations: append-only, by triggers in the database like those of reads."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class CalibrationRow(Base):
    """What a calibration belongs to. `reference` is the sample of the one in force before, if there was."""

    __tablename__ = "calibration"
    calibration_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    engine: Mapped[str] = mapped_column(Text)
    engine_version: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(String(64))
    manufacturer: Mapped[str] = mapped_column(Text)
    software_versions: Mapped[str] = mapped_column(Text)
    factory: Mapped[bool]
    reference: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (
        UniqueConstraint(
            "engine",
            "engine_version",
            "model_sha256",
            "manufacturer",
            "software_versions",
            name="uq_calibration_key",
        ),
    )


class CalibrationExamRow(Base):
    """One exam of a sample, in order of `number`; `left_out` says why it does not count, empty if it does."""

    __tablename__ = "calibration_exam"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    calibration_id: Mapped[str] = mapped_column(ForeignKey("calibration.calibration_id"))
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"))
    result_id: Mapped[str] = mapped_column(String(36))
    raw: Mapped[float | None]
    raw_finding: Mapped[float | None]
    left_out: Mapped[str] = mapped_column(String(80))
    __table_args__ = (
        CheckConstraint("left_out <> '' OR raw IS NOT NULL", name="ck_calibration_exam_raw"),
        Index("uq_calibration_exam_once", "calibration_id", "exam_id", "left_out", unique=True),
    )


class CalibrationEventRow(Base):
    """One event of a calibration's history; `person` is `who` however it is spelt, and `body` what the
    domain's event carries beside."""

    __tablename__ = "calibration_event"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    calibration_id: Mapped[str] = mapped_column(ForeignKey("calibration.calibration_id"))
    kind: Mapped[str] = mapped_column(String(40))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    who: Mapped[str] = mapped_column(String(200))
    person: Mapped[str] = mapped_column(String(200))
    about: Mapped[int | None]
    reason: Mapped[str] = mapped_column(Text)
    sample_sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    __table_args__ = (
        Index("ix_calibration_event_calibration_id", "calibration_id", "number"),
        Index(
            "uq_calibration_event_signature",
            "about",
            "person",
            unique=True,
            sqlite_where=text("kind = 'signed'"),
            postgresql_where=text("kind = 'signed'"),
        ),
    )
