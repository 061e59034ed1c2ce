"""The tables of drawings and presentation states.

Rows of `presentation_state`, `presentation_state_image` and `opinion_shown` are append-only, by triggers in
the database like those of reads.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from klarsyn.store.models import Base, UtcDateTime


class PresentationStateRow(Base):
    """One presentation state: kept with the read that `read_id` names, or received (NULL).

    `facts` is the domain's StateFacts, `sha256` names the file in the images folder.
    """

    __tablename__ = "presentation_state"
    sop_instance_uid: Mapped[str] = mapped_column(String(64), primary_key=True)
    read_id: Mapped[str | None] = mapped_column(ForeignKey("read.read_id"), index=True)
    sha256: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    arrived_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PresentationStateImageRow(Base):
    """An image that a state references; the image itself may come later, or never."""

    __tablename__ = "presentation_state_image"
    state_uid: Mapped[str] = mapped_column(
        ForeignKey("presentation_state.sop_instance_uid"), primary_key=True
    )
    image_uid: Mapped[str] = mapped_column(String(64), primary_key=True, index=True)


class DrawingRow(Base):
    """What a reader has drawn on an exam so far. The signed record is the presentation state of the read."""

    __tablename__ = "drawing"
    reader: Mapped[str] = mapped_column(String(200), primary_key=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), primary_key=True)
    annotations: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class OpinionShownRow(Base):
    """The moment at which a reader was shown, or hid, what somebody else has drawn on an exam.

    `what` is the UID of a presentation state, or "overlays" for the overlay planes of the files.
    """

    __tablename__ = "opinion_shown"
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.exam_id"), index=True)
    reader: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(String(64))
    shown: Mapped[bool]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
