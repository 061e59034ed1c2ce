"""Whether a mark may be drawn."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, Finding, IntendedUse, LesionType, Mark, Provenance, ResultStatus
from klarsyn.domain.placing import place

NOW = datetime(2026, 1, 5, tzinfo=UTC)
IMAGES = (
    Image("2.25.1", "1.2", "2.25.9", 100, 80, laterality=Laterality.RIGHT, view_position=ViewPosition.CC),
    Image(
        "2.25.2",
        "1.2",
        "2.25.9",
        100,
        80,
        frames=5,
        laterality=Laterality.LEFT,
        view_position=ViewPosition.CC,
    ),
)
EXAM = Exam("e", "k", Patient(), None, NOW, ExamType.FFDM, IMAGES)
MADE = Provenance("E", "V", "1", "", IntendedUse.RESEARCH, "", 1, (), NOW)
INSIDE = ((10.0, 10.0), (20.0, 10.0), (20.0, 20.0))


def placed(*marks: Mark) -> AiResult:
    finding = Finding("f", LesionType.SOFT_TISSUE, Laterality.RIGHT, 50, marks)
    return place(AiResult("r", "e", ResultStatus.SCORED, MADE, findings=(finding,)), EXAM)


@pytest.mark.invariant(3)
@pytest.mark.parametrize(
    ("mark", "reason"),
    [
        (Mark("2.25.3", INSIDE, 50), "does not have"),
        (Mark("2.25.1", ((10.0, 10.0), (90.0, 10.0), (20.0, 20.0)), 50), "outside"),
        (Mark("2.25.1", (), 50), "no outline"),
        (Mark("2.25.2", INSIDE, 50), "no frame"),
        (Mark("2.25.2", INSIDE, 50, frame=6), "frame 6"),
        (Mark("2.25.2", INSIDE, 50, frame=2, frame_range=(2, 6)), "frames 2 to 6"),
        (Mark("2.25.2", INSIDE, 50, frame=2, frame_range=(0, 2)), "frames 0 to 2"),
    ],
)
def test_a_mark_stands_on_its_own_image_or_is_listed_with_the_reason(mark: Mark, reason: str) -> None:
    result = placed(mark)
    assert result.findings == ()
    assert reason in result.unplaced[0][1]


@pytest.mark.invariant(3)
@given(st.lists(st.sampled_from(["2.25.1", "2.25.2", "2.25.3"]), max_size=6))
def test_a_mark_stands_on_its_own_image_and_none_is_dropped(uids: list[str]) -> None:
    marks = [Mark(uid, INSIDE, n + 1) for n, uid in enumerate(uids)]
    result = placed(*marks)
    drawn = [m for f in result.findings for m in f.marks]
    listed = [m for f, _ in result.unplaced for m in f.marks]
    assert sorted(m.score for m in drawn + listed) == sorted(m.score for m in marks)
    assert all(m.sop_instance_uid == "2.25.1" for m in drawn)


def test_a_range_of_frames_may_fall_as_frames_are_stored_in_any_order() -> None:
    (finding,) = placed(Mark("2.25.2", INSIDE, 50, frame=3, frame_range=(4, 2))).findings
    assert finding.marks[0].frame_range == (4, 2)
