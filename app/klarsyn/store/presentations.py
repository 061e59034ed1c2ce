"""Presentation states, drawings that are not signed yet, and who was shown what somebody else has drawn.

Reader-facing methods take the reader and give only his or her own drawings (invariant 5). What a reader may
see of the states is decided in reading/state_shelf.py.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.annotation import Annotation
from klarsyn.domain.state_facts import StateFacts
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.presentation_models import (
    DrawingRow,
    OpinionShownRow,
    PresentationStateImageRow,
    PresentationStateRow,
)

_ANNOTATIONS: TypeAdapter[tuple[Annotation, ...]] = TypeAdapter(tuple[Annotation, ...])
_FACTS: TypeAdapter[StateFacts] = TypeAdapter(StateFacts)

OVERLAYS = "overlays"
"""What `log_shown` calls the overlay planes of the image files."""


@dataclass(frozen=True, slots=True)
class KeptState:
    """A presentation state and the file that holds it; `read_id` is None for one that was received."""

    facts: StateFacts
    sha256: str
    arrived_at: datetime
    read_id: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A reader was shown `what`, or hid it."""

    exam_id: str
    reader: str
    what: str
    shown: bool
    at: datetime


class DuplicateState(Exception):
    """Two different files carry the SOPInstanceUID of one received presentation state."""


class PresentationRepository:
    """Presentation states as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    @staticmethod
    def add_in(session: Session, state: KeptState) -> bool:
        """Append one state inside the caller's transaction; returns whether it was new.

        Raises
        ------
        DuplicateState
            If a received state of this UID is known with another content; the known one is kept.
        """
        known = session.get(PresentationStateRow, state.facts.sop_instance_uid)
        if known is not None:
            # One of our own that comes back from an archive, which may have put its header right.
            if known.read_id is None and known.sha256 != state.sha256:
                raise DuplicateState
            return False
        session.add(
            PresentationStateRow(
                sop_instance_uid=state.facts.sop_instance_uid,
                read_id=state.read_id,
                sha256=state.sha256,
                facts=_FACTS.dump_python(state.facts, mode="json"),
                arrived_at=state.arrived_at,
            )
        )
        session.flush()
        session.add_all(
            PresentationStateImageRow(state_uid=state.facts.sop_instance_uid, image_uid=uid)
            for uid in state.facts.about
        )
        session.flush()
        return True

    def about(self, image_uids: Iterable[str]) -> list[KeptState]:
        """Return every state that references one of these images, newest first.

        Those of all reads are among them: what a reader may see is the caller's to decide.
        """
        query = (
            select(PresentationStateRow)
            .join(
                PresentationStateImageRow,
                PresentationStateImageRow.state_uid == PresentationStateRow.sop_instance_uid,
            )
            .distinct()
        )
        with self._database.reading() as session:
            found = {
                row.sop_instance_uid: KeptState(
                    _FACTS.validate_python(row.facts), row.sha256, row.arrived_at, row.read_id
                )
                for portion in portions(image_uids)
                for row in session.scalars(query.where(PresentationStateImageRow.image_uid.in_(portion)))
            }
        return sorted(found.values(), key=lambda s: (s.arrived_at, s.facts.sop_instance_uid), reverse=True)

    def drawn(self, exam_id: str, reader: str) -> tuple[Annotation, ...]:
        """Return what this reader has drawn on this exam, signed or not."""
        with self._database.reading() as session:
            row = session.get(DrawingRow, (reader, exam_id))
            return _ANNOTATIONS.validate_python(row.annotations) if row is not None else ()

    def save_drawn(
        self, exam_id: str, reader: str, annotations: tuple[Annotation, ...], at: datetime
    ) -> None:
        """Remember what this reader has drawn on this exam."""
        body = _ANNOTATIONS.dump_python(annotations, mode="json")
        with self._database.writing() as session:
            session.merge(DrawingRow(reader=reader, exam_id=exam_id, annotations=body, saved_at=at))

    def log_shown(self, shown: Shown) -> None:
        """Log that a reader was shown what somebody else has drawn, or hid it."""
        with self._database.writing() as session:
            session.add(
                OpinionShownRow(
                    exam_id=shown.exam_id,
                    reader=shown.reader,
                    what=shown.what,
                    shown=shown.shown,
                    at=shown.at,
                )
            )

    def shown(self, exam_id: str, reader: str) -> list[Shown]:
        """Return what this reader was shown on this exam, oldest first."""
        query = (
            select(OpinionShownRow)
            .where(OpinionShownRow.exam_id == exam_id, OpinionShownRow.reader == reader)
            .order_by(OpinionShownRow.number)
        )
        with self._database.reading() as session:
            return [Shown(r.exam_id, r.reader, r.what, r.shown, r.at) for r in session.scalars(query)]
