"""Notes of exams, versions of the policy, and what older exams say: on SQLite and on a real PostgreSQL."""

import uuid
from datetime import datetime, timedelta

import pytest
from policy_rows import NOW, on_postgresql, on_sqlite, postgresql, store
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from klarsyn.domain.outcome import Outcome, OutcomeKind
from klarsyn.domain.policy_history import PolicyText
from klarsyn.domain.read import Assessment, Impression, Read, ReadKind
from klarsyn.domain.reading_facts import NO_FACTS, FactKind
from klarsyn.store.exam_notes import ExamNote
from klarsyn.store.outcomes import Import
from klarsyn.store.policy_versions import BEFORE_VERSIONS
from klarsyn.store.store import Store

__all__ = ["on_postgresql", "on_sqlite", "postgresql", "store"]

TEXT, OTHER = PolicyText("region.toml", "one"), PolicyText("ours.toml", "two")
ALL = ("old", "new", "later", "undated", "another", "sister", "issuer", "unknown")


def note(kind: FactKind, *, holds: bool = True, exam_id: str = "new") -> ExamNote:
    return ExamNote(exam_id, kind, holds, "nurse", NOW, "she said so")


def sign(
    store: Store, exam_id: str, right: Assessment, *, after: timedelta = timedelta(0), reader: str = "a"
) -> Read:
    impression = Impression(right, Assessment.NORMAL)
    read = Read(str(uuid.uuid4()), exam_id, reader, ReadKind.FINAL, impression, NOW + after, NOW + after)
    store.reads.add(read)
    return read


def with_finding(store: Store, now: datetime = NOW) -> set[str]:
    facts = store.reading_facts.of_exams(ALL, now)
    return {exam_id for exam_id, known in facts.items() if FactKind.PRIOR_WITH_FINDING in known.kinds}


def test_a_note_holds_until_a_newer_row_takes_it_back_and_both_stay(store: Store) -> None:
    assert store.exam_notes.add(note(FactKind.SYMPTOMS))
    assert store.exam_notes.add(note(FactKind.DECLINED_AI))
    assert not store.exam_notes.add(note(FactKind.SYMPTOMS)), "it stands so already"
    facts = store.reading_facts.of_exams(["new", "old"], NOW)
    assert facts["new"].kinds == {FactKind.SYMPTOMS, FactKind.DECLINED_AI}
    assert facts["old"] == NO_FACTS
    assert store.exam_notes.declined(ALL) == {"new"}
    assert store.exam_notes.add(note(FactKind.DECLINED_AI, holds=False))
    assert store.exam_notes.declined(ALL) == set()
    assert store.exam_notes.add(note(FactKind.DECLINED_AI))
    assert store.exam_notes.declined(ALL) == {"new"}
    assert [(n.kind, n.holds) for n in store.exam_notes.of_exam("new")] == [
        (FactKind.SYMPTOMS, True),
        (FactKind.DECLINED_AI, True),
        (FactKind.DECLINED_AI, False),
        (FactKind.DECLINED_AI, True),
    ]


def test_a_note_needs_an_exam_and_a_kind_that_persons_note(store: Store) -> None:
    with pytest.raises(KeyError):
        store.exam_notes.add(note(FactKind.SYMPTOMS, exam_id="none"))
    with pytest.raises(ValueError, match="not noted by persons"):
        store.exam_notes.add(note(FactKind.PRIOR_WITH_FINDING))


@pytest.mark.parametrize(
    ("words", "found"),
    [("A-7", ["new"]), ("ne", ["new"]), ("", []), ("%", []), ("n_w", []), ("un", ["undated", "unknown"])],
)
def test_an_exam_is_found_by_accession_number_or_by_how_its_key_begins(
    store: Store, words: str, found: list[str]
) -> None:
    assert store.exam_notes.find(words) == found


@pytest.mark.invariant(5)
@pytest.mark.parametrize("table", ["exam_note", "policy_version"])
@pytest.mark.parametrize("change", ["UPDATE {} SET reason = 'x'", "DELETE FROM {}"])
def test_reads_are_append_only_and_so_are_notes_and_versions(store: Store, table: str, change: str) -> None:
    store.exam_notes.add(note(FactKind.SYMPTOMS))
    store.policy_versions.add(TEXT, by="admin", at=NOW, reason="r")
    with pytest.raises(DatabaseError, match="append-only"), store.database.writing() as session:
        session.execute(text(change.format(table)))
    assert store.exam_notes.of_exam("new")[0].reason == "she said so"


def test_versions_are_numbered_and_the_first_keeps_what_the_settings_said(store: Store) -> None:
    assert store.policy_versions.add(TEXT, by="admin", at=NOW, reason="r", before=OTHER) == 2
    assert store.policy_versions.add(OTHER, by="admin", at=NOW, reason="back", before=TEXT) == 3
    told = store.policy_versions.all()
    assert [(v.number, v.content, v.reason) for v in told] == [
        (1, OTHER, BEFORE_VERSIONS),
        (2, TEXT, "r"),
        (3, OTHER, "back"),
    ]
    assert [v.sha256 for v in told] == [v.content.sha256 for v in told]


def test_a_version_keeps_the_time_that_its_clock_said(store: Store) -> None:
    store.policy_versions.add(TEXT, by="admin", at=NOW, reason="r")
    store.policy_versions.add(OTHER, by="admin", at=NOW - timedelta(hours=1), reason="r")
    assert [v.at for v in store.policy_versions.all()] == [NOW, NOW - timedelta(hours=1)]


def test_an_older_read_that_asked_for_recall_speaks_for_her_exams_and_no_other_womans(store: Store) -> None:
    sign(store, "old", Assessment.INDETERMINATE)
    sign(store, "nobody", Assessment.MALIGNANT)
    assert with_finding(store) == {"new", "later", "undated"}


def test_a_newer_exam_is_no_prior(store: Store) -> None:
    sign(store, "new", Assessment.MALIGNANT)
    assert with_finding(store) == {"later", "undated"}


def test_a_read_that_was_taken_back_is_not_in_force_or_asked_for_nothing_says_nothing(store: Store) -> None:
    sign(store, "old", Assessment.BENIGN, reader="b")
    read = sign(store, "old", Assessment.MALIGNANT, after=timedelta(seconds=10))
    assert with_finding(store) == set(), "it can still be taken back"
    then = NOW + timedelta(minutes=1)
    assert with_finding(store, then) == {"new", "later", "undated"}
    store.reads.add(Read("w", "old", "a", ReadKind.WITHDRAWAL, None, then, then, supersedes=read.read_id))
    assert with_finding(store, then) == set()


@pytest.mark.parametrize(
    ("kind", "speaks"),
    [(OutcomeKind.CANCER, True), (OutcomeKind.BENIGN, True), (OutcomeKind.NO_CANCER, False)],
)
def test_an_outcome_of_an_older_exam_is_a_finding(store: Store, kind: OutcomeKind, speaks: bool) -> None:
    store.outcomes.note({2: Outcome("old", kind)}, Import("i", "f", NOW, "A"))
    assert with_finding(store) == ({"new", "later", "undated"} if speaks else set())


def test_what_an_exam_is_told_of_comes_with_the_exam(installation, import_exams) -> None:
    (exam_id,) = import_exams(1)
    for kind in (FactKind.PROTECTED_IDENTITY, FactKind.SYMPTOMS):
        installation.store.exam_notes.add(note(kind, exam_id=exam_id))
    for told in (installation.store.exams.get(exam_id), *installation.store.exams.many()):
        assert [n.code for n in told.notices] == ["protected-identity"]
