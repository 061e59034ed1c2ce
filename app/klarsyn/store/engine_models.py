"""The tables of engines' roles and of what engines in the shadow have said.

Rows of both are append-only, by triggers in the database like those of reads.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class EngineChoiceRow(Base):
    """Somebody gave an engine a role."""

    __tablename__ = "engine_choice"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    engine: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    version: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(String(64))
    intended_use: Mapped[str] = mapped_column(String(40))
    chosen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    chosen_by: Mapped[str] = mapped_column(String(200))


class ShadowResultRow(Base):
    """One run of an engine in the shadow; `raw` is its evidence before calibration, NULL when it failed."""

    __tablename__ = "shadow_result"
    result_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"))
    engine: Mapped[str] = mapped_column(String(80))
    version: Mapped[str] = mapped_column(Text)
    model_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[str] = mapped_column(String(40))
    raw: Mapped[float | None]
    made_at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    __table_args__ = (Index("ix_shadow_result_engine_exam", "engine", "exam_id", "made_at"),)
