"""Sensitivity over false marks an image, against cases counted by hand."""

import numpy as np
import pytest
from froc import ScoredExam, false_at, sensitivities, threshold_at
from hypothesis import given
from hypothesis import strategies as st

MISSED = -np.inf
# Four images, three false marks, three lesions.
TWO_EXAMS = (
    ScoredExam(2, (0.9, 0.5), (0.85, MISSED)),
    ScoredExam(2, (0.8,), (0.6,)),
)


@pytest.mark.parametrize(
    ("rate", "found"),
    # 0.25 a image allows one false mark, 0.9: a lesion must be above the next, 0.8.
    [(0.0, 0), (0.25, 1), (0.5, 2), (0.75, 2), (4.0, 2)],
)
def test_lesions_found_at_so_many_false_marks_an_image_are_those_counted_by_hand(rate, found):
    assert sensitivities(TWO_EXAMS, rates=(rate,))[0] == pytest.approx(found / 3)


def test_a_lesion_that_no_mark_hits_is_not_found_however_many_marks_are_allowed():
    assert sensitivities((ScoredExam(4, (), (MISSED,)),), rates=(1000.0,))[0] == 0


def test_a_mark_as_strong_as_the_first_false_one_too_many_does_not_count():
    tied = (ScoredExam(1, (0.7, 0.7), (0.7,)),)
    assert sensitivities(tied, rates=(1.0,))[0] == 0
    assert sensitivities(tied, rates=(2.0,))[0] == 1


def test_a_class_of_lesions_is_measured_against_the_false_marks_of_all_exams():
    first_only = [[True, False], [False]]
    assert sensitivities(TWO_EXAMS, first_only, (0.0, 0.25)).tolist() == [0, 1]


def test_where_there_is_no_such_lesion_the_share_is_not_a_number():
    assert np.isnan(sensitivities(TWO_EXAMS, [[False, False], [False]], (1.0,))[0])


def test_false_marks_at_a_fixed_threshold_count_those_that_reach_it():
    assert false_at(TWO_EXAMS, 0.8) == 0.5


scores = st.lists(st.floats(0, 1), max_size=12).map(tuple)


@given(st.lists(st.builds(ScoredExam, st.integers(1, 4), scores, scores), min_size=1, max_size=8))
def test_more_false_marks_never_find_fewer_lesions_and_no_more_are_false_than_allowed(exams):
    rates = (0.0, 0.25, 0.5, 1.0, 2.0)
    found = sensitivities(exams, rates=rates)
    assert np.isnan(found).all() or (np.diff(found) >= 0).all()
    false = np.array([s for exam in exams for s in exam.false])
    images = sum(exam.images for exam in exams)
    for rate in rates:
        assert (false > threshold_at(false, images, rate)).sum() <= rate * images
