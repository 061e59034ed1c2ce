"""What a connection is to the database: whose account, with which roles; and a blind account's own queue.

On PostgreSQL an account of the group klarsyn_reader sees what schema `reader` shows and no more
(migration 0018). Every other connection, and SQLite, goes on as one that sees all.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from sqlalchemy import text

from klarsyn.store.database import Database

BLIND = frozenset({"reader", "arbiter", "radiographer"})
"""Roles of those who must not see what others read, nor what an engine says before its time."""
SEEING = frozenset({"physicist", "admin", "auditor", "service"})
ROLES = BLIND | SEEING


@dataclass(frozen=True, slots=True)
class Account:
    """The account that a connection logged in with; `roles` is empty where the database knows none."""

    name: str
    roles: frozenset[str] = frozenset()

    @property
    def is_blind(self) -> bool:
        """True when the database itself hides from this account what a reader may not see."""
        return bool(self.roles & BLIND)


@dataclass(frozen=True, slots=True)
class QueuePlace:
    """One place in a blind account's queue, as the database gives it: dates, and nothing that ordered it."""

    exam_id: str
    position: int
    study_date: date | None
    exam_type: str
    arrived_at: datetime
    reopened: bool


class ReaderView:
    """The part of a shared database that knows who asks."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    @cached_property
    def account(self) -> Account:
        """The account of this connection [store]."""
        if self._database.engine.dialect.name != "postgresql":
            return Account("")
        # A superuser is a member of every group, and blind for none.
        query = text(
            "SELECT session_user::text, (SELECT array_agg(g.rolname::text) FROM pg_roles g "
            r"WHERE g.rolname LIKE 'klarsyn\_%' AND NOT me.rolsuper "
            "AND pg_has_role(session_user, g.oid, 'MEMBER')) FROM pg_roles me WHERE me.rolname = session_user"
        )
        with self._database.reading() as session:
            name, groups = session.execute(query).one()
        roles = {group.removeprefix("klarsyn_") for group in groups or ()} & ROLES
        # The owner, and whoever else sees everything, is not hidden anything from.
        return Account(name, frozenset(roles - BLIND if roles & SEEING else roles))

    def queue(self) -> list[QueuePlace]:
        """Return this account's queue in its order, which the database computes [store]."""
        query = text(
            "SELECT exam_id, place, study_date, exam_type, arrived_at, reopened FROM klarsyn_queue() "
            "ORDER BY place"
        )
        with self._database.reading() as session:
            return [QueuePlace(*row) for row in session.execute(query)]

    def priors_of(self, exam_id: str) -> set[str]:
        """Return which exams of the same woman may hang beside one [store]."""
        with self._database.reading() as session:
            found = session.execute(text("SELECT p FROM klarsyn_priors_of(:exam_id) p"), {"exam_id": exam_id})
            return set(found.scalars())
