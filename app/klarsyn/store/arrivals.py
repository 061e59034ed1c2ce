"""What an import has seen: files dealt with, and files that could not be read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.documents import DocumentRepository, KeptDocument
from klarsyn.store.exams import Arrival, DuplicateInstance, ExamRepository
from klarsyn.store.file_rows import editions, kept_settlement, note_own, paths_of, remember, same_file, stored
from klarsyn.store.image_folder import CannotKeep, ImageFolder
from klarsyn.store.models import ExamRow, ImageRow, QuarantineRow, SourceFileRow
from klarsyn.store.presentation_models import PresentationStateRow
from klarsyn.store.presentations import DuplicateState, KeptState, PresentationRepository
from klarsyn.store.priors import ask_for
from klarsyn.store.received import DuplicateReceived
from klarsyn.store.rejections import DuplicateRejection, KeptRejection, RejectionRepository
from klarsyn.store.reports import KeptReport, ReportRepository
from klarsyn.store.scoring_jobs import ask_for_scoring
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
            row = session.get(SourceFileRow, stored(source.path))
            if row is None or row.outcome == "quarantine" or not same_file(row, source):
                return None
            if not editions(source.repairs).items() <= editions(row.repairs).items():
                return None
            if row.state_uid is not None:
                sha256 = session.scalar(
                    select(PresentationStateRow.sha256).where(
                        PresentationStateRow.sop_instance_uid == row.state_uid
                    )
                )
                return Settlement(state=True) if sha256 and images.path(sha256).is_file() else None
            if row.kept_uid is not None:
                return kept_settlement(session, row.outcome, row.kept_uid, images)
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
            if new:
                ask_for_scoring(session, exam_id)
            remember(session, source, "image", arrival.image.sop_instance_uid)
            session.execute(delete(QuarantineRow).where(QuarantineRow.path == stored(source.path)))
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
            remember(session, source, "state", state_uid=state.facts.sop_instance_uid)
            session.execute(delete(QuarantineRow).where(QuarantineRow.path == stored(source.path)))
            return Settlement(new=new, state=True)

    def settle_report(self, source: SourceFile, kept: KeptReport) -> Settlement:
        """Store one report and its file's settlement together.

        Raises
        ------
        DuplicateReceived
            If another content is known under this UID; nothing is stored.
        """
        uid = kept.report.sop_instance_uid
        new = self._settled(source, "report", uid, partial(ReportRepository.add_in, kept=kept))
        return Settlement(new=new, report=uid)

    def settle_own(self, source: SourceFile, result_id: str) -> Settlement | None:
        """Settle a report that was written of a result which is here: nothing new. None where it is not."""
        with self._writing() as session:
            return note_own(session, source, result_id)

    def settle_document(self, source: SourceFile, kept: KeptDocument) -> Settlement:
        """Store one document and its file's settlement together; raises as `settle_report`."""
        uid = kept.document.sop_instance_uid
        new = self._settled(source, "document", uid, partial(DocumentRepository.add_in, kept=kept))
        return Settlement(new=new, document=uid)

    def settle_rejection(self, source: SourceFile, kept: KeptRejection) -> Settlement:
        """Store one rejection and its file's settlement together; raises DuplicateRejection."""
        uid = kept.rejection.document_uid
        new = self._settled(source, "rejection", uid, partial(RejectionRepository.add_in, kept=kept))
        return Settlement(new=new, rejection=uid)

    def _settled(self, source: SourceFile, kind: str, uid: str, add: Callable[[Session], bool]) -> bool:
        """Add what a file holds and settle the file, in one transaction; returns whether it was new."""
        with self._writing() as session:
            new = add(session)
            remember(session, source, kind, kept_uid=uid)
            session.execute(delete(QuarantineRow).where(QuarantineRow.path == stored(source.path)))
            return new

    def settle_other(self, source: SourceFile) -> None:
        """Remember a file that is not DICOM at all and needs nothing."""
        with self._writing() as session:
            remember(session, source, "other")

    def quarantine(self, source: SourceFile, reason: str, advice: str, at: datetime) -> None:
        """Put a file on the list of those that could not be read; the file itself stays untouched."""
        with self._writing() as session:
            remember(session, source, "quarantine")
            path = stored(source.path)
            session.merge(QuarantineRow(path=path, reason=reason, advice=advice, seen_at=at))

    def hold(self, uid: str, reason: str, advice: str, at: datetime) -> None:
        """Put the files of a report or a document, which can be read, on that list: it fits no exam here."""
        with self._writing() as session:
            for path in session.scalars(paths_of([uid])):
                session.merge(QuarantineRow(path=path, reason=reason, advice=advice, seen_at=at))

    def release(self, uids: list[str]) -> None:
        """Take the files of reports and documents that fit their exam off that list."""
        with self._writing() as session:
            for portion in portions(uids):
                session.execute(delete(QuarantineRow).where(QuarantineRow.path.in_(paths_of(portion))))

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


__all__ = [
    "ArrivalRepository",
    "DuplicateInstance",
    "DuplicateReceived",
    "DuplicateRejection",
    "DuplicateState",
    "Quarantined",
    "Settlement",
    "SourceFile",
]
