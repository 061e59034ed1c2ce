"""Signed reads, reveals, and the exam that a reader has open.

Reader-facing methods take the reader and give only his or her own rows (invariant 5).
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from klarsyn.domain.read import Impression, Read, ReadDetails, ReadKind, Reveal
from klarsyn.store.chunks import portions
from klarsyn.store.database import Database
from klarsyn.store.models import DraftRow, ExamRow, ReadRow, RevealRow
from klarsyn.store.one_account import refuse_second_account
from klarsyn.store.presentations import KeptState, PresentationRepository
from klarsyn.store.read_details import ReadDetailRepository
from klarsyn.store.read_rows import impression_of, read_of, row_of, value_of


@dataclass(frozen=True, slots=True)
class OpenRead:
    """The exam that a reader has open, and the unsigned draft."""

    reader: str
    exam_id: str
    draft: Impression
    opened_at: datetime


class AlreadySigned(Exception):
    """The reader has a read of this step in force already; nothing was added."""


class ReadRepository:
    """Reads as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database
        self.one_account = False
        """Whether a file takes reads of one account only; set where a person sits down (cli/seat.py)."""

    def add(self, read: Read, states: Iterable[KeptState] = (), details: ReadDetails | None = None) -> None:
        """Append one signed row, and the presentation states and details kept with it: all or nothing.

        Raises
        ------
        AlreadySigned
            If this reader has an unwithdrawn row of the same step for these images, or the row that is
            to be withdrawn has been withdrawn already.
        """
        try:
            with self._database.writing() as session:
                if self.one_account:
                    refuse_second_account(session, read.reader)
                if read.kind is not ReadKind.WITHDRAWAL:
                    own = session.scalars(
                        select(ReadRow).where(ReadRow.exam_id == read.exam_id, ReadRow.reader == read.reader)
                    )
                    signed = in_force(read_of(row) for row in own)
                    if any(r.kind is read.kind and r.covers_all(read.covers) for r in signed):
                        raise AlreadySigned(
                            f"This exam already has your {read.kind.value}. Withdraw it to sign another."
                        )
                session.add(row_of(read))
                session.flush()
                if details is not None:
                    ReadDetailRepository.add_in(session, read.read_id, details)
                for state in states:
                    PresentationRepository.add_in(session, state)
                _stay_a_task(session, read.exam_id)
        except IntegrityError as error:
            raise AlreadySigned("This read has been withdrawn already.") from error

    def own(self, exam_id: str, reader: str) -> list[Read]:
        """Return every row that this reader signed for this exam, oldest first."""
        with self._database.reading() as session:
            query = (
                select(ReadRow)
                .where(ReadRow.exam_id == exam_id, ReadRow.reader == reader)
                .order_by(ReadRow.signed_at, ReadRow.read_id)
            )
            return [read_of(row) for row in session.scalars(query)]

    def all_own(self, reader: str, since: datetime | None = None) -> list[Read]:
        """Return every row that this reader signed, from `since` on, oldest first."""
        with self._database.reading() as session:
            query = select(ReadRow).where(ReadRow.reader == reader).order_by(ReadRow.signed_at)
            if since is not None:
                query = query.where(ReadRow.signed_at >= since)
            return [read_of(row) for row in session.scalars(query)]

    def finals(self, exam_ids: Iterable[str]) -> dict[str, list[Read]]:
        """Return the final reads that nobody has withdrawn, by exam; some may not be effective yet.

        For the queue's arithmetic, not for eyes: it holds what other readers have signed.
        """
        query = select(ReadRow).order_by(ReadRow.signed_at)
        with self._database.reading() as session:
            reads = [
                read_of(row)
                for portion in portions(exam_ids)
                for row in session.scalars(query.where(ReadRow.exam_id.in_(portion)))
            ]
        by_exam: dict[str, list[Read]] = {}
        for read in in_force(reads):
            if read.kind is ReadKind.FINAL:
                by_exam.setdefault(read.exam_id, []).append(read)
        return by_exam

    def add_reveal(self, reveal: Reveal) -> None:
        """Log that a reader was shown a result, or hid it."""
        with self._database.writing() as session:
            session.add(
                RevealRow(
                    reveal_id=str(uuid.uuid4()),
                    exam_id=reveal.exam_id,
                    reader=reveal.reader,
                    result_id=reveal.result_id,
                    shown=reveal.shown,
                    at=reveal.at,
                )
            )

    def reveals(self, exam_id: str, reader: str) -> list[Reveal]:
        """Return what this reader was shown of this exam, oldest first."""
        with self._database.reading() as session:
            query = (
                select(RevealRow)
                .where(RevealRow.exam_id == exam_id, RevealRow.reader == reader)
                .order_by(RevealRow.at)
            )
            return [Reveal(r.exam_id, r.reader, r.result_id, r.shown, r.at) for r in session.scalars(query)]

    def save_open(self, open_read: OpenRead) -> None:
        """Remember what a reader has open, with its draft; drafts of other exams stay, closed."""
        with self._database.writing() as session:
            _close_all(session, open_read.reader)
            session.merge(
                DraftRow(
                    reader=open_read.reader,
                    exam_id=open_read.exam_id,
                    is_open=True,
                    right=value_of(open_read.draft.right),
                    left=value_of(open_read.draft.left),
                    opened_at=open_read.opened_at,
                )
            )

    def open_of(self, reader: str) -> OpenRead | None:
        """Return what the reader has open."""
        with self._database.reading() as session:
            row = session.scalar(select(DraftRow).where(DraftRow.reader == reader, DraftRow.is_open))
            return _open_read(row) if row is not None else None

    def draft_of(self, exam_id: str, reader: str) -> Impression | None:
        """Return the reader's unsigned draft of an exam, open or left."""
        with self._database.reading() as session:
            row = session.get(DraftRow, (reader, exam_id))
            return impression_of(row.right, row.left) if row is not None else None

    def close_open(self, reader: str) -> None:
        """Let the reader have nothing open; the draft stays for the next opening."""
        with self._database.writing() as session:
            _close_all(session, reader)

    def clear_draft(self, exam_id: str, reader: str) -> None:
        """Forget a draft that has become a signed read."""
        with self._database.writing() as session:
            session.execute(delete(DraftRow).where(DraftRow.reader == reader, DraftRow.exam_id == exam_id))


def _stay_a_task(session: Session, exam_id: str) -> None:
    # A newer study may have made a prior of it while the reader looked: what is begun is read to its end.
    # On PostgreSQL a trigger does it (migration 0018), as a reader may not touch the exam's row.
    if session.get_bind().dialect.name == "postgresql":
        return
    session.execute(
        update(ExamRow)
        .where(ExamRow.exam_id == exam_id, ~ExamRow.reading_task)
        .values(reading_task=True, prior_reason="")
    )


def _close_all(session: Session, reader: str) -> None:
    session.execute(update(DraftRow).where(DraftRow.reader == reader).values(is_open=False))


def _open_read(row: DraftRow) -> OpenRead:
    return OpenRead(row.reader, row.exam_id, impression_of(row.right, row.left), row.opened_at)


def in_force(reads: Iterable[Read]) -> list[Read]:
    """Return the reads that no withdrawal takes back, without the withdrawals themselves."""
    rows = list(reads)
    withdrawn = {r.supersedes for r in rows if r.kind is ReadKind.WITHDRAWAL}
    return [r for r in rows if r.kind is not ReadKind.WITHDRAWAL and r.read_id not in withdrawn]
