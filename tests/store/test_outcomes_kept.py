"""Outcomes in the database: rows that stay as they are."""

import pytest
from calibration_samples import NOW, exam_row
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, IntegrityError

from klarsyn.domain.outcome import Outcome, OutcomeKind
from klarsyn.store.outcomes import Import

COLUMNS = "exam_id, side, kind, known_on, image_uid, place_column, place_row, import_id, file_sha256, line"


@pytest.fixture
def known(installation) -> Outcome:
    with installation.store.database.writing() as session:
        session.add(exam_row("e"))
    outcome = Outcome("e", OutcomeKind.CANCER)
    installation.store.outcomes.note({2: outcome}, Import("i", "f", NOW, "A"))
    return outcome


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE outcome SET kind = 'benign'",
        "DELETE FROM outcome",
        "INSERT OR REPLACE INTO outcome SELECT * FROM outcome",
    ],
)
def test_outcomes_are_append_only(installation, known: Outcome, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), installation.store.database.writing() as session:
        session.execute(text(statement))
    assert installation.store.outcomes.of_exams(["e"]) == {"e": (known,)}


@pytest.mark.parametrize(
    ("values", "rule"),
    [
        ("'e', 'B', 'cancer', NULL, NULL, NULL, NULL", "ck_outcome_side"),
        ("'e', 'R', 'perhaps', NULL, NULL, NULL, NULL", "ck_outcome_kind"),
        ("'e', 'R', 'cancer', NULL, 'image', NULL, 1", "ck_outcome_place"),
        ("'e', '', 'cancer', NULL, 'image', 1, 1", "ck_outcome_place_of"),
        ("'e', 'R', 'no cancer', NULL, 'image', 1, 1", "ck_outcome_place_of"),
        ("'nobody', 'R', 'cancer', NULL, NULL, NULL, NULL", "FOREIGN KEY"),
    ],
)
def test_the_database_itself_refuses_what_is_no_outcome(
    installation, known: Outcome, values: str, rule: str
) -> None:
    noted = "'i', 'f', 2, '2026-01-05', 'A'"
    statement = f"INSERT INTO outcome ({COLUMNS}, noted_at, noted_by) VALUES ({values}, {noted})"
    with pytest.raises(IntegrityError, match=rule), installation.store.database.writing() as session:
        session.execute(text(statement))
