"""A minimum score hides findings whole, and what is hidden is counted and said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.finding import Finding, LesionType, Mark
from klarsyn.domain.minimum_score import hidden, is_shown
from klarsyn.domain.policy import ReadingPolicy

BOX = ((0.0, 0.0), (9.0, 0.0), (9.0, 9.0))


def finding(*scores: int) -> Finding:
    marks = tuple(Mark(f"1.{n}", BOX, score) for n, score in enumerate(scores))
    return Finding(str(scores), LesionType.SOFT_TISSUE, None, max(scores), marks)


def test_a_lesion_on_two_views_keeps_its_weaker_mark() -> None:
    assert is_shown(finding(71, 30), 40)
    assert hidden([finding(71, 30)], 40).words() == ""


def test_the_number_of_hidden_marks_is_said() -> None:
    assert hidden([finding(71), finding(39, 12), finding(20)], 40).words() == "3 marks hidden below 40"
    assert hidden([finding(39)], 40).words() == "1 mark hidden below 40"


@given(st.lists(st.integers(1, 100)), st.integers(0, 100))
def test_every_finding_is_either_drawn_or_counted(scores: list[int], minimum: int) -> None:
    findings = [finding(score) for score in scores]
    drawn = [each for each in findings if is_shown(each, minimum)]
    assert len(drawn) + hidden(findings, minimum).findings == len(findings)
    assert all(each.score >= minimum for each in drawn)


def test_at_0_nothing_is_hidden() -> None:
    assert hidden([finding(1)], 0).marks == 0


def test_no_reader_can_hide_more_than_the_site_allows() -> None:
    policy = ReadingPolicy("p", "P", minimum_score=10, minimum_score_limit=30)
    assert [policy.within_limit(score) for score in (-5, 20, 31, 100)] == [0, 20, 30, 30]


@pytest.mark.parametrize(("default", "limit"), [(40, 30), (-1, 30), (0, 101)])
def test_a_policy_whose_default_lies_beyond_its_limit_is_refused(default: int, limit: int) -> None:
    with pytest.raises(ValueError, match="minimum_score"):
        ReadingPolicy("p", "P", minimum_score=default, minimum_score_limit=limit)
