"""Outcomes in force, and what they say of findings."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, Spacing, ViewPosition
from klarsyn.domain.finding import (
    AiResult,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultStatus,
)
from klarsyn.domain.outcome import NotedOutcome, Outcome, OutcomeKind, Place, in_force
from klarsyn.domain.outcome_join import judged

NOW = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
R, L = Laterality.RIGHT, Laterality.LEFT
CANCER, BENIGN, NONE = OutcomeKind.CANCER, OutcomeKind.BENIGN, OutcomeKind.NO_CANCER
SPACING = Spacing(0.1, 0.1, "test")


def told(*imports: tuple[Outcome, ...]) -> tuple[Outcome, ...]:
    """What is in force after these imports, one after the other."""
    rows = [(str(n), outcome) for n, lines in enumerate(imports) for outcome in lines]
    return in_force([NotedOutcome(o, i, NOW, "A", number) for number, (i, o) in enumerate(rows, start=1)])


def of(kind: OutcomeKind, side: Laterality | None = None, place: Place | None = None) -> Outcome:
    return Outcome("e", kind, side, None, place)


def test_without_rows_nothing_is_known() -> None:
    assert told() == ()


def test_a_later_row_of_the_same_breast_or_exam_supersedes() -> None:
    assert told((of(NONE),), (of(CANCER),)) == (of(CANCER),)
    assert told((of(NONE, R),), (of(CANCER, R),)) == (of(CANCER, R),)
    assert told((of(CANCER, R), of(NONE, L)), (of(NONE),)) == (of(NONE),)


def test_the_other_breast_keeps_what_it_had() -> None:
    assert told((of(NONE, R), of(BENIGN, L)), (of(CANCER, R),)) == (of(CANCER, R), of(BENIGN, L))


def test_rows_of_one_import_stand_beside_each_other() -> None:
    two = of(CANCER, R, Place("1", 1, 1)), of(BENIGN, R, Place("1", 9, 9))
    assert told((of(NONE, R),), two) == two


def test_a_cancer_found_later_in_one_breast_leaves_the_other_without() -> None:
    assert told((of(NONE),), (of(CANCER, L),)) == (of(NONE, R), of(CANCER, L))


def test_a_cancer_of_unknown_side_says_nothing_of_the_other_once_its_side_is_told() -> None:
    assert told((of(CANCER),), (of(CANCER, R),)) == (of(CANCER, R),)


VIEWS = [(R, ViewPosition.CC), (R, ViewPosition.MLO), (L, ViewPosition.CC), (L, ViewPosition.MLO)]
EXAM = Exam(
    "e", "study:e", Patient(), None, NOW, ExamType.FFDM,
    tuple(
        Image(str(n), "1.2", "9", 1000, 800, laterality=side, view_position=view, spacing=SPACING)
        for n, (side, view) in enumerate(VIEWS)
    ),
)  # fmt: skip
RCC, RMLO, LCC = "0", "1", "2"


def finding(raw: float | None, side: Laterality, *places: tuple[str, float, float]) -> Finding:
    """Squares of 20 pixels around the places."""
    marks = tuple(
        Mark(uid, ((x - 10, y - 10), (x + 10, y - 10), (x + 10, y + 10), (x - 10, y + 10)), 50, raw=raw)
        for uid, x, y in places
    )
    return Finding(f"{raw}", LesionType.SOFT_TISSUE, side, 50, marks)


def known(outcomes: tuple[Outcome, ...], *findings: Finding, exam: Exam = EXAM) -> list[set[tuple]]:
    made = Provenance("Cad", "V", "1", "00", IntendedUse.RESEARCH, "c", 1, (), NOW)
    result = AiResult("r", "e", ResultStatus.SCORED, made, findings=findings)
    return [{(r.raw, r.malignant) for r in part} for part in judged(exam, result, outcomes)]


LOW, HIGH, OTHER = (
    finding(0.2, R, (RCC, 100, 100)),
    finding(0.7, R, (RCC, 400, 400), (RMLO, 300, 300)),
    finding(0.5, L, (LCC, 100, 100)),
)
ALL = LOW, HIGH, OTHER


@pytest.mark.parametrize("kind", [NONE, BENIGN])
def test_where_there_is_no_cancer_no_finding_is_one(kind: OutcomeKind) -> None:
    assert known((of(kind),), *ALL) == [{(0.2, False), (0.7, False), (0.5, False)}]
    assert known((of(kind, R),), *ALL) == [{(0.2, False), (0.7, False)}]


def test_a_cancer_without_a_place_is_the_highest_finding_of_its_breast_or_exam() -> None:
    assert known((of(CANCER, R),), *ALL) == [{(0.7, True)}]
    assert known((of(CANCER, L),), *ALL) == [{(0.5, True)}]
    assert known((of(CANCER),), *ALL) == [{(0.7, True)}]


def test_each_breast_is_an_outcome_of_its_own() -> None:
    assert known((of(CANCER, R), of(NONE, L)), *ALL) == [{(0.7, True)}, {(0.5, False)}]


def test_a_place_finds_its_finding_and_acquits_the_others_of_its_image() -> None:
    assert known((of(CANCER, R, Place(RCC, 105, 95)),), *ALL) == [{(0.2, True)}]
    both = of(CANCER, R, Place(RCC, 105, 95)), of(CANCER, R, Place(RMLO, 700, 700))
    assert known(both, *ALL) == [{(0.2, True), (0.7, False)}]


def test_a_cancer_that_no_finding_marks_acquits_those_of_the_same_images() -> None:
    assert known((of(CANCER, R, Place(RCC, 700, 700)),), *ALL) == [{(0.2, False)}]


def test_of_findings_on_images_without_a_place_nobody_knows() -> None:
    assert known((of(CANCER, R, Place(RMLO, 700, 700)),), LOW) == []


def test_a_place_five_millimetres_beside_an_outline_still_is_that_finding_and_six_is_not() -> None:
    # 10 pixels a millimetre; the outline ends at 110.
    assert known((of(CANCER, R, Place(RCC, 159, 100)),), LOW) == [{(0.2, True)}]
    assert known((of(CANCER, R, Place(RCC, 170, 100)),), LOW) == [{(0.2, False)}]


def test_without_a_spacing_the_outline_itself_must_hold_the_place() -> None:
    bare = replace(EXAM, images=tuple(replace(i, spacing=None) for i in EXAM.images))
    assert known((of(CANCER, R, Place(RCC, 111, 100)),), LOW, exam=bare) == [{(0.2, False)}]
    assert known((of(CANCER, R, Place(RCC, 109, 100)),), LOW, exam=bare) == [{(0.2, True)}]


def test_a_benign_place_does_not_make_the_breast_free_of_cancer() -> None:
    outcomes = of(CANCER, R, Place(RCC, 400, 400)), of(BENIGN, R, Place(RCC, 100, 100))
    assert known(outcomes, LOW, HIGH) == [{(0.2, False), (0.7, True)}]


def test_findings_without_a_raw_value_or_an_exam_without_findings_tell_nothing() -> None:
    assert known((of(NONE),), finding(None, R, (RCC, 1, 1))) == []
    assert known((of(CANCER),)) == []
