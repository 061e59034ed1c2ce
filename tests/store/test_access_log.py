"""The access log: who saw which patient, from where and when; sealed and anchored as it is written."""

import os
import stat

import pytest
from kept_access import Site, site
from policy_rows import on_postgresql, on_sqlite, postgresql, store
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.store.access_check import check_log
from klarsyn.store.access_keys import KeyUnusable
from klarsyn.store.access_log import ANCHOR_EVERY_S

__all__ = ["on_postgresql", "on_sqlite", "postgresql", "site", "store"]


def test_an_entry_says_who_saw_whom_from_where_and_when(site: Site) -> None:
    site.open(site.start(), "new", "old")
    site.open(site.start("berta", "room 5"), "another")
    found = site.store.access_log.find(patient="19")
    assert [(e.who, e.workstation, e.what, e.exam_id, e.patient) for e in found] == [
        ("anna", "room 4", "opened", "new", "19^"),
        ("anna", "room 4", "opened", "old", "19^"),
    ]
    assert [e.exam_id for e in site.store.access_log.find(who="berta")] == ["", "another"]
    assert site.store.access_log.find(patient="1") == [], "a number that begins alike is another's"
    assert site.store.access_log.find(patient="%") == []
    assert site.store.access_log.find(since=found[0].at) != []
    assert site.troubles() == []


def test_a_store_at_which_nobody_sits_logs_nothing(site: Site) -> None:
    site.open(site.store.access_log, "new")
    assert site.store.access_log.find() == []


@pytest.mark.parametrize("table", ["access_log", "access_anchor"])
@pytest.mark.parametrize("change", ["UPDATE {} SET who = 'x'", "DELETE FROM {}"])
def test_entries_are_append_only_in_the_database_itself(site: Site, table: str, change: str) -> None:
    site.open(site.start(), "new")
    with pytest.raises(DatabaseError, match="append-only"), site.store.database.writing() as session:
        session.execute(text(change.format(table)))


def test_a_chain_is_anchored_at_its_start_and_when_it_has_grown_for_a_quarter_of_an_hour(site: Site) -> None:
    log = site.start()

    def anchors() -> int:
        return check_log(site.store.database, site.keys).anchors

    site.open(log, "new")
    site.open(log, "old")
    log.keep()
    assert anchors() == 1
    site.seconds += ANCHOR_EVERY_S
    log.keep()
    assert anchors() == 2
    site.seconds += ANCHOR_EVERY_S
    log.keep()
    log.anchor()
    assert anchors() == 2, "nothing has come since"


def test_an_entry_that_could_not_be_kept_leaves_no_gap(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    log = site.start()
    site.open(log, "new")
    with monkeypatch.context() as broken:
        broken.setattr(site.store.database, "writing", _away)
        with pytest.raises(RuntimeError, match="away"):
            site.open(log, "old")
    site.open(log, "later")
    assert [e.exam_id for e in site.store.access_log.find()] == ["", "new", "later"]
    assert site.troubles() == []


def _away() -> None:
    raise RuntimeError("away")


def test_the_key_is_outside_the_database_and_for_its_account_alone(site: Site) -> None:
    site.open(site.start(), "new")
    path = site.folder / "access-log.key"
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    key = site.keys.own().hex()
    with site.store.database.reading() as session:
        for table in ("access_log", "access_anchor", "site_value"):
            assert key not in str(session.execute(text(f"SELECT * FROM {table}")).all())


def test_a_broken_key_file_is_a_sentence_and_is_not_replaced(site: Site) -> None:
    site.keys.own()
    (site.folder / "access-log.key").write_text("not a key")
    with pytest.raises(KeyUnusable, match="from a backup"):
        site.open(site.start(), "new")
    assert (site.folder / "access-log.key").read_text() == "not a key"
