"""A workstation's data move to a shared database whole, or not at all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filled_tables import contents, fill
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import create_engine, insert, select, text

from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.store import moving
from klarsyn.store.database import Database, DatabaseAway, DatabaseMoved, StoreError
from klarsyn.store.models import Base, ExamRow, SiteValueRow
from klarsyn.store.moving import move
from klarsyn.store.store import Store
from klarsyn.store.table_content import content_of

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
NORMAL = Impression(Assessment.NORMAL, Assessment.NORMAL)
STAMPS = {"site_value"}
ALWAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))


@pytest.fixture
def url(postgresql: Callable[[], str]) -> str:  # noqa: F811
    return postgresql()


@pytest.fixture
def source(installation, import_exams) -> Database:
    """A workstation's file: imported exams, results, signed rows that refer to each other, all else once."""
    store = installation.store
    exam_ids = import_exams(2)
    for number, exam_id in enumerate(exam_ids):
        made = Provenance("Cad", "Vendor", "1.0", "ab" * 32, IntendedUse.CLINICAL, "c", 1, ("2.25.1",), NOW)
        scored = ExamScore(4, 0.1 + 0.2, 40.0, provisional=True)
        store.results.add(AiResult(f"r-{number}", exam_id, ResultStatus.SCORED, made, scored))
        first = Read(f"z-{number}", exam_id, "åsa", ReadKind.FINAL, NORMAL, NOW, NOW)
        store.reads.add(first)
        # Its key sorts before the one that it refers to.
        back = {"kind": ReadKind.WITHDRAWAL, "impression": None, "supersedes": f"z-{number}"}
        store.reads.add(replace(first, read_id=f"a-{number}", **back))
    store.queue_seed()
    fill(store.database)
    return store.database


def rows_at(url: str, table: str) -> int:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalar(text(f'SELECT count(*) FROM "{table}"'))
    engine.dispose()
    return found


def tables_at(url: str) -> list[str]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = connection.scalars(
            text("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        ).all()
    engine.dispose()
    return list(found)


def test_every_table_arrives_with_its_rows_unchanged(source: Database, url: str) -> None:
    before = contents(source)
    assert {"read", "reveal", "ledger", "image", "ai_result", "looked", "draft"} <= {
        name for name, content in before.items() if content.rows
    }
    held = move(source, url)
    assert held == before
    target = Store.shared(url)
    after = contents(target.database)
    assert {n: c for n, c in after.items() if n not in STAMPS} == {
        n: c for n, c in before.items() if n not in STAMPS
    }
    # Also as the program reads them, not only as they are hashed.
    assert [e.exam_id for e in target.exams.many()] == [e.exam_id for e in Store(source).exams.many()]
    assert target.results.get("r-1") == Store(source).results.get("r-1")
    target.close()


def test_the_database_goes_on_counting_behind_what_came(source: Database, url: str) -> None:
    last = Store(source).ledger.between(datetime(2020, 1, 1, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC))[
        -1
    ]
    move(source, url)
    target = Store.shared(url)
    exam_id = target.exams.many()[0].exam_id
    made = Provenance("Cad", "Vendor", "1.0", "ab" * 32, IntendedUse.CLINICAL, "c", 1, ("2.25.1",), NOW)
    target.results.add(AiResult("r-9", exam_id, ResultStatus.FAILED, made, None))
    entries = target.ledger.between(*ALWAYS)
    assert entries[-1].number == last.number + 1
    target.close()


def test_moved_data_can_be_looked_at_and_refuse_every_change(
    source: Database, url: str, installation
) -> None:
    still_open = Store.file(installation.settings.folders.database)
    exams = len(still_open.exams.many())
    move(source, url)
    assert len(still_open.exams.many()) == exams
    exam_id = still_open.exams.many()[0].exam_id
    told = pytest.raises(DatabaseMoved, match=r"moved to the shared database klarsyn_\d+ .*database_url")
    with told:
        # A window that had the file open all the time.
        still_open.reads.add(Read("late", exam_id, "åsa", ReadKind.FINAL, NORMAL, NOW, NOW))
    again = Store.file(installation.settings.folders.database)
    assert len(again.exams.many()) == exams
    with pytest.raises(DatabaseMoved, match="can only be looked at"):
        again.queue_seed()
    with pytest.raises(StoreError, match="have been moved"):
        move(again.database, url)
    still_open.close()
    again.close()


def test_a_database_that_is_not_empty_is_refused_and_both_stay_as_they_were(
    source: Database, url: str
) -> None:
    target = Store(Database(url))
    with target.database.writing() as session:
        session.add(ExamRow(exam_id="e", key="k", exam_type="FFDM", reading_task=True, arrived_at=NOW))
    before, there = contents(source), contents(target.database)
    with pytest.raises(StoreError, match=r"is not empty \(exam\)"):
        move(source, url)
    assert (contents(source), contents(target.database)) == (before, there)
    with source.writing():
        pass
    target.close()


def test_tables_of_something_else_are_left_alone(source: Database, url: str) -> None:
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE theirs (n int)"))
    engine.dispose()
    with pytest.raises(StoreError, match="something else"):
        move(source, url)
    assert tables_at(url) == ["theirs"]


@pytest.mark.parametrize("table", ["read", "site_value"])
def test_a_row_that_arrives_changed_undoes_the_whole_move(
    source: Database, url: str, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def insertion(made):
        found = plain(made)
        if made.name != table:
            return found
        column = next(c for c in reversed(made.columns) if c.name in ("reason", "value"))
        return found.values({column.name: "spoiled"})

    plain = moving.insertion
    monkeypatch.setattr(moving, "insertion", insertion)
    before = contents(source)
    with pytest.raises(StoreError, match=f"Nothing was moved: of the table {table} "):
        move(source, url)
    assert tables_at(url) == []
    assert contents(source) == before
    with source.writing():
        pass


def test_a_row_that_postgresql_refuses_is_told_without_its_words(source: Database, url: str) -> None:
    with source.writing() as session:
        session.execute(insert(SiteValueRow).values(name="n" * 81, value="a secret"))
    with pytest.raises(StoreError, match=r"Nothing was moved.*too long") as refused:
        move(source, url)
    assert "secret" not in str(refused.value)
    assert tables_at(url) == []


def test_a_move_killed_in_the_middle_leaves_nothing_there_and_everything_here(
    source: Database, url: str, installation
) -> None:
    before = contents(source)
    source.close()
    Database(url).close()
    path = installation.settings.folders.database
    engine = create_engine(url)
    with engine.connect() as holding:
        # Reads come after exams: what is copied by then is not nothing.
        holding.execute(text('LOCK TABLE "read" IN ACCESS EXCLUSIVE MODE'))
        code = "import sys; from klarsyn.cli.main import main; sys.exit(main(sys.argv[1:]))"
        moving_process = subprocess.Popen(
            [sys.executable, "-c", code, "db", "move", str(path), url], stdout=subprocess.PIPE
        )
        waits = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'read'::regclass")
        with engine.connect() as looking:
            while not looking.scalar(waits) and moving_process.poll() is None:
                time.sleep(0.02)
        assert moving_process.poll() is None
        os.kill(moving_process.pid, signal.SIGKILL)
        moving_process.communicate()
    engine.dispose()
    held = {name: c.rows for name, c in contents(Database(url, shared=True)).items() if c.rows}
    assert held == {}
    kept = Database.file(path)
    assert (kept.moved, contents(kept)) == ("", before)
    assert move(kept, url) == before


def test_a_move_cut_off_after_its_copy_is_finished_by_the_next(
    source: Database, url: str, monkeypatch: pytest.MonkeyPatch, installation
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    before = contents(source)
    with monkeypatch.context() as patched:
        patched.setattr(moving, "mark", cut)
        with pytest.raises(KeyboardInterrupt):
            move(source, url)
    assert rows_at(url, "exam") == before["exam"].rows
    assert not Database.file(installation.settings.folders.database).moved
    assert move(source, url) == before
    assert Database.file(installation.settings.folders.database).moved
    assert rows_at(url, "exam") == before["exam"].rows


def test_a_move_cut_off_and_then_overtaken_by_new_work_is_refused(
    source: Database, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(moving, "mark", cut)
        with pytest.raises(KeyboardInterrupt):
            move(source, url)
    Store(source).reads.add(
        Read("late", Store(source).exams.many()[0].exam_id, "b", ReadKind.FINAL, NORMAL, NOW, NOW)
    )
    with pytest.raises(StoreError, match="is not empty"):
        move(source, url)


def test_a_server_that_is_not_there_is_a_sentence(source: Database, tmp_path: Path) -> None:
    with pytest.raises(
        DatabaseAway, match=r"database nowhere on .* cannot be reached.*What was stored is safe"
    ):
        move(source, f"postgresql+psycopg://klarsyn@/nowhere?host={tmp_path}")
    with source.writing():
        pass


def test_the_hash_tells_apart_what_a_careless_one_would_not(url: str) -> None:
    database = Database(url)
    table = Base.metadata.tables["site_value"]
    seen = set()
    for name, value in (("a", "bc"), ("ab", "c"), ("a", ""), ("a", "null")):
        with database.engine.connect() as connection:
            connection.execute(insert(table).values(name=name, value=value))
            content = content_of(connection, table)
            connection.rollback()
        assert content.rows == 1
        seen.add(content.sha256)
    assert len(seen) == 4
    database.close()


def test_json_null_and_no_value_stay_apart(source: Database, url: str) -> None:
    query = text("SELECT count(*) FROM read WHERE seen_in_part IS NULL")
    with source.reading() as session:
        none = session.scalar(query)
        assert none
    move(source, url)
    target = Database(url, shared=True)
    with target.reading() as session:
        assert session.scalar(query) == none
        assert session.scalars(select(SiteValueRow.value).where(SiteValueRow.name == "queue_seed")).one()
    target.close()
