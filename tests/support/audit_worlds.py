"""The same three exams in stores that differ in one thing: why the first of them is read by whom."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from audit_keys import draw_exactly
from calibration_samples import NOW
from claimed_exams import add_exams
from policy_exams import low
from sqlalchemy import event

from klarsyn.base.clock import ManualClock
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import AiResult
from klarsyn.domain.policy import ReadingPolicy
from klarsyn.domain.read import Assessment
from klarsyn.domain.reading_facts import FactKind
from klarsyn.reading.desk import ReadingDesk
from klarsyn.reading.session import ReadingSession
from klarsyn.store.exam_notes import ExamNote
from klarsyn.store.image_folder import ImageFolder
from klarsyn.store.models import SiteValueRow
from klarsyn.store.store import Store

POLICY = ReadingPolicy("region", "Region", single_read_below=5, audit_percent=5.0, letter_days=0)
EXAM, OTHERS = "a", ("b", "c")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SERVICES = re.compile(r" object at 0x")


@dataclass
class World:
    """One store with its clock; `statements` are those that the database was asked while `watched`."""

    store: Store
    clock: ManualClock
    folder: Path
    statements: list[str] = field(default_factory=list)

    def desk(self, reader: str) -> ReadingDesk:
        return ReadingDesk(self.store, ImageFolder(self.folder), POLICY, reader, self.clock)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """Note each statement: a view that asks more of the database takes longer."""

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            self.statements.append(statement)

        event.listen(self.store.database.engine, "before_cursor_execute", note)
        try:
            yield
        finally:
            event.remove(self.store.database.engine, "before_cursor_execute", note)


def _result(exam_id: str, store: Store) -> AiResult:
    uids = tuple(image.sop_instance_uid for image in store.exams.get(exam_id).images)
    made = low(3, input_instances=uids, calibration_id="")
    return replace(made, result_id=f"r-{exam_id}", exam_id=exam_id, considered=uids)


def world(folder: Path, *, drawn: bool = False, noted: bool = False) -> World:
    """Make a store: the first exam is drawn for the audit, or two read it as of any other reason, or neither.

    The others are read by two.
    """
    store, clock = Store.file(folder / "klarsyn.sqlite"), ManualClock(NOW + timedelta(days=1))
    add_exams(store, [EXAM, *OTHERS])
    for exam_id in (EXAM, *OTHERS):
        store.results.add(_result(exam_id, store))
    for exam_id in (*OTHERS, *((EXAM,) if noted else ())):
        store.exam_notes.add(ExamNote(exam_id, FactKind.EARLIER_CANCER, True, "nurse", NOW, "2019"))
    draw_exactly(store, (EXAM,) if drawn else ())
    with store.database.writing() as session:
        session.merge(SiteValueRow(name="queue_seed", value="00" * 16))
    return World(store, clock, folder)


def told(value: Any) -> str:
    """Everything that something tells, without the random keys of rows."""
    return _UUID.sub("*", repr(value))


def told_by(session: ReadingSession) -> dict[str, str]:
    """All public values of a session; objects that only do something are left out."""
    names = [name for name in dir(session) if not name.startswith("_")]
    values = {name: told(getattr(session, name)) for name in names if not callable(getattr(session, name))}
    return {name: value for name, value in values.items() if not _SERVICES.search(value)}


def told_at(desk: ReadingDesk) -> list[str]:
    """All that a desk shows before an exam is opened: rows, counts, a session's plan, what is done."""
    return [told(each) for each in (desk.state(), desk.own_queue.counts(), desk.own_queue.plan(40))]


def read_to_end(session: ReadingSession, clock: ManualClock) -> None:
    """Sign an impression and make it final, in force when this returns; the AI is looked at between."""
    for side in (Laterality.RIGHT, Laterality.LEFT):
        session.assess(side, Assessment.NORMAL)
    session.sign()
    session.reveal()
    session.finalise()
    clock.advance(timedelta(seconds=POLICY.undo_seconds + 1))
