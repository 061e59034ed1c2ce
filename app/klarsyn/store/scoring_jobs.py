"""Jobs of scoring on a shared database: rows of procrastinate's queue, written with those that ask for them.

A job is a reminder and never the truth: what an exam needs is asked of the exam when a job begins, and an
exam without a job gets one from the next `ask_for_missing`. So a lost or a doubled job costs time at most.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from klarsyn.domain.finding import ResultOrigin
from klarsyn.store.database import Database
from klarsyn.store.database_time import database_time
from klarsyn.store.job_schema import SCHEMA
from klarsyn.store.job_sql import END, FORGET, GIVE_BACK, RESTING, STALLED, STATE, WAITS
from klarsyn.store.models import ExamRow, ImageRow, ResultRow

QUEUE = "scoring"
ACTIVE, SHADOW = "klarsyn.score", "klarsyn.score_in_shadow"
_PRIORITY = {ACTIVE: 0, SHADOW: -10}
_LOCKS = 0x4B6C4A62
"""The class of PostgreSQL's locks that workers hold on exams: the letters "KlJb"."""
_FIRST_WAIT_S, _LONGEST_WAIT_S = 10, 3600
_MOST_LIVES = 3


@dataclass(frozen=True, slots=True)
class QueueState:
    """How many jobs wait, are under way, and have failed in the last day."""

    waiting: int
    under_way: int
    failed: int


def ask_for_scoring(
    session: Session, exam_id: str, *, task: str = ACTIVE, wait: timedelta = timedelta(0)
) -> bool:
    """Add a job to a transaction that writes; False where there is none to add, or one waits already.

    On SQLite, and for accounts that are not let into the queue, nothing is done.
    """
    if session.get_bind().dialect.name != "postgresql" or not _let_in(session):
        return False
    # Loaded where there is a queue: a workstation of its own starts without.
    from procrastinate.exceptions import AlreadyEnqueued
    from procrastinate.jobs import Job
    from procrastinate.manager import JobManager
    from procrastinate.psycopg_connector import PsycopgConnector

    at = database_time(session) + wait if wait else None
    job = Job(
        id=None,
        queue=QUEUE,
        priority=_PRIORITY[task],
        # Workers hold exams by a lock of the server (`alone_with`), which ends with them.
        lock=None,
        queueing_lock=f"{task} {exam_id}",
        task_name=task,
        task_kwargs={"exam_id": exam_id},
        scheduled_at=at,
    )
    try:
        with session.begin_nested(), _among_jobs(session):
            # The session's own connection, so that the job is there when its rows are, and not before.
            connection = session.connection().connection.driver_connection
            JobManager(PsycopgConnector()).defer_job(job, connection=connection)
    except AlreadyEnqueued:
        return False
    return True


def _let_in(session: Session) -> bool:
    allowed = text("SELECT has_schema_privilege(oid, 'USAGE') FROM pg_namespace WHERE nspname = :name")
    return bool(session.scalar(allowed, {"name": SCHEMA}))


@contextmanager
def _among_jobs(session: Session) -> Iterator[None]:
    """Let names mean the queue's tables within the block."""
    before = session.scalar(text("SHOW search_path"))
    session.execute(text(f"SET LOCAL search_path TO {SCHEMA}"))
    yield
    session.execute(text("SELECT set_config('search_path', :path, true)"), {"path": before})


class ScoringJobs:
    """The queue of one shared database."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def ask(self, exam_id: str, *, task: str = ACTIVE, wait: timedelta = timedelta(0)) -> bool:
        """Ask for an exam to be scored, not before `wait` from now; as `ask_for_scoring`."""
        with self._database.writing() as session:
            return ask_for_scoring(session, exam_id, task=task, wait=wait)

    def ask_for_missing(self, exam_ids: list[str]) -> int:
        """Ask for those of the exams that have no job; after failures each waits twice as long."""
        with self._database.writing() as session:
            waits = {"task": ACTIVE, "first": _FIRST_WAIT_S, "most": _LONGEST_WAIT_S}
            resting = set(session.scalars(text(RESTING), waits))
            return sum(ask_for_scoring(session, e) for e in exam_ids if e not in resting)

    def unscored(self) -> list[str]:
        """Return reading tasks that no engine has seen as they are now, by the times of their rows."""
        images = select(ImageRow.exam_id, func.max(ImageRow.arrived_at).label("at"))
        results = select(ResultRow.exam_id, func.max(ResultRow.made_at).label("at"))
        newest_image = images.group_by(ImageRow.exam_id).subquery()
        engines = results.where(ResultRow.origin == ResultOrigin.ENGINE.value)
        newest_result = engines.group_by(ResultRow.exam_id).subquery()
        query = (
            select(ExamRow.exam_id)
            .join(newest_image, newest_image.c.exam_id == ExamRow.exam_id)
            .outerjoin(newest_result, newest_result.c.exam_id == ExamRow.exam_id)
            .where(
                ExamRow.reading_task,
                or_(newest_result.c.at.is_(None), newest_result.c.at < newest_image.c.at),
            )
            .order_by(ExamRow.arrived_at)
        )
        with self._database.reading() as session:
            return list(session.scalars(query))

    def give_back_stalled(self, silence: timedelta) -> int:
        """Take jobs from workers that have given no sign of life for `silence`; return how many.

        One that has cost several workers their life is given up as failed, and comes again after a while.
        """
        with self._database.writing() as session, _among_jobs(session):
            stalled = session.execute(text(STALLED), {"silence": silence.total_seconds()}).all()
            for job_id, attempts, queueing_lock in stalled:
                waits = session.scalar(text(WAITS), {"lock": queueing_lock})
                ending = "failed" if attempts >= _MOST_LIVES else "aborted" if waits else ""
                session.execute(text(END if ending else GIVE_BACK), {"id": job_id, "ending": ending})
            return len(stalled)

    def quiet_since(self, exam_id: str) -> timedelta:
        """Return how long ago the last image of an exam came, by the database's clock."""
        query = select(func.max(ImageRow.arrived_at)).where(ImageRow.exam_id == exam_id)
        with self._database.reading() as session:
            last: datetime | None = session.scalar(query)
            return timedelta.max if last is None else database_time(session) - last

    @contextmanager
    def alone_with(self, exam_id: str) -> Iterator[Callable[[], object] | None]:
        """Hold an exam against other workers during the block; None when one of them has it.

        What it yields is to be called before anything is stored: it raises when the connection, and with it
        the hold, is gone. The server lets go when the worker's connection ends, also by kill -9.
        """
        words = {"group": _LOCKS, "exam": exam_id}
        with self._database.telling(), self._database.engine.connect() as connection:
            # Outside a transaction, which would keep old rows alive for the length of a scoring.
            connection = connection.execution_options(isolation_level="AUTOCOMMIT")
            got = connection.scalar(text("SELECT pg_try_advisory_lock(:group, hashtext(:exam))"), words)
            if not got:
                yield None
                return
            try:
                yield lambda: connection.scalar(text("SELECT true"))
            finally:
                # Whatever befalls the block, a connection must not go back to the pool with the lock.
                connection.invalidate()

    def state(self) -> QueueState:
        """Return how the queue stands."""
        with self._database.reading() as session:
            rows = {str(status): int(number) for status, number in session.execute(text(STATE))}
        return QueueState(rows.get("todo", 0), rows.get("doing", 0), rows.get("failed", 0))

    def forget_old(self, age: timedelta) -> None:
        """Remove jobs that ended so long ago; the results that they made stay."""
        with self._database.writing() as session, _among_jobs(session):
            session.execute(text(FORGET), {"age": age.total_seconds()})
