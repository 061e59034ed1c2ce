"""A reader's account on a shared database writes its own accesses, and sees nobody else's."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from blind_database import Department, refused, there
from policy_exams import EXAM
from postgresql import postgresql

from klarsyn.domain.access import Access
from klarsyn.store.access_check import check_log
from klarsyn.store.access_keys import AccessKeys
from klarsyn.store.access_log import AccessLog
from klarsyn.store.database import Database
from klarsyn.store.store import Store

__all__ = ["postgresql", "there"]


@pytest.fixture
def databases(there: Department) -> Iterator[dict[str, Database]]:
    made = {name: Database(there.url_of(name), shared=True) for name in ("anna", "berta", "intake")}
    yield made
    for each in made.values():
        each.close()


def test_each_reader_writes_and_finds_own_entries_and_the_service_checks_all(
    databases: dict[str, Database], tmp_path: Path
) -> None:
    logs = {}
    for name in ("anna", "berta"):
        logs[name] = AccessLog(databases[name])
        logs[name].seat(name, f"room of {name}", AccessKeys(tmp_path))
        for exam_id in ("e1", "e2"):
            logs[name].note(Access.OPENED, [replace(EXAM, exam_id=exam_id)])
        logs[name].anchor()
    assert {entry.who for entry in logs["berta"].find()} == {"berta"}
    assert [entry.exam_id for entry in logs["berta"].find()] == ["", "e1", "e2"]
    found = check_log(databases["intake"], AccessKeys(tmp_path))
    assert (found.entries, found.chains, found.troubles) == (6, 2, [])


def test_no_reader_writes_under_anothers_name(there: Department, databases: dict[str, Database]) -> None:
    values = "('c', 0, now(), 'anna', 'w', 'opened', '', '', '', '')"
    assert "under your own account" in refused(there, f"INSERT INTO access_log VALUES {values}")


@pytest.mark.invariant(6)
def test_a_readers_account_never_learns_the_secret_of_the_audit_draw(
    databases: dict[str, Database],
) -> None:
    assert len(Store(databases["intake"]).audit_key.get()) == 32
    blind = Store(databases["berta"])
    assert blind.audit_key.get() == b""
