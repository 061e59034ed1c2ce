"""What parts add, whether they add up, and where a value stands among others."""

from datetime import UTC, date, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.calibration import Calibration
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Notice, Patient, ViewPosition
from klarsyn.domain.explanation import Contribution, OcclusionMap, additivity, place_among
from klarsyn.domain.misleading import misleading

VALUES = st.floats(-10, 10)


def part(whole: float, without: float | None, label: str = "R CC") -> Contribution:
    return Contribution(label, ("2.25.1",), whole, without)


@given(st.lists(VALUES, min_size=2, max_size=6))
def test_parts_of_a_sum_always_add_up(values: list[float]) -> None:
    whole = sum(values)
    found = additivity(tuple(part(whole, whole - v) for v in values), part(whole, 0.0))
    assert found is not None
    assert found.apart == pytest.approx(found.together, abs=1e-9)
    assert found.holds


@given(st.floats(0.1, 10), st.floats(0, 0.9))
def test_two_parts_of_which_the_larger_decides_never_add_up(larger: float, share: float) -> None:
    smaller = share * larger
    found = additivity((part(larger, smaller), part(larger, larger)), part(larger, 0.0))
    assert found is not None
    assert found.holds == (smaller <= 0.05 * larger + 1e-9)
    assert ("do not add up" in found.words()) != found.holds


def test_of_parts_that_are_not_known_nothing_is_said() -> None:
    assert additivity((part(1, 0.5), part(1, None)), part(1, 0)) is None
    assert additivity((part(1, 0.5), part(1, 0.5)), part(1, None)) is None
    assert additivity((part(1, 0.5),), part(1, 0)) is None


def calibration(sample: list[float], factory: bool = False) -> Calibration:
    one = np.array([0.0, 1.0])
    return Calibration("c", "e", "0", np.sort(np.array(sample)), len(sample), factory, one, 1 + 99 * one)


def test_a_value_stands_above_those_below_it_and_level_with_its_ties() -> None:
    place = place_among(0.5, calibration([0.1, 0.2, 0.5, 0.5, 0.9]))
    assert (place.below, place.level, place.count) == (40, 40, 5)
    assert place.words().startswith("Higher than 40 %")
    assert "40 % have the same value" in place.words()


@pytest.mark.invariant(11)
@given(st.lists(VALUES, min_size=2, max_size=300), VALUES)
def test_numbers_carry_their_doubt_the_interval_holds_the_percentage_and_stays_within_0_and_100(
    sample: list[float], raw: float
) -> None:
    place = place_among(raw, calibration(sample))
    assert 0 <= place.low <= place.below + 1e-9
    assert place.below - 1e-9 <= place.high <= 100
    assert place.low < place.high


def test_the_interval_narrows_with_the_number_of_exams() -> None:
    few, many = (place_among(0.5, calibration(list(np.linspace(0, 1, n)))) for n in (20, 2000))
    assert many.high - many.low < 5 < few.high - few.low


def test_a_makers_sample_is_said_to_be_none_of_this_site() -> None:
    assert "none of this site" in place_among(0.5, calibration([0.1, 0.9], factory=True)).words()


def image(side: Laterality, view: ViewPosition, **facts: object) -> Image:
    return Image(f"2.25.{side}{view}", "1.2", "2.25.3", 100, 80, laterality=side, view_position=view, **facts)


def exam(*images: Image, kind: ExamType = ExamType.FFDM) -> Exam:
    when = datetime(2026, 1, 1, tzinfo=UTC)
    return Exam("e", "k", Patient(), date(2026, 1, 1), when, kind, images)


FOUR = [
    image(side, view)
    for side in (Laterality.RIGHT, Laterality.LEFT)
    for view in (ViewPosition.CC, ViewPosition.MLO)
]


def test_an_ordinary_exam_has_nothing_that_misleads() -> None:
    assert misleading(exam(*FOUR), {i.sop_instance_uid for i in FOUR}) == ()


def test_a_missing_view_an_unseen_image_film_and_an_implant_are_told() -> None:
    implant = image(
        Laterality.LEFT,
        ViewPosition.CC,
        implant=True,
        notices=(Notice("implant", "Breast implant present."),),
    )
    found = misleading(exam(*FOUR[:2], implant, kind=ExamType.FILM), {i.sop_instance_uid for i in FOUR[:2]})
    words = {notice.code: notice.text for notice in found}
    assert set(words) == {"view-missing", "film", "implant", "not-given"}
    assert "L MLO missing" in words["view-missing"]
    assert words["implant"].startswith("L CC: Breast implant present. Its edge")
    assert words["not-given"] == "The engine has not seen L CC."


def test_a_notice_that_misleads_no_engine_is_left_out() -> None:
    told = image(Laterality.LEFT, ViewPosition.MLO, notices=(Notice("credit", "Thanks."),))
    assert (
        misleading(exam(*FOUR[:3], told), {told.sop_instance_uid, *(i.sop_instance_uid for i in FOUR)}) == ()
    )


def test_a_map_is_complete_when_every_cell_was_asked_for() -> None:
    drop = np.zeros((2, 2))
    assert OcclusionMap("2.25.1", drop, (10, 10), 0.5, True, 4, 4).complete
    assert not OcclusionMap("2.25.1", drop, (10, 10), 0.5, True, 3, 4).complete
