"""Versions of the site's reading policy: rows that are added and never altered."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from klarsyn.domain.policy_history import PolicyText, PolicyVersion
from klarsyn.store.database import Database
from klarsyn.store.policy_models import PolicyVersionRow

BEFORE_VERSIONS = "in force before versions were kept"


class PolicyVersionRepository:
    """Who put which policy in force, when and why."""

    def __init__(self, database: Database) -> None:
        """Use `database`."""
        self._database = database

    def add(
        self, content: PolicyText, *, by: str, at: datetime, reason: str, before: PolicyText | None = None
    ) -> int:
        """Append a version and return its number.

        Parameters
        ----------
        before
            What a file of the settings has said so far: it becomes the first version where there is none yet,
            so that exams which are there keep it.
        """
        with self._database.writing() as session:
            newest = session.scalar(
                select(PolicyVersionRow).order_by(PolicyVersionRow.number.desc()).limit(1)
            )
            if newest is None and before is not None:
                _append(session, before, by, at, BEFORE_VERSIONS)
            # The time is kept as the clock said it: numbers give the order, and a time out of order shows
            # that a clock was wrong (domain/policy_history.py).
            return _append(session, content, by, at, reason)

    def all(self) -> tuple[PolicyVersion, ...]:
        """Return all versions, in the order in which they were put in force."""
        with self._database.reading() as session:
            rows = session.scalars(select(PolicyVersionRow).order_by(PolicyVersionRow.number))
            return tuple(
                PolicyVersion(
                    row.number, PolicyText(row.file, row.text), row.sha256, row.by, row.at, row.reason
                )
                for row in rows
            )


def _append(session: Session, content: PolicyText, by: str, at: datetime, reason: str) -> int:
    row = PolicyVersionRow(
        file=content.file, text=content.text, sha256=content.sha256, by=by, at=at, reason=reason
    )
    session.add(row)
    session.flush()
    return row.number
