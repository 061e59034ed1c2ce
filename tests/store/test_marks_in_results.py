"""What a mark says of slices is kept, and results from before it said so can still be read."""

from datetime import UTC, datetime

from klarsyn.domain.exam import Laterality
from klarsyn.domain.finding import (
    AiResult,
    Finding,
    IntendedUse,
    LesionType,
    Mark,
    Provenance,
    ResultStatus,
)
from klarsyn.store.records import result_from_json, result_to_json

MADE = Provenance(
    "e", "v", "1", "0" * 64, IntendedUse.RESEARCH, "c", 1, ("2.25.1",), datetime(2026, 1, 2, tzinfo=UTC)
)
MARK = Mark("2.25.1", ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0)), 50, frame=3, frame_range=(5, 2))


def result(mark: Mark) -> AiResult:
    finding = Finding("f", LesionType.SOFT_TISSUE, Laterality.RIGHT, 50, (mark,))
    return AiResult("r", "e", ResultStatus.SCORED, MADE, findings=(finding,))


def test_the_slices_of_a_mark_are_kept() -> None:
    assert result_from_json(result_to_json(result(MARK))) == result(MARK)


def test_a_result_from_before_marks_had_ranges_is_read() -> None:
    body = result_to_json(result(MARK))
    del body["findings"][0]["marks"][0]["frame_range"]
    (mark,) = result_from_json(body).findings[0].marks
    assert (mark.frame, mark.frame_range) == (3, None)
