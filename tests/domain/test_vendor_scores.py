"""What a maker's numbers mean, and that nothing is guessed of them."""

import math
import re
from dataclasses import replace

import pytest
from hanging_exams import four_views
from hypothesis import given
from hypothesis import strategies as st
from told_reports import a_finding, a_report, impression, sure

from klarsyn.domain.reports.cad_report import Algorithm, Code, ScoreConcept, StatedScore
from klarsyn.domain.reports.score_reading import Rounding, Scale, ScoreReading
from klarsyn.domain.reports.vendor_rule import DEFAULT, Name, Recognition, VendorRule, choose_rule
from klarsyn.domain.reports.vendor_scores import exam_number, finding_number, stated_words

EXAM = four_views()
IMPRESSION = ScoreConcept.CERTAINTY_OF_IMPRESSION


def rule(reading: ScoreReading | None = None, **facts) -> VendorRule:
    return VendorRule("maker", "Maker", exam_score=reading, **facts)


def value_of(reading: ScoreReading, *scores: StatedScore, texts: tuple[str, ...] = ()) -> int | None:
    number, why = exam_number(a_report(EXAM, scores=scores, texts=texts), rule(reading))
    assert (number is None) == bool(why)
    return number.value if number else None


def test_of_a_maker_that_no_rule_knows_there_is_no_exam_score() -> None:
    report = a_report(EXAM, scores=(impression(97),), texts=("Exam score 10",))
    assert exam_number(report, DEFAULT)[0] is None


@pytest.mark.parametrize(
    ("percent", "tenth"),
    [
        (0, 1),
        (10, 1),
        (10.1, 2),
        (20, 2),
        (89.9, 9),
        (90, 9),
        (90.1, 10),
        (100, 10),
        (100.1, None),
        (-1, None),
    ],
)
def test_a_percentage_is_the_tenth_that_it_lies_in(percent: float, tenth: int | None) -> None:
    assert value_of(ScoreReading(Scale.PERCENT, IMPRESSION, unit="%"), impression(percent)) == tenth
    assert value_of(ScoreReading(Scale.FRACTION, IMPRESSION), impression(percent / 100, "1")) == tenth


@pytest.mark.parametrize(
    ("stated", "rounding", "score"),
    [
        (7, Rounding.NONE, 7),
        (7.4, Rounding.NONE, None),
        (7.4, Rounding.UP, 8),
        (7.5, Rounding.NEAREST, 8),
        (7.9, Rounding.DOWN, 7),
        (0, Rounding.NONE, None),
        (11, Rounding.DOWN, None),
        (math.nan, Rounding.UP, None),
        (math.inf, Rounding.UP, None),
    ],
)
def test_a_score_between_two_tenths_is_one_only_where_the_rule_says_which(stated, rounding, score) -> None:
    assert (
        value_of(ScoreReading(Scale.TENTHS, IMPRESSION, rounding=rounding), impression(stated, "")) == score
    )


def test_a_number_in_another_unit_is_another_number() -> None:
    assert value_of(ScoreReading(Scale.PERCENT, IMPRESSION, unit="%"), impression(0.5, "1")) is None


def test_two_exam_scores_that_differ_are_none() -> None:
    reading = ScoreReading(Scale.TENTHS, IMPRESSION)
    assert value_of(reading, impression(7), impression(7)) == 7
    assert value_of(reading, impression(7), impression(3)) is None


def test_a_makers_own_code_is_told_from_others() -> None:
    reading = ScoreReading(Scale.TENTHS, code=("SCORE", "99MAKER"))
    mine = StatedScore(ScoreConcept.OTHER, Code("SCORE", "99MAKER", "Exam score"), 4.0)
    other = StatedScore(ScoreConcept.OTHER, Code("SCORE", "99OTHER", "Exam score"), 9.0)
    assert value_of(reading, other, mine) == 4
    assert value_of(reading, other) is None


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("Exam score: 7", 7),
        ("Exam score: 7.", 7),
        ("Exam score: 10", 10),
        ("Exam score: 11", None),
        ("Exam score: 7.5", None),
        ("Exam score: high", None),
        ("Exam score: -7", None),
        ("Exam score: 1" + "0" * 300, None),
        ("", None),
    ],
)
def test_a_score_in_a_text_is_read_whole_and_within_its_bounds(text: str, score: int | None) -> None:
    assert value_of(ScoreReading(Scale.TENTHS, pattern=re.compile(r"score: (\d+)")), texts=(text,)) == score


def test_a_digit_is_not_taken_out_of_a_longer_number() -> None:
    assert value_of(ScoreReading(Scale.TENTHS, pattern=re.compile(r"(\d)")), texts=("score 10",)) is None


def test_words_of_a_maker_mean_what_its_rule_says() -> None:
    words = (("low", 2.0), ("elevated", 9.0))
    reading = ScoreReading(Scale.TENTHS, pattern=re.compile(r"Category: (\w+)"), words=words)
    assert value_of(reading, texts=("Category: Elevated",)) == 9
    assert value_of(reading, texts=("Category: Middle",)) is None


@pytest.mark.parametrize(
    ("stated", "score"),
    [
        (sure(87), 87),
        (sure(0), 1),
        (sure(0.4), 1),
        (sure(101), 0),
        (sure(0.87, "1"), 87),
        (sure(87, "1"), 0),
        (sure(8.7, "{score}"), 0),
        (impression(87), 0),
        (StatedScore(ScoreConcept.OTHER, Code("X", "99M"), 87.0, "%"), 0),
        (StatedScore(ScoreConcept.CERTAINTY_OF_FINDING, Code("111012", "DCM"), None, "%"), 0),
    ],
)
def test_a_findings_score_is_read_only_where_the_standard_says_what_it_is(stated, score) -> None:
    assert finding_number((stated,), DEFAULT)[0] == score


def test_a_findings_score_on_the_makers_scale() -> None:
    tenths = rule(finding_scores=(ScoreReading(Scale.TENTHS, ScoreConcept.CERTAINTY_OF_FINDING),))
    assert finding_number((sure(8.5, "1"),), tenths) == (85, 8.5)
    assert finding_number((sure(85),), tenths) == (0, None)


def test_what_is_stated_stays_as_it_stands() -> None:
    finding = a_finding(scores=(sure(87.5), sure(0.25, "1")))
    assert stated_words(finding) == "Certainty of Finding 87.5 %; Certainty of Finding 0.25"


@given(
    st.sampled_from(list(Scale)),
    st.sampled_from(list(Rounding)),
    st.floats() | st.integers(-5, 120).map(float),
    st.sampled_from(["%", "1", ""]),
)
def test_no_score_is_ever_out_of_range(scale, rounding, value, unit) -> None:
    number, _ = exam_number(
        a_report(EXAM, scores=(impression(value, unit),)),
        rule(ScoreReading(scale, IMPRESSION, rounding=rounding)),
    )
    assert number is None or (1 <= number.value <= 10 and 0 <= number.percent <= 100)
    finding = rule(finding_scores=(ScoreReading(scale, ScoreConcept.CERTAINTY_OF_FINDING),))
    score, raw = finding_number((sure(value, unit),), finding)
    assert (score == 0 and raw is None) or (1 <= score <= 100 and raw == value)


def test_the_rule_that_recognises_most_of_a_report_is_its_makers() -> None:
    broad = VendorRule("a", "A", (Recognition(manufacturer=Name("mak", prefix=True)),))
    exact = VendorRule("b", "B", (Recognition(Name("MAKER"), Name("looker")),))
    by_algorithm = VendorRule("c", "C", (Recognition(algorithm=Name("Looker for masses")),))
    report = a_report(EXAM)
    assert choose_rule((broad, exact, by_algorithm), report) is exact
    assert choose_rule((broad, exact), replace(report, model="Other")) is broad
    assert choose_rule((broad, exact, by_algorithm), replace(report, manufacturer="Other")) is by_algorithm
    assert choose_rule((broad, exact), replace(report, manufacturer="Other")) is DEFAULT
    of_a_part = replace(
        report,
        manufacturer="",
        algorithms=(),
        findings=(a_finding(algorithm=Algorithm("LOOKER FOR MASSES")),),
    )
    assert choose_rule((by_algorithm,), of_a_part) is by_algorithm


def test_makers_that_no_rule_knows_are_told_apart() -> None:
    report = a_report(EXAM)
    assert DEFAULT.source_of(report) != DEFAULT.source_of(replace(report, model="Other"))
    assert rule().source_of(report) == "maker"
