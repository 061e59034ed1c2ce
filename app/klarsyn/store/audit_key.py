"""The secret of the audit draw: one for a site, in its database, which hides it from those who read."""

import secrets

from klarsyn.store.database import Database
from klarsyn.store.models import SiteValueRow
from klarsyn.store.reader_view import ReaderView

_NAME = "audit_key"
_MAY_KNOW = frozenset({"admin", "auditor", "service"})
"""Roles that the database lets see the site's values; the auditor among them writes none."""


class AuditKey:
    """The site's secret, made when it is first needed."""

    def __init__(self, database: Database, view: ReaderView) -> None:
        """Use `database`, whose account `view` tells."""
        self._database, self._view = database, view

    def get(self) -> bytes:
        """Return the secret; empty for an account that may not know it, or that is the first to ask and may
        only look [store].

        Such an account draws nothing: what a reader's exam needs the database knows by itself (queue_fact).
        """
        roles = self._view.account.roles
        if roles and not roles & _MAY_KNOW:
            return b""
        with self._database.reading() as session:
            row = session.get(SiteValueRow, _NAME)
            if row is not None:
                return bytes.fromhex(row.value)
        if roles and not roles & {"admin", "service"}:
            return b""
        with self._database.writing() as session:
            row = session.get(SiteValueRow, _NAME)
            if row is None:
                row = SiteValueRow(name=_NAME, value=secrets.token_hex(32))
                session.add(row)
            return bytes.fromhex(row.value)
