"""The access log of one workstation at a store, and what somebody who owns the database does to it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from policy_exams import EXAM
from sqlalchemy import text

from klarsyn.domain.access import Access
from klarsyn.domain.exam import Patient
from klarsyn.store.access_check import check_log
from klarsyn.store.access_keys import AccessKeys
from klarsyn.store.access_log import AccessLog
from klarsyn.store.store import Store


@dataclass
class Site:
    """A store, the folder of keys of one workstation, and a clock for its anchors."""

    store: Store
    folder: Path
    seconds: float = 0.0

    @property
    def keys(self) -> AccessKeys:
        return AccessKeys(self.folder)

    def start(self, who: str = "anna", workstation: str = "room 4") -> AccessLog:
        log = AccessLog(self.store.database)
        log.seat(who, workstation, self.keys, lambda: self.seconds)
        return log

    def open(self, log: AccessLog, *exam_ids: str) -> None:
        for exam_id in exam_ids:
            patient = Patient("20" if exam_id == "another" else "19")
            log.note(Access.OPENED, [replace(EXAM, exam_id=exam_id, patient=patient)])

    def troubles(self) -> list[str]:
        return check_log(self.store.database, self.keys).troubles

    def attack(self, *statements: str) -> None:
        """Change rows as whoever owns the database can: with the triggers out of the way."""
        shared = self.store.database.is_shared
        with self.store.database.engine.execution_options(writing=True).begin() as connection:
            for table in ("access_log", "access_anchor"):
                if shared:
                    connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
                else:
                    for name in ("update", "delete", "replace"):
                        connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_refuses_{name}"))
            for statement in statements:
                assert connection.execute(text(statement)).rowcount > 0, statement


@pytest.fixture
def site(store: Store, tmp_path: Path) -> Iterator[Site]:
    return Site(store, tmp_path / "keys")


@pytest.fixture
def kept(site: Site) -> Site:
    """Two starts of one workstation: four entries and five, all anchored."""
    for exam_ids in (("new", "old", "later"), ("new", "old", "later", "sister")):
        log = site.start()
        site.open(log, *exam_ids)
        log.anchor()
    assert site.troubles() == []
    return site


def chains(site: Site) -> list[str]:
    """The chains, the older first: the one that the other names."""
    entries = site.store.access_log.find()
    starts = [entry for entry in entries if entry.position == 0]
    return [entry.chain_id for entry in sorted(starts, key=lambda each: len(each.detail))]


def forget(site: Site) -> None:
    """As on an auditor's machine, which has the key and remembers nothing."""
    for path in (site.folder / "access-log-heads").iterdir():
        path.unlink()
