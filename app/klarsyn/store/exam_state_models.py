"""The tables behind an exam's states: its moves, what people said of it, rejected images, new identities.

Rows are append-only, by triggers in the database like those of reads. `exam_move` tells how many reads an
exam has, and who made them: nothing for a reader's connection (invariants 5 and 6).
"""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class ExamMoveRow(Base):
    """One step of an exam; `step` counts those of one exam from 1, so that its moves are one chain."""

    __tablename__ = "exam_move"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    step: Mapped[int]
    before: Mapped[str] = mapped_column(String(40))
    after: Mapped[str] = mapped_column(String(40))
    moved_by: Mapped[str] = mapped_column(String(200))
    mover: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (UniqueConstraint("exam_id", "step", name="uq_exam_move_exam_id"),)


class ExamClosingRow(Base):
    """Somebody's word that an exam is withdrawn, recalled for technical reasons, or open again.

    `images`: the UIDs of the images that were there, with a space before and after each.
    """

    __tablename__ = "exam_closing"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    kind: Mapped[str] = mapped_column(String(40))
    said_by: Mapped[str] = mapped_column(String(200))
    mover: Mapped[str] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    images: Mapped[str] = mapped_column(Text)


class ImageRejectionRow(Base):
    """One image that a Key Object Selection document rejects (IHE IOCM); the image's own row stays.

    Whose image it is by the document is kept: a rejection never takes an image from another woman's exam.
    """

    __tablename__ = "image_rejection"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    document_uid: Mapped[str] = mapped_column(String(64))
    image_uid: Mapped[str] = mapped_column(String(64), index=True)
    study_instance_uid: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(16))
    patient_id: Mapped[str] = mapped_column(String(200))
    patient_issuer: Mapped[str] = mapped_column(String(200))
    patient_name: Mapped[str] = mapped_column(String(400))
    birth_date: Mapped[date | None]
    sha256: Mapped[str] = mapped_column(String(64))
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)
    __table_args__ = (UniqueConstraint("document_uid", "image_uid", name="uq_image_rejection_document_uid"),)


class IdentityEventRow(Base):
    """A patient's number was merged into another, or her identity corrected; of one exam only with `exam_id`.

    What comes later under the old identity is taken for the new one; "" and no date leave a part as it was.
    """

    __tablename__ = "identity_event"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    kind: Mapped[str] = mapped_column(String(40))
    exam_id: Mapped[str | None] = mapped_column(ForeignKey("exam.exam_id"))
    old_id: Mapped[str] = mapped_column(String(200), index=True)
    old_issuer: Mapped[str] = mapped_column(String(200))
    new_id: Mapped[str] = mapped_column(String(200))
    new_issuer: Mapped[str] = mapped_column(String(200))
    new_name: Mapped[str] = mapped_column(String(400))
    new_birth_date: Mapped[date | None]
    said_by: Mapped[str] = mapped_column(String(200))
    reason: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
