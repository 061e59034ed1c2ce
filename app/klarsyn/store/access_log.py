"""The access log of one program at one store: entries are appended, sealed, anchored (docs/access-log.md)."""

import json
import threading
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.access import Access, AccessEntry, anchor_seal, seal_of
from klarsyn.domain.exam import Exam
from klarsyn.store.access_keys import AccessKeys, Head, key_id
from klarsyn.store.access_models import AccessAnchorRow, AccessRow
from klarsyn.store.database import Database
from klarsyn.store.database_time import database_time

ANCHOR_EVERY_S = 900.0
"""Seconds after which a chain that has grown is anchored in the shared table."""


@dataclass(frozen=True, slots=True)
class _Seat:
    """Who writes, from where, with which key."""

    who: Callable[[], str]
    workstation: str
    keys: AccessKeys
    seconds: Callable[[], float]


class AccessLog:
    """Appends entries, and finds them. Threads of one program take turns; each program has its chain."""

    def __init__(self, database: Database) -> None:
        """Use `database`. Nothing is written before `seat` has said who sits here."""
        self._database = database
        self._seat: _Seat | None = None
        self._turn = threading.Lock()
        self._head: Head | None = None
        self._anchored: Head | None = None
        self._anchored_at = 0.0

    def seat(
        self,
        who: str | Callable[[], str],
        workstation: str,
        keys: AccessKeys,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """Let entries be of `who` at `workstation` from now on; `seconds` tells when an anchor is due.

        `who` may be a function, which is asked when an entry is written: the system may have to look an
        account's name up, and a program that shows nobody's images has no need of it.
        """
        self._seat = _Seat(who if callable(who) else lambda: who, workstation, keys, seconds)

    def note(self, what: Access, exams: Iterable[Exam] = (), detail: str = "") -> None:
        """Append an entry for each exam, or one that is of none [store, disk].

        It must stand before anything is shown: an access that cannot be logged is an error.
        """
        if self._seat is None:
            return
        about = [(exam.exam_id, patient_of(exam)) for exam in exams] or [("", "")]
        self._append(self._seat, [(what, *each, detail) for each in about])

    def anchor(self) -> None:
        """Anchor the chain where it has grown, e.g. when the program ends [store]."""
        with self._turn:
            if self._seat is None or self._head is None or self._head == self._anchored:
                return
            with self._database.writing() as session:
                self._add_anchor(session, self._seat, self._head, database_time(session))
            self._anchored, self._anchored_at = self._head, self._seat.seconds()

    def keep(self) -> None:
        """Anchor the chain when that is due; cheap, to be called again and again [store]."""
        if self._seat is not None and self._seat.seconds() - self._anchored_at >= ANCHOR_EVERY_S:
            self.anchor()

    def find(self, *, patient: str = "", who: str = "", since: datetime | None = None) -> list[AccessEntry]:
        """Return entries in order of time: of a patient's number, of a person, since a moment [store]."""
        query = select(AccessRow).order_by(AccessRow.at, AccessRow.chain_id, AccessRow.position)
        if patient:
            # The number by itself, whoever has issued it.
            start = f"{patient}^"
            query = query.where(AccessRow.patient.startswith(start, autoescape=True))
        if who:
            query = query.where(AccessRow.who == who)
        if since is not None:
            query = query.where(AccessRow.at >= since)
        with self._database.reading() as session:
            return [entry_of(row) for row in session.scalars(query)]

    def _append(self, seat: _Seat, given: list[tuple[Access, str, str, str]]) -> None:
        with self._turn:
            key, head = seat.keys.own(), self._head
            due = head is None or seat.seconds() - self._anchored_at >= ANCHOR_EVERY_S
            with self._database.writing() as session:
                now = database_time(session)
                if head is None:
                    given = [(Access.STARTED, "", "", _start(seat.keys, key)), *given]
                    head = Head(str(uuid.uuid4()), -1, "")
                for what, exam_id, patient, detail in given:
                    entry = AccessEntry(
                        head.chain_id, head.position + 1, now, seat.who(), seat.workstation, what.value,
                        exam_id, patient, detail,
                    )  # fmt: skip
                    entry = replace(entry, seal=seal_of(key, entry, head.seal))
                    session.add(_row(entry))
                    head = Head(head.chain_id, entry.position, entry.seal)
                if due:
                    self._add_anchor(session, seat, head, now)
            self._head = head
            if due:
                self._anchored, self._anchored_at = head, seat.seconds()
            seat.keys.reached(head)

    @staticmethod
    def _add_anchor(session: Session, seat: _Seat, head: Head, at: datetime) -> None:
        session.add(
            AccessAnchorRow(
                chain_id=head.chain_id,
                position=head.position,
                at=at,
                who=seat.who(),
                entry_seal=head.seal,
                seal=anchor_seal(seat.keys.own(), head.chain_id, head.position, head.seal),
            )
        )


def patient_of(exam: Exam) -> str:
    """Return a patient's number and its issuer as an entry holds them; empty where there is no number."""
    known = exam.patient
    return f"{known.patient_id}^{known.issuer}" if known.patient_id else ""


def _start(keys: AccessKeys, key: bytes) -> str:
    # What has been written here before: a chain that vanishes, or whose end does, is missed by the next ones.
    before = [[head.chain_id, head.position, head.seal] for head in islice(keys.heads(), 3)]
    return json.dumps({"key": key_id(key), "before": before})


def _row(entry: AccessEntry) -> AccessRow:
    return AccessRow(
        chain_id=entry.chain_id,
        position=entry.position,
        at=entry.at,
        who=entry.who,
        workstation=entry.workstation,
        what=entry.what,
        exam_id=entry.exam_id,
        patient=entry.patient,
        detail=entry.detail,
        seal=entry.seal,
    )


def entry_of(row: AccessRow) -> AccessEntry:
    """Return a row as an entry."""
    return AccessEntry(
        row.chain_id, row.position, row.at, row.who, row.workstation, row.what, row.exam_id, row.patient,
        row.detail, row.seal,
    )  # fmt: skip
