"""What is a reading task and what is a prior."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import Patient
from klarsyn.domain.task import Study, TaskRule

TODAY = date(2026, 3, 2)
ANNA = Patient("1958-TEST", "Testsson, Anna", date(1958, 3, 12), "Region")
RULE = TaskRule()


def study(age: int, **changes: object) -> Study:
    """A study of Anna that was `age` days old when it arrived today."""
    return replace(Study(ANNA, TODAY - timedelta(days=age), TODAY), **changes)


ages = st.integers(-10, 2000)


def test_a_fresh_study_is_a_task_and_one_of_last_year_beside_it_a_prior() -> None:
    current, earlier = study(3), study(340)
    assert RULE.why_prior(current, [earlier]) == ""
    assert "337 days before the study of 2026-02-27" in RULE.why_prior(earlier, [current])


def test_a_study_older_than_a_year_is_a_prior_also_when_it_comes_alone() -> None:
    assert "366 days old" in RULE.why_prior(study(366), [])
    assert RULE.why_prior(study(365), []) == ""


@pytest.mark.invariant(1)
def test_no_exam_is_lost_one_between_the_limits_is_read_unless_a_newer_one_takes_its_place() -> None:
    assert RULE.why_prior(study(200), []) == ""
    assert RULE.why_prior(study(200), [study(0)]) == ""
    assert RULE.why_prior(study(300), [study(0)]) != ""


@pytest.mark.invariant(1)
@given(age=st.integers(-400, 60), later=st.lists(ages, max_size=4))
def test_no_exam_is_lost_what_came_fresh_stays_a_task_whatever_comes_later(
    age: int, later: list[int]
) -> None:
    others = [replace(study(each), arrived=TODAY + timedelta(days=900)) for each in later]
    others.append(study(-800))
    assert RULE.why_prior(study(age), others) == ""


@pytest.mark.invariant(1)
@given(age=ages, others=st.lists(ages, max_size=5))
def test_no_exam_is_lost_the_newest_study_of_a_woman_is_never_filed_for_an_older_one(
    age: int, others: list[int]
) -> None:
    newest = min([age, *others])
    reason = RULE.why_prior(study(newest), [study(each) for each in others])
    assert (reason != "") == (newest > RULE.max_age_days)


@pytest.mark.invariant(1)
@pytest.mark.parametrize(
    "doubt",
    [
        {"asked_for": True},
        {"begun": True},
        {"doubtful": True},
        {"study_date": None},
    ],
)
def test_no_exam_is_lost_what_is_asked_for_begun_doubtful_or_undated_is_a_task(doubt: dict) -> None:
    assert RULE.why_prior(study(900, **doubt), [study(0)]) == ""


@pytest.mark.parametrize(
    "other",
    [
        replace(ANNA, patient_id="1959-TEST"),
        replace(ANNA, issuer="Another region"),
        replace(ANNA, issuer=""),
        replace(ANNA, birth_date=date(1958, 3, 13)),
        replace(ANNA, birth_date=None),
    ],
)
def test_only_a_study_that_is_certainly_the_same_womans_makes_a_prior(other: Patient) -> None:
    assert RULE.why_prior(study(340), [study(0, patient=other)]) == ""
    assert RULE.why_prior(study(340, patient=other), [study(0)]) == ""


def test_two_women_without_a_number_are_not_one() -> None:
    nobody = Patient("", "", date(1958, 3, 12))
    assert RULE.why_prior(study(340, patient=nobody), [study(0, patient=nobody)]) == ""


@pytest.mark.parametrize("what", [{"screens": False}, {"doubtful": True}, {"study_date": None}])
def test_a_newer_study_that_shows_no_breast_whole_or_is_in_doubt_makes_no_prior(what: dict) -> None:
    assert RULE.why_prior(study(340), [study(0, **what)]) == ""


@pytest.mark.invariant(1)
def test_no_exam_is_lost_to_a_study_that_came_before_the_day_it_says_it_was_made() -> None:
    assert RULE.why_prior(study(200), [study(-300)]) == ""
    # Arrivals are dated in UTC; where the study was made it may be tomorrow already.
    assert RULE.why_prior(study(300), [study(-1)]) != ""
    assert RULE.why_prior(study(300), [study(-2)]) == ""


@pytest.mark.invariant(1)
def test_no_exam_is_lost_one_from_the_future_is_read() -> None:
    assert RULE.why_prior(study(-400), [study(0), study(-800)]) == ""


def test_a_married_name_does_not_make_another_woman() -> None:
    married = replace(ANNA, name="Provsson, Anna")
    assert RULE.why_prior(study(340), [study(0, patient=married)]) != ""
