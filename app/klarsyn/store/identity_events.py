"""Merging patient numbers and correcting identities: events that are only added, and exams that follow."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.task import TaskRule
from klarsyn.store.database import Database
from klarsyn.store.exam_state_models import IdentityEventRow
from klarsyn.store.models import ExamRow
from klarsyn.store.priors import settle


class IdentityRefused(Exception):
    """The change would be none, or does not say whose it is; the message says what to do."""


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """What is to be known of a patient from now on; "" and None leave a part as it is.

    `exam_id` limits it to one exam, whose number was somebody else's by mistake.
    """

    kind: str
    old_id: str
    new_id: str
    by: str
    reason: str
    at: datetime
    old_issuer: str | None = None
    new_issuer: str | None = None
    new_name: str = ""
    new_birth_date: date | None = None
    exam_id: str | None = None
    source: str = "command"


class IdentityRepository:
    """Identity events as rows."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def change(self, change: IdentityChange, rule: TaskRule) -> tuple[str, ...]:
        """Append one event, and let the exams under the old identity follow; return these.

        Priors are settled anew for the women concerned. Nothing that is signed changes: it hangs on exams. A
        merge takes name and birth date of the number that stays, where an exam of it is here.

        Raises
        ------
        IdentityRefused
            If several issuers have given the old number out, or nothing would change.
        """
        with self._database.writing() as session:
            exams = _exams(session, change)
            event = _event(session, change, exams)
            before = (event.old_id, event.old_issuer)
            if before == (event.new_id, event.new_issuer) and not (event.new_name or event.new_birth_date):
                raise IdentityRefused("That changes nothing. Say what is to be known from now on.")
            left = _others(session, exams)
            session.add(event)
            for exam in exams:
                exam.patient_id, exam.patient_issuer = event.new_id, event.new_issuer
                exam.patient_name = event.new_name or exam.patient_name
                exam.birth_date = event.new_birth_date or exam.birth_date
            session.flush()
            for exam in (*exams, *left):
                settle(session, exam, rule)
            return tuple(exam.exam_id for exam in exams)

    def settle_anew(self, exam_id: str, rule: TaskRule) -> None:
        """Say again which exams of an exam's woman are priors: its images are others now."""
        with self._database.writing() as session:
            settle(session, session.get_one(ExamRow, exam_id), rule)

    def events(self) -> list[IdentityChange]:
        """Return all that was ever merged and corrected, in order."""
        with self._database.reading() as session:
            rows = session.scalars(select(IdentityEventRow).order_by(IdentityEventRow.number))
            return [
                IdentityChange(
                    r.kind, r.old_id, r.new_id, r.said_by, r.reason, r.at, r.old_issuer, r.new_issuer,
                    r.new_name, r.new_birth_date, r.exam_id, r.source,
                )
                for r in rows
            ]  # fmt: skip

    def noted(self, source: str) -> bool:
        """True when events of this source (a file's hash) were taken in before."""
        with self._database.reading() as session:
            query = select(IdentityEventRow.number).where(IdentityEventRow.source == source).limit(1)
            return session.scalar(query) is not None


def _exams(session: Session, change: IdentityChange) -> list[ExamRow]:
    query = select(ExamRow).where(ExamRow.patient_id == change.old_id).order_by(ExamRow.exam_id)
    if change.exam_id is not None:
        query = query.where(ExamRow.exam_id == change.exam_id)
    if change.old_issuer is not None:
        query = query.where(ExamRow.patient_issuer == change.old_issuer)
    found = list(session.scalars(query))
    issuers = sorted({exam.patient_issuer for exam in found})
    if len(issuers) > 1:
        named = ", ".join(repr(issuer) for issuer in issuers)
        raise IdentityRefused(f"Several issuers have given this number out: {named}. Say whose is meant.")
    return found


def _event(session: Session, change: IdentityChange, exams: list[ExamRow]) -> IdentityEventRow:
    issuer = (
        change.old_issuer if change.old_issuer is not None else (exams[0].patient_issuer if exams else "")
    )
    new_issuer = change.new_issuer if change.new_issuer is not None else issuer
    name, born = change.new_name, change.new_birth_date
    if change.kind == "merge":
        stays = session.scalars(
            select(ExamRow)
            .where(ExamRow.patient_id == change.new_id, ExamRow.patient_issuer == new_issuer)
            .order_by(ExamRow.arrived_at.desc())
        )
        for exam in stays:
            name, born = name or exam.patient_name, born or exam.birth_date
    return IdentityEventRow(
        kind=change.kind,
        exam_id=change.exam_id,
        old_id=change.old_id,
        old_issuer=issuer,
        new_id=change.new_id,
        new_issuer=new_issuer,
        new_name=name,
        new_birth_date=born,
        said_by=change.by,
        reason=change.reason,
        source=change.source,
        at=change.at,
    )


def _others(session: Session, exams: Iterable[ExamRow]) -> list[ExamRow]:
    """Return exams that stay under the identity which these leave: their priors change, too."""
    going = list(exams)
    ids = {exam.exam_id for exam in going}
    found: dict[str, ExamRow] = {}
    for exam in going:
        same = select(ExamRow).where(
            ExamRow.patient_id == exam.patient_id, ExamRow.patient_issuer == exam.patient_issuer
        )
        found |= {row.exam_id: row for row in session.scalars(same) if row.exam_id not in ids}
    return list(found.values())
