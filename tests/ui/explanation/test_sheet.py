"""What the panel says: sums or their failure, percentile with its n, and a sentence for each empty state."""

from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from explained_exams import explanation_of
from window_helpers import make_image, make_result

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import ExamType, Laterality, ViewPosition
from klarsyn.domain.explanation import NO_TIME, Additivity, Contribution
from klarsyn.domain.finding import IntendedUse, ResultStatus
from klarsyn.ui.explanation.sheet import sheet_of, why_nothing

VIEWS = [(v, s) for v in (ViewPosition.MLO, ViewPosition.CC) for s in (Laterality.LEFT, Laterality.RIGHT)]


@pytest.fixture
def exam() -> SimpleNamespace:
    images = tuple(make_image(f"1.{n}", laterality=s, view_position=v) for n, (v, s) in enumerate(VIEWS))
    return SimpleNamespace(
        exam_id="e",
        images=images,
        image=lambda uid: next((i for i in images if i.sop_instance_uid == uid), None),
        missing_views=(),
        exam_type=ExamType.FFDM,
        contradictions=list,
    )


@pytest.fixture
def result(exam):
    return make_result(exam, moment=datetime(2026, 1, 5, tzinfo=UTC))


def text_of(sheet) -> str:
    return "\n".join((*sheet.warnings, *sheet.lines, *sheet.sums, *sheet.flags, *sheet.made))


def test_bars_stand_in_the_order_of_the_hanging_and_say_the_score_without_the_part(exam, result) -> None:
    (title, views), (_, findings) = sheet_of(result, exam, explanation_of(result, exam)).bars
    assert title == "By view"
    assert [bar.label for bar in views] == ["R CC", "L CC", "R MLO", "L MLO"]
    assert [(bar.label, bar.value, bar.score) for bar in findings] == [
        ("71 soft L", "+0.40", "3"),
        ("38 calc R", "-0.05", "9"),
    ]
    assert max(abs(bar.share) for bar in (*views, *findings)) == 1.0


def test_additivity_or_its_failure_is_said_and_never_hidden(exam, result) -> None:
    found = explanation_of(result, exam)
    fails = text_of(sheet_of(result, exam, found))
    assert "71 soft L and 38 calc R do not add up: each alone +0.35, all at once +0.60." in fails
    assert "weighs such parts against each other" in fails
    holds = replace(found, sums=(Additivity(("finding 1", "finding 2"), 0.35, 0.35),))
    text = text_of(sheet_of(result, exam, holds))
    assert "add up: each alone +0.35" in text
    assert "do not" not in text


def test_the_percentile_has_its_n_its_interval_and_the_state_of_its_calibration(exam, result) -> None:
    made = replace(result.provenance, calibration_state=CalibrationState.PROVISIONAL)
    text = text_of(sheet_of(replace(result, provenance=made), exam, explanation_of(result, exam)))
    assert "Higher than 93 % (95 % interval 92 to 94 %) of 2000 exams of the maker's sample" in text
    assert "Calibration factory, state then: provisional" in text


def test_before_the_engine_answers_score_percentile_and_flags_are_there_and_no_bars(exam, result) -> None:
    exam.missing_views = ("L CC",)
    sheet = sheet_of(result, exam, None)
    assert "Exam score 8 of 10, provisional" in sheet.lines
    assert "Higher than 74 % of the exams of the calibration." in sheet.lines
    assert any("L CC missing" in flag for flag in sheet.flags)
    assert sheet.bars == ()


@pytest.mark.invariant(7)
def test_every_result_says_who_made_it_and_what_it_is_not_for_where_it_is_explained(exam, result) -> None:
    text = text_of(sheet_of(result, exam, None))
    assert "Demonstration engine 0.1.0 · model 00000000 · made for demonstration" in text
    assert "Demonstration engine. Not for clinical use." in text
    clinical = replace(result, provenance=replace(result.provenance, intended_use=IntendedUse.CLINICAL))
    assert "Not for clinical use" not in text_of(sheet_of(clinical, exam, None))


def test_each_state_without_a_score_has_a_sentence_of_its_own(exam, result) -> None:
    stale = replace(result, considered=("1.0",))
    failed, other = (make_result(exam, s) for s in (ResultStatus.FAILED, ResultStatus.NOT_FOR_THIS_EXAM))
    states = [None, stale, failed, other]
    sentences = [why_nothing(each, exam) for each in states]
    assert all(sentences)
    assert len(set(sentences)) == len(sentences)
    assert [sheet_of(each, exam, None).lines for each in states] == [(s,) for s in sentences]
    assert why_nothing(result, exam) == ""


def test_a_partial_result_is_explained_and_said_not_to_be_the_exams_score(exam, result) -> None:
    partial = replace(result, status=ResultStatus.PARTIAL, reason="one image could not be decoded")
    text = text_of(sheet_of(partial, exam, None))
    assert why_nothing(partial, exam) == ""
    assert "Partially processed: one image could not be decoded" in text
    assert "not the exam's score" in text
    assert "Engine's own value 0.7, of the images that were seen" in text
    whole = sheet_of(partial, exam, explanation_of(partial, exam))
    for words in (text, text_of(whole)):
        assert "Exam score" not in words
        assert "Higher than" not in words
        assert "No calibration" not in words
    assert {bar.score for _, bars in whole.bars for bar in bars} == {""}


def test_without_a_calibration_neither_score_nor_percentile_is_made_up(exam, result) -> None:
    bare = replace(result, score=None, raw=0.7)
    found = replace(explanation_of(result, exam), place=None)
    text = text_of(sheet_of(bare, exam, found))
    assert "neither score nor percentile" in text
    assert "Higher than" not in text
    assert "Engine's own value 0.7" in text


def test_a_part_that_the_engine_says_nothing_of_is_listed_with_the_reason(exam, result) -> None:
    silent = Contribution("R CC", (), 0.7, None, None, None, "the engine gave no value")
    found = replace(
        explanation_of(result, exam), views=(silent,), left_out=("R CC: the engine gave no value",)
    )
    sheet = sheet_of(result, exam, found)
    assert sheet.bars[0][1][0].value == "not known"
    assert sheet.bars[0][1][0].share is None
    assert "R CC: the engine gave no value" in sheet.sums


def test_what_there_was_no_time_for_is_named_as_its_bar_is(exam, result) -> None:
    found = explanation_of(result, exam)
    short = tuple(replace(p, without=None, score_without=None, reason=NO_TIME) for p in found.findings)
    left = tuple(f"{part.label}: {part.reason}" for part in short)
    sheet = sheet_of(result, exam, replace(found, findings=short, sums=(), left_out=left))
    assert [bar.label for bar in sheet.bars[1][1]] == ["71 soft L", "38 calc R"]
    assert sheet.sums == (f"71 soft L: {NO_TIME}", f"38 calc R: {NO_TIME}")
