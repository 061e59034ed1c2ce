"""One SQLite file serves one account."""

from datetime import UTC, datetime

import pytest

from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.store.one_account import SecondAccount, check_account


def read_of(exam_id: str, reader: str, number: int) -> Read:
    now = datetime(2026, 1, 5, 8, tzinfo=UTC)
    said = Impression(Assessment.NORMAL, Assessment.NORMAL)
    return Read(f"r{number}", exam_id, reader, ReadKind.FIRST_IMPRESSION, said, now, now)


@pytest.mark.invariant(5)
def test_reads_are_blind_so_a_file_takes_no_read_of_a_second_account(installation, import_exams) -> None:
    (exam_id,) = import_exams(1)
    reads = installation.store.reads
    reads.one_account = True
    reads.add(read_of(exam_id, "anna", 1))
    with pytest.raises(SecondAccount, match="klarsyn db move"):
        reads.add(read_of(exam_id, "berta", 2))
    assert reads.all_own("berta") == []
    check_account(installation.store.database, "anna")
    with pytest.raises(SecondAccount, match="nothing was signed"):
        check_account(installation.store.database, "berta")


@pytest.mark.invariant(5)
def test_reads_are_blind_so_a_second_account_gets_no_desk_at_a_file(installation, import_exams) -> None:
    from klarsyn.cli.context import Context
    from klarsyn.cli.seat import seat

    (exam_id,) = import_exams(1)
    installation.store.reads.add(read_of(exam_id, "anna", 1))
    other = installation.with_settings(reader="berta")
    with pytest.raises(SecondAccount):
        seat(Context(other.settings, other.store, other.clock))
    own = installation.with_settings(reader="anna")
    desk, _ = seat(Context(own.settings, own.store, own.clock))
    assert desk.reader == "anna"


@pytest.mark.invariant(5)
def test_reads_are_blind_and_who_signed_in_an_older_file_of_two_accounts_goes_on_with_own_rows_alone(
    installation, import_exams, capsys
) -> None:
    from klarsyn.cli.context import Context
    from klarsyn.cli.seat import seat

    (exam_id,) = import_exams(1)
    reads = installation.store.reads
    reads.add(read_of(exam_id, "anna", 1))
    reads.add(read_of(exam_id, "berta", 2))
    for reader, own in ("anna", "r1"), ("berta", "r2"):
        seated = installation.with_settings(reader=reader)
        desk, _ = seat(Context(seated.settings, seated.store, seated.clock))
        assert desk.reader == reader
        assert "2 accounts have signed" in capsys.readouterr().err
        assert [read.read_id for read in reads.all_own(reader)] == [own]
    third = installation.with_settings(reader="clara")
    with pytest.raises(SecondAccount, match="klarsyn db move"):
        seat(Context(third.settings, third.store, third.clock))


def test_a_file_of_one_account_tells_nothing(installation, import_exams) -> None:
    from klarsyn.store.one_account import shared_file

    (exam_id,) = import_exams(1)
    installation.store.reads.add(read_of(exam_id, "anna", 1))
    assert shared_file(installation.store.database) == ""
