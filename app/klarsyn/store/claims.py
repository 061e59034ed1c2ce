"""Claims: who reads which exam now, so that two readers never do one read.

A claim is for a time, by the database's clock, kept alive while the exam is open. An exam that needs two
reads can be claimed by two readers at once. What another has signed counts like a claim, also while it can
still be taken back; the reader who has signed is never asked again.
"""

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum
from typing import Any, cast

from sqlalchemy import CursorResult, delete, select, text, update
from sqlalchemy.orm import Session

from klarsyn.domain.read import ReadKind
from klarsyn.store.claim_models import ClaimRow
from klarsyn.store.database import Database
from klarsyn.store.database_time import database_time
from klarsyn.store.models import ReadRow
from klarsyn.store.read_rows import read_of
from klarsyn.store.reads import in_force

LEASE = timedelta(minutes=30)
"""How long an exam stays with a workstation that says nothing more."""


class ClaimAnswer(StrEnum):
    """What becomes of a reader's wish to read an exam."""

    GRANTED = "granted"
    TAKEN = "taken"
    """Others read it, or have read it, as many as it needs. Which of these is nobody's business."""
    READ_BY_THIS_READER = "read by this reader"


class ClaimRepository:
    """Claims as rows, one a reader; each method is one short transaction."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database
        self._shared = database.engine.dialect.name == "postgresql"

    def claim(
        self,
        exam_id: str,
        reader: str,
        required: int,
        images: Collection[str],
        *,
        lease: timedelta = LEASE,
        again: bool = False,
    ) -> ClaimAnswer:
        """Take an exam for one reader, or keep it; what the reader had before is let go.

        Parameters
        ----------
        required
            How many readers the exam needs.
        images
            SOPInstanceUIDs of the exam: a read that does not cover them all is none of this exam.
        again
            The reader takes back an own signed read, and so needs the exam once more.
        """
        if self._shared:
            # One call of a function that a reader may execute without seeing anybody's rows.
            call = text(
                "SELECT klarsyn_claim(:exam_id, :reader, :required, CAST(:images AS text[]), :lease, :again)"
            )
            values = {
                "exam_id": exam_id, "reader": reader, "required": required,
                "images": list(images), "lease": lease, "again": again,
            }  # fmt: skip
            with self._database.reading() as session:
                return ClaimAnswer(session.execute(call, values).scalar_one())
        with self._database.writing() as session:
            return self._claim_alone(session, exam_id, reader, required, images, lease, again)

    def _claim_alone(
        self,
        session: Session,
        exam_id: str,
        reader: str,
        required: int,
        images: Collection[str],
        lease: timedelta,
        again: bool,
    ) -> ClaimAnswer:
        # The same rule as klarsyn_claim of migration 0015: tests put the same questions to both.
        moment = database_time(session)
        rows = session.scalars(select(ReadRow).where(ReadRow.exam_id == exam_id))
        signed = {
            read.reader
            for read in in_force(read_of(row) for row in rows)
            if read.kind is ReadKind.FINAL and read.covers_all(images)
        }
        if reader in signed and not again:
            return ClaimAnswer.READ_BY_THIS_READER
        claims = select(ClaimRow.reader).where(ClaimRow.exam_id == exam_id, ClaimRow.expires_at > moment)
        if len((signed | set(session.scalars(claims))) - {reader}) >= required:
            return ClaimAnswer.TAKEN
        own = session.get(ClaimRow, reader)
        since = own.claimed_at if own is not None and own.exam_id == exam_id else moment
        session.merge(ClaimRow(reader=reader, exam_id=exam_id, claimed_at=since, expires_at=moment + lease))
        return ClaimAnswer.GRANTED

    def renew(self, exam_id: str, reader: str, *, lease: timedelta = LEASE) -> bool:
        """Keep a claim alive; False when there is none any more."""
        with self._touching() as session:
            moment = database_time(session)
            kept = session.execute(
                update(ClaimRow)
                .where(ClaimRow.reader == reader, ClaimRow.exam_id == exam_id, ClaimRow.expires_at > moment)
                .values(expires_at=moment + lease)
            )
            return cast(CursorResult[Any], kept).rowcount == 1

    def release(self, exam_id: str, reader: str) -> None:
        """Let an exam go; nothing happens where this reader has no claim on it."""
        with self._touching() as session:
            session.execute(delete(ClaimRow).where(ClaimRow.reader == reader, ClaimRow.exam_id == exam_id))

    def of(self, reader: str) -> str | None:
        """Return the exam on which this reader has a claim."""
        with self._database.reading() as session:
            own = select(ClaimRow.exam_id).where(
                ClaimRow.reader == reader, ClaimRow.expires_at > database_time(session)
            )
            return session.scalar(own)

    def holders(self) -> dict[str, frozenset[str]]:
        """Return who reads what now, by exam: for arithmetic and the administrator, not for readers."""
        with self._database.reading() as session:
            alive = select(ClaimRow).where(ClaimRow.expires_at > database_time(session))
            held: dict[str, set[str]] = {}
            for row in session.scalars(alive):
                held.setdefault(row.exam_id, set()).add(row.reader)
            return {exam_id: frozenset(readers) for exam_id, readers in held.items()}

    @contextmanager
    def _touching(self) -> Iterator[Session]:
        """A transaction on this reader's one row: on PostgreSQL it need not wait for other writers."""
        with self._database.reading() if self._shared else self._database.writing() as session:
            yield session
