"""Signed reads: rows that stay as they are."""

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.read import Assessment, Impression, Read, ReadKind, Reveal
from klarsyn.store.database import StoreError
from klarsyn.store.reads import AlreadySigned
from klarsyn.store.store import Store

NORMAL = Impression(Assessment.NORMAL, Assessment.NORMAL)


@pytest.fixture
def exam_id(import_exams: Callable[..., list[str]]) -> str:
    return import_exams(1)[0]


@pytest.fixture
def read(exam_id: str, installation) -> Read:
    now = installation.clock.now()
    return Read(
        str(uuid.uuid4()), exam_id, "reader-one", ReadKind.FINAL, NORMAL, now, now + timedelta(seconds=10)
    )


def withdrawal(read: Read) -> Read:
    return replace(
        read, read_id=str(uuid.uuid4()), kind=ReadKind.WITHDRAWAL, impression=None, supersedes=read.read_id
    )


@pytest.mark.invariant(5)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE read SET \"right\" = '5'",
        "DELETE FROM read",
        "INSERT OR REPLACE INTO read SELECT read_id, exam_id, reader, kind, '5', \"left\", signed_at, "
        "effective_at, reason, supersedes, software, covers, seen_in_part FROM read",
        "INSERT OR REPLACE INTO read "
        "(rowid, read_id, exam_id, reader, kind, signed_at, effective_at, reason, software, covers) "
        "SELECT rowid, 'x', exam_id, reader, kind, signed_at, effective_at, reason, software, covers "
        "FROM read",
    ],
)
def test_reads_are_append_only_the_database_itself_refuses_a_change(
    installation, read: Read, statement: str
) -> None:
    installation.store.reads.add(read)
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text(statement))
    assert installation.store.reads.own(read.exam_id, read.reader) == [read]


@pytest.mark.invariant(5)
@pytest.mark.parametrize("table", ["ai_result", "reveal"])
@pytest.mark.parametrize("change", ["DELETE FROM {}", "UPDATE {} SET exam_id = exam_id"])
def test_results_and_reveals_are_append_only_too(installation, read: Read, table: str, change: str) -> None:
    if table == "reveal":
        installation.store.reads.add_reveal(Reveal(read.exam_id, "reader-one", None, True, read.signed_at))
    else:
        from klarsyn.domain.finding import ResultStatus
        from klarsyn.intake.linking import failed_result

        exam = installation.store.exams.get(read.exam_id)
        installation.store.results.add(failed_result(exam, "e", ResultStatus.FAILED, "why", read.signed_at))
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text(change.format(table)))


def test_a_read_comes_back_as_it_was_signed(installation, read: Read) -> None:
    installation.store.reads.add(read)
    assert installation.store.reads.own(read.exam_id, read.reader) == [read]


def test_a_second_final_read_of_the_same_reader_is_refused(installation, read: Read) -> None:
    installation.store.reads.add(read)
    with pytest.raises(AlreadySigned):
        installation.store.reads.add(replace(read, read_id="another"))


def test_a_withdrawn_read_can_be_signed_again_and_both_rows_stay(installation, read: Read) -> None:
    reads = installation.store.reads
    again = replace(read, read_id="again")
    for row in (read, withdrawal(read), again):
        reads.add(row)
    assert len(reads.own(read.exam_id, read.reader)) == 3
    assert [r.read_id for r in reads.finals([read.exam_id])[read.exam_id]] == ["again"]


def test_a_read_is_withdrawn_only_once(installation, read: Read) -> None:
    installation.store.reads.add(read)
    installation.store.reads.add(withdrawal(read))
    with pytest.raises(AlreadySigned):
        installation.store.reads.add(withdrawal(read))


@pytest.mark.invariant(5)
def test_reads_are_blind_a_reader_gets_only_his_or_her_own(installation, read: Read) -> None:
    installation.store.reads.add(read)
    assert installation.store.reads.own(read.exam_id, "reader-two") == []
    assert installation.store.reads.all_own("reader-two") == []


def test_a_database_that_is_damaged_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "damaged.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="backup"):
        Store.file(path)


def test_a_database_of_a_newer_version_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "newer.sqlite"
    store = Store.file(path)
    with store.database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    store.close()
    with pytest.raises(StoreError, match="newer Klarsyn"):
        Store.file(path)


def test_the_migrations_make_the_tables_that_the_models_describe(installation) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from klarsyn.store.models import Base

    with installation.store.database.engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), Base.metadata)
    assert differences == []


def test_the_seed_of_the_shuffle_is_made_once_and_kept(installation) -> None:
    assert installation.store.queue_seed() == installation.store.queue_seed()
    assert len(installation.store.queue_seed()) == 32


def test_a_copy_of_the_store_holds_what_the_store_holds(installation, read: Read, tmp_path: Path) -> None:
    installation.store.reads.add(read)
    (tmp_path / "copy.sqlite").write_text("something older")
    installation.store.copy_to(tmp_path / "copy.sqlite")
    copy = Store.file(tmp_path / "copy.sqlite")
    assert copy.reads.own(read.exam_id, read.reader) == [read]
    copy.close()


def test_a_file_half_copied_is_swept_and_the_same_file_twice_is_one(tmp_path: Path) -> None:
    from klarsyn.store.image_folder import ImageFolder

    source = tmp_path / "source"
    source.write_bytes(b"pixels" * 1000)
    folder = ImageFolder(tmp_path / "images")
    sha256 = folder.put(source)
    assert folder.put(source) == sha256
    folder.path(sha256).with_name(f"{sha256}.dead.part").write_bytes(b"half")
    assert folder.sweep() == 1
    assert [p.name for p in (tmp_path / "images").rglob("*.*")] == [f"{sha256}.dcm"]


def test_a_full_disk_leaves_nothing_half_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import errno
    import os

    from klarsyn.store.image_folder import ImageFolder

    source = tmp_path / "source"
    source.write_bytes(b"pixels")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        ImageFolder(tmp_path / "images").put(source)
    assert [p for p in (tmp_path / "images").rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("in_part", [None, (), ("2.25.1", "2.25.2")])
def test_a_read_tells_which_images_had_not_been_seen_whole_or_that_nobody_counted(
    installation, read: Read, in_part
) -> None:
    installation.store.reads.add(replace(read, seen_in_part=in_part))
    (kept,) = installation.store.reads.own(read.exam_id, "reader-one")
    assert kept.seen_in_part == in_part


@pytest.mark.invariant(5)
def test_what_had_not_been_seen_cannot_be_changed_in_a_signed_read_afterwards(installation, read) -> None:
    installation.store.reads.add(replace(read, seen_in_part=("2.25.1",)))
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text("UPDATE read SET seen_in_part = '[]'"))
