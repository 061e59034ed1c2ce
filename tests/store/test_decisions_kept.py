"""Decisions, details and letters in both databases: rows that stay as they are, and once only."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from calibration_samples import NOW, exam_row
from postgresql import postgresql  # noqa: F401  a fixture
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.decision import Decision, DecisionKind, DecisionOutcome
from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.read import (
    Assessment,
    Density,
    Impression,
    Read,
    ReadDetails,
    ReadKind,
    TechnicalQuality,
)
from klarsyn.store.database import Database
from klarsyn.store.decisions import DecidedAlready
from klarsyn.store.letters import ExportedAlready, LetterExport
from klarsyn.store.store import Store

DAY = date(2026, 1, 5)
TABLES = ["decision", "decision_read", "letter", "letter_delivery", "letter_export", "read_detail"]
DETAILS = ReadDetails(
    Density.B,
    TechnicalQuality.MODERATE,
    "ä",
    (Finding("f", LesionType.SOFT_TISSUE, Laterality.LEFT, 0, (Mark("2.25.1", ((0.5, 1.0),) * 3, 0, 4),)),),
)


@pytest.fixture(scope="module")
def copies(postgresql: Callable[[], str]) -> Callable[[], str]:  # noqa: F811
    """URLs of databases that are at the schema already: copies of one, since migrating takes seconds."""
    whole = make_url(postgresql())
    Store(Database(whole.render_as_string())).close()
    server = create_engine(whole.set(database="postgres"), isolation_level="AUTOCOMMIT")
    names = (f"copy_{n}" for n in itertools.count())

    def copy() -> str:
        name = next(names)
        with server.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {whole.database}"))
        return whole.set(database=name).render_as_string()

    return copy


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("whole") / "klarsyn.sqlite"
    Store.file(path).close()
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path, file: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        made = Store.file(Path(shutil.copy(file, tmp_path)))
    else:
        made = Store(Database(request.getfixturevalue("copies")()))
    with made.database.writing() as session:
        session.add_all(exam_row(f"e{n}") for n in range(3))
    for number, reader in enumerate(("anna", "berit")):
        made.reads.add(a_read(number, reader), details=DETAILS if number == 0 else None)
    yield made
    made.close()


def a_read(number: int, reader: str, kind: ReadKind = ReadKind.FINAL, **changes: object) -> Read:
    said = Impression(Assessment.NORMAL, Assessment.NORMAL)
    made = Read(f"r{number}", "e0", reader, kind, said, NOW, NOW, covers=("2.25.1",))
    return replace(made, **changes)


def a_decision(name: str = "d0", **changes: object) -> Decision:
    made = Decision(
        name, "e0", DecisionKind.AGREEMENT, DecisionOutcome.NORMAL, ("anna", "berit"), NOW, DAY, ("2.25.1",),
        ("r0", "r1"), "they agree",
    )  # fmt: skip
    return replace(made, **changes)


def an_export(name: str = "x0", *decisions: str, **changes: object) -> LetterExport:
    made = LetterExport(
        name, DAY, "csv", "here:/letters", f"{name}.csv", "ab" * 32, "doris", NOW, decisions or ("d0",)
    )
    return replace(made, **changes)


def test_what_was_decided_comes_back_whole(store: Store) -> None:
    store.decisions.add(a_decision(result_id=None, signed_by="doris"))
    assert store.decisions.newest(["e0", "e1"]) == {"e0": a_decision(signed_by="doris")}
    assert store.decisions.many(["d0", "no"]) == [a_decision(signed_by="doris")]


def test_details_come_back_whole_and_only_of_reads_that_have_some(store: Store) -> None:
    assert store.read_details.of_reads(["r0", "r1"]) == {"r0": DETAILS}
    store.read_details.save_draft("e0", "anna", DETAILS, NOW)
    assert store.read_details.draft_of("e0", "anna") == DETAILS
    assert store.read_details.draft_of("e0", "berit") is None
    store.read_details.clear_draft("e0", "anna")
    assert store.read_details.draft_of("e0", "anna") is None


def test_a_read_and_its_details_are_kept_together_or_not_at_all(store: Store) -> None:
    with pytest.raises(DatabaseError):
        with store.database.writing() as session:
            session.execute(text("INSERT INTO read_detail VALUES ('nobody', NULL, NULL, '', '[]')"))
    assert store.read_details.of_reads(["nobody"]) == {}


def test_an_exam_is_decided_once(store: Store) -> None:
    store.decisions.add(a_decision())
    for other in (a_decision("d1"), a_decision("d1", supersedes="d9")):
        with pytest.raises(DecidedAlready):
            store.decisions.add(other)
    assert store.decisions.history("e0") == [a_decision()]


def test_a_correction_stands_in_the_place_of_the_newest_only(store: Store) -> None:
    first, second = a_decision(), a_decision("d1", supersedes="d0", outcome=DecisionOutcome.RECALL)
    store.decisions.add(first)
    store.decisions.add(second)
    with pytest.raises(DecidedAlready):
        store.decisions.add(a_decision("d2", supersedes="d0"))
    assert store.decisions.history("e0") == [first, second]
    assert store.decisions.newest(["e0"]) == {"e0": second}


def test_the_database_itself_refuses_a_second_first_decision(store: Store) -> None:
    store.decisions.add(a_decision())
    columns = 'exam_id, kind, outcome, "by", signed_by, reason, at, batch, covers, result_id, supersedes'
    with pytest.raises(DatabaseError), store.database.writing() as session:
        session.execute(
            text(f"INSERT INTO decision (decision_id, {columns}) SELECT 'd1', {columns} FROM decision")
        )
    assert store.decisions.history("e0") == [a_decision()]


def test_nothing_is_decided_on_a_read_that_was_taken_back(store: Store) -> None:
    store.reads.add(a_read(2, "anna", ReadKind.WITHDRAWAL, impression=None, supersedes="r0"))
    with pytest.raises(DecidedAlready, match="taken a read"):
        store.decisions.add(a_decision())


def test_undecided_are_exams_with_a_final_read_that_no_decision_rests_on(store: Store) -> None:
    assert store.decisions.undecided() == ["e0"]
    store.decisions.add(a_decision())
    assert store.decisions.undecided() == []
    store.reads.add(a_read(3, "cecilia"))
    assert store.decisions.undecided() == ["e0"]
    store.reads.add(a_read(4, "cecilia", ReadKind.WITHDRAWAL, impression=None, supersedes="r3"))
    assert store.decisions.undecided() == []
    store.reads.add(a_read(5, "cecilia", ReadKind.FIRST_IMPRESSION))
    assert store.decisions.undecided() == []


def test_each_letter_leaves_once(store: Store) -> None:
    store.decisions.add(a_decision())
    assert [d.decision_id for d in store.decisions.unsent(DAY)] == ["d0"]
    assert store.decisions.unsent(DAY - timedelta(days=1)) == []
    store.letters.add(an_export())
    assert store.decisions.unsent(DAY) == []
    with pytest.raises(ExportedAlready):
        store.letters.add(an_export("x1"))
    store.letters.add(an_export("x2", again_reason="lost on the way"))
    assert [e.export_id for e in store.letters.of_batch(DAY)] == ["x0", "x2"]
    assert store.letters.sent(["d0", "d1"]) == {"d0"}


def test_letters_of_one_file_leave_all_or_none(store: Store) -> None:
    store.decisions.add(a_decision())
    with pytest.raises(ExportedAlready):
        store.letters.add(an_export("x0", "d0", "nothing of that name"))
    assert store.letters.of_batch(DAY) == []
    assert [d.decision_id for d in store.decisions.unsent(DAY)] == ["d0"]


def test_a_decision_that_was_corrected_before_it_left_sends_no_letter(store: Store) -> None:
    store.decisions.add(a_decision())
    store.decisions.add(a_decision("d1", supersedes="d0"))
    assert [d.decision_id for d in store.decisions.unsent(DAY)] == ["d1"]
    with pytest.raises(ExportedAlready, match="corrected"):
        store.letters.add(an_export("x0", "d0"))


def test_an_export_is_open_until_its_file_is_delivered(store: Store) -> None:
    store.decisions.add(a_decision())
    store.letters.add(an_export())
    assert store.letters.open_exports() == [an_export()]
    store.letters.delivered("x0", NOW)
    store.letters.delivered("x0", NOW, "said twice")
    assert store.letters.open_exports() == []


@pytest.mark.invariant(5)
def test_reads_are_append_only_and_so_are_decisions_and_letters(store: Store) -> None:
    store.decisions.add(a_decision())
    store.letters.add(an_export())
    store.letters.delivered("x0", NOW)
    columns = {"letter": "is_first", "read_detail": "comment", "decision": "outcome"}
    statements = ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"]
    if store.database.engine.dialect.name == "sqlite":
        statements.append("INSERT OR REPLACE INTO {0} SELECT * FROM {0}")
    for table in TABLES:
        column = columns.get(table, "export_id" if table.startswith("letter") else "read_id")
        for statement in statements:
            with pytest.raises(DatabaseError, match="append-only"), store.database.writing() as session:
                session.execute(text(statement.format(table, column)))
