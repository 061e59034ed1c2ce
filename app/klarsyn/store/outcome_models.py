"""The table of outcomes: append-only, by triggers in the database like those of reads.

Nothing that a reader opens reads it: what became of an exam is for calibrations and reports.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class OutcomeRow(Base):
    """One outcome of one lesion, breast (`side`) or exam (`side` empty), as one import noted it.

    `image_uid`, `place_column` and `place_row` are its place, all or none; `file_sha256` and `line` say where
    it stood.
    """

    __tablename__ = "outcome"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    side: Mapped[str] = mapped_column(String(1))
    kind: Mapped[str] = mapped_column(String(20))
    known_on: Mapped[date | None]
    image_uid: Mapped[str | None] = mapped_column(String(64))
    place_column: Mapped[float | None]
    place_row: Mapped[float | None]
    import_id: Mapped[str] = mapped_column(String(36))
    file_sha256: Mapped[str] = mapped_column(String(64))
    line: Mapped[int]
    noted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    noted_by: Mapped[str] = mapped_column(String(200))
    __table_args__ = (
        CheckConstraint("side IN ('R', 'L', '')", name="ck_outcome_side"),
        CheckConstraint("kind IN ('cancer', 'benign', 'no cancer')", name="ck_outcome_kind"),
        CheckConstraint(
            "(image_uid IS NULL) = (place_column IS NULL) AND (image_uid IS NULL) = (place_row IS NULL)",
            name="ck_outcome_place",
        ),
        CheckConstraint(
            "image_uid IS NULL OR (side <> '' AND kind <> 'no cancer')", name="ck_outcome_place_of"
        ),
    )
