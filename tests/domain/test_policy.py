"""Which exams get one read and which two."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Notice, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultStatus
from klarsyn.domain.policy import Band, ReadingPolicy, reads_required
from klarsyn.domain.release import as_it_stands

NOW = datetime(2026, 1, 5, tzinfo=UTC)
REGION = ReadingPolicy("region", "Region", single_read_below=5)
IMAGES = tuple(
    Image(f"2.25.{n}", "1.2", "2.25.9", 100, 80, laterality=side, view_position=view)
    for n, (side, view) in enumerate((s, v) for v in (ViewPosition.CC, ViewPosition.MLO) for s in ("R", "L"))
)
IMAGES = tuple(replace(i, laterality=Laterality(i.laterality)) for i in IMAGES)
EXAM = Exam("e", "study:2.25.9", Patient(), None, NOW, ExamType.FFDM, IMAGES)


def result(
    score: int = 3,
    *,
    use: IntendedUse = IntendedUse.CLINICAL,
    provisional: bool = False,
    status: ResultStatus = ResultStatus.SCORED,
    state: CalibrationState = CalibrationState.VALID,
) -> AiResult:
    uids = tuple(i.sop_instance_uid for i in IMAGES)
    made = Provenance("E", "V", "1", "00", use, "site", 1, uids, NOW, state, "aa" * 32, "one")
    return AiResult("r", "e", status, made, ExamScore(score, 0.1, 30.0, provisional))


def test_a_low_calibrated_score_with_everything_in_order_gets_one_reader() -> None:
    assert reads_required(EXAM, result(4), REGION).count == 1


@pytest.mark.parametrize("score", [5, 6, 10])
def test_scores_from_the_threshold_upwards_get_two_readers(score: int) -> None:
    assert reads_required(EXAM, result(score), REGION).count == 2


@pytest.mark.invariant(8)
@pytest.mark.parametrize("use", [IntendedUse.DEMONSTRATION, IntendedUse.RESEARCH])
def test_the_embedded_engine_never_routes_to_single_reading(use: IntendedUse) -> None:
    required = reads_required(EXAM, result(1, use=use), REGION)
    assert required.count == 2
    assert use.value in "; ".join(required.reasons)


@pytest.mark.invariant(7)
def test_a_provisional_score_never_routes_to_single_reading() -> None:
    assert reads_required(EXAM, result(1, provisional=True), REGION).count == 2


@pytest.mark.invariant(7)
@pytest.mark.parametrize("state", [s for s in CalibrationState if s is not CalibrationState.VALID])
def test_without_a_valid_calibration_no_score_routes_to_single_reading(state: CalibrationState) -> None:
    # Whatever the score itself says: a result that claims to be no provisional one is asked for its state.
    required = reads_required(EXAM, result(1, state=state), REGION)
    assert required.count == 2
    assert "calibration" in "; ".join(required.reasons)


@pytest.mark.invariant(7)
def test_a_freeze_makes_scores_from_before_it_provisional() -> None:
    valid, other = {"one": "aa" * 32}, {"one": "bb" * 32}
    assert reads_required(EXAM, as_it_stands(result(1), valid), REGION).count == 1
    for in_force in ({}, other, {"two": "aa" * 32}):
        frozen = as_it_stands(result(1), in_force)
        assert frozen.score is not None
        assert frozen.score.provisional
        assert reads_required(EXAM, frozen, REGION).count == 2


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "status",
    [ResultStatus.FAILED, ResultStatus.PARTIAL, ResultStatus.NOT_PROCESSED, ResultStatus.NOT_FOR_THIS_EXAM],
)
def test_an_exam_without_a_whole_result_gets_two_readers(status: ResultStatus) -> None:
    assert reads_required(EXAM, result(1, status=status), REGION).count == 2


@pytest.mark.invariant(1)
def test_an_exam_that_no_engine_has_seen_gets_two_readers() -> None:
    assert reads_required(EXAM, None, REGION).count == 2


def test_a_missing_view_an_implant_or_a_late_image_gets_two_readers() -> None:
    three = replace(EXAM, images=IMAGES[:3])
    implant = replace(EXAM, images=(replace(IMAGES[0], implant=True), *IMAGES[1:]))
    late = replace(EXAM, images=(*IMAGES, replace(IMAGES[0], sop_instance_uid="2.25.77")))
    for exam in (three, implant, late):
        assert reads_required(exam, result(1), REGION).count == 2


@pytest.mark.invariant(2)
def test_a_contradiction_in_the_headers_gets_two_readers() -> None:
    notice = Notice("laterality-contradiction", "…")
    exam = replace(EXAM, images=(replace(IMAGES[0], notices=(notice,)), *IMAGES[1:]))
    assert reads_required(exam, result(1), REGION).count == 2


def test_bands_that_leave_a_score_out_are_refused() -> None:
    with pytest.raises(ValueError, match="cover the scores"):
        ReadingPolicy("x", "X", bands=(Band(8, 10), Band(1, 6)))
