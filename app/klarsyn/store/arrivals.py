"""What an import has seen: files dealt with, and files that could not be read."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from klarsyn.store.database import Database
from klarsyn.store.exams import Arrival, DuplicateInstance, ExamRepository
from klarsyn.store.image_folder import CannotKeep, ImageFolder
from klarsyn.store.models import ExamRow, ImageRow, QuarantineRow, SourceFileRow
from klarsyn.store.presentation_models import PresentationStateRow
from klarsyn.store.presentations import DuplicateState, KeptState, PresentationRepository
from klarsyn.store.priors import ask_for
from klarsyn.store.settlement import Quarantined, Settlement, SourceFile


class ArrivalRepository:
    """The import's own book-keeping. Each file is settled in one transaction with its rows.

    Whatever writes raises CannotKeep when the database cannot be written.
    """

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def settled(
        self, source: SourceFile, images: ImageFolder, *, make_task: bool = False
    ) -> Settlement | None:
        """Return what this very file (path, size, time) became; None when it needs a (second) look.

        It does when a header repair is in force that it was not read under, or when `images` no longer
        holds the image. Quarantined files always do: the next version may read them. `make_task` turns
        the exam of a settled image into a reading task for good.
        """
        with self._database.reading() as session:
            row = session.get(SourceFileRow, _stored(source.path))
            if row is None or row.outcome == "quarantine" or not _same_file(row, source):
                return None
            if not _editions(source.repairs).items() <= _editions(row.repairs).items():
                return None
            if row.state_uid is not None:
                sha256 = session.scalar(
                    select(PresentationStateRow.sha256).where(
                        PresentationStateRow.sop_instance_uid == row.state_uid
                    )
                )
                return Settlement(state=True) if sha256 and images.path(sha256).is_file() else None
            if row.sop_instance_uid is None:
                return Settlement()
            exam_id, sha256, asked_for = session.execute(
                select(ExamRow.exam_id, ImageRow.sha256, ExamRow.asked_for)
                .join(ImageRow, ImageRow.exam_id == ExamRow.exam_id)
                .where(ImageRow.sop_instance_uid == row.sop_instance_uid)
            ).one()
        if not images.holds(sha256, row.size):
            return None
        if make_task and not asked_for:
            with self._writing() as session:
                ask_for(session.get_one(ExamRow, exam_id))
        return Settlement(exam_id)

    def settle_image(self, source: SourceFile, arrival: Arrival) -> Settlement:
        """Store one image and its file's settlement together.

        A file that was quarantined before and can be read now leaves the quarantine.

        Raises
        ------
        DuplicateInstance
            If another content is known under this UID; nothing is stored.
        """
        with self._writing() as session:
            exam_id, new = ExamRepository.add_in(session, arrival)
            _remember(session, source, "image", arrival.image.sop_instance_uid)
            session.execute(delete(QuarantineRow).where(QuarantineRow.path == _stored(source.path)))
            return Settlement(exam_id, new)

    def settle_state(self, source: SourceFile, state: KeptState) -> Settlement:
        """Store one received presentation state and its file's settlement together.

        Raises
        ------
        DuplicateState
            If another content is known under this UID; nothing is stored.
        """
        with self._writing() as session:
            new = PresentationRepository.add_in(session, state)
            _remember(session, source, "state", state_uid=state.facts.sop_instance_uid)
            session.execute(delete(QuarantineRow).where(QuarantineRow.path == _stored(source.path)))
            return Settlement(new=new, state=True)

    def settle_other(self, source: SourceFile) -> None:
        """Remember a file that is not DICOM at all and needs nothing."""
        with self._writing() as session:
            _remember(session, source, "other")

    def quarantine(self, source: SourceFile, reason: str, advice: str, at: datetime) -> None:
        """Put a file on the list of those that could not be read; the file itself stays untouched."""
        with self._writing() as session:
            _remember(session, source, "quarantine")
            path = _stored(source.path)
            session.merge(QuarantineRow(path=path, reason=reason, advice=advice, seen_at=at))

    def quarantined(self) -> list[Quarantined]:
        """Return the list, by path."""
        with self._database.reading() as session:
            rows = session.scalars(select(QuarantineRow).order_by(QuarantineRow.path))
            return [Quarantined(r.path, r.reason, r.advice, r.seen_at) for r in rows]

    def quarantined_count(self) -> int:
        """Return the length of the list."""
        with self._database.reading() as session:
            return session.scalar(select(func.count()).select_from(QuarantineRow)) or 0

    @contextmanager
    def _writing(self) -> Iterator[Session]:
        try:
            with self._database.writing() as session:
                yield session
        except OperationalError as error:
            # The driver's words only: the statement's parameters may name a patient.
            raise CannotKeep(f"the database cannot be written ({error.orig})") from error


def _remember(
    session: Session, source: SourceFile, outcome: str, uid: str | None = None, state_uid: str | None = None
) -> None:
    path = _stored(source.path)
    row, repairs = session.get(SourceFileRow, path), _editions(source.repairs)
    if row is not None and row.outcome == outcome and _same_file(row, source):
        # What an earlier import repaired stays repaired; of one repair, the newer edition counts.
        repairs = _editions(row.repairs) | repairs
    session.merge(
        SourceFileRow(
            path=path,
            size=source.size,
            mtime_ns=source.mtime_ns,
            repairs=",".join(f"{name}:{fingerprint}" for name, fingerprint in sorted(repairs.items())),
            outcome=outcome,
            sop_instance_uid=uid,
            state_uid=state_uid,
        )
    )


def _same_file(row: SourceFileRow, source: SourceFile) -> bool:
    return (row.size, row.mtime_ns) == (source.size, source.mtime_ns)


def _editions(repairs: str) -> dict[str, str]:
    """Return repair name -> fingerprint."""
    return {
        name: mark for name, _, mark in (edition.partition(":") for edition in repairs.split(",")) if name
    }


def _stored(path: str) -> str:
    # A name that is not UTF-8 (an old share) reaches Python as surrogates, which no database takes.
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


__all__ = [
    "ArrivalRepository",
    "DuplicateInstance",
    "DuplicateState",
    "Quarantined",
    "Settlement",
    "SourceFile",
]
