"""Which of several results of an exam orders the queue."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, ExamType, Image, Laterality, Patient, ViewPosition
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultOrigin, ResultStatus
from klarsyn.domain.policy import ReadingPolicy, reads_required
from klarsyn.domain.release import as_it_stands
from klarsyn.domain.result_choice import Choice, choose, contradictions, report_stands, usable
from klarsyn.domain.result_words import age

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
SITE = ReadingPolicy("site", "Site", single_read_below=5)
IMAGES = tuple(
    Image(f"2.25.{n}", "1.2", "2.25.9", 100, 80, laterality=side, view_position=view)
    for n, (side, view) in enumerate(
        (s, v) for v in (ViewPosition.CC, ViewPosition.MLO) for s in (Laterality.RIGHT, Laterality.LEFT)
    )
)
UIDS = tuple(i.sop_instance_uid for i in IMAGES)
EXAM = Exam("e", "study:2.25.9", Patient(), None, NOW, ExamType.FFDM, IMAGES)


def result(
    source: str = "engine-a",
    score: int | None = 3,
    status: ResultStatus = ResultStatus.SCORED,
    *,
    report: bool = True,
    minutes: int = 0,
    state: CalibrationState = CalibrationState.VALID,
    use: IntendedUse = IntendedUse.CLINICAL,
    considered: tuple[str, ...] = UIDS,
) -> AiResult:
    made = Provenance(
        source.title(), "V", "1", "", use, "", 1, considered, NOW + timedelta(minutes=minutes), state,
        origin=ResultOrigin.REPORT if report else ResultOrigin.ENGINE, source=source,
    )  # fmt: skip
    scored = None if score is None else ExamScore(score, 0.1, 30.0, state.is_provisional)
    return AiResult(f"{source}-{minutes}", "e", status, made, scored, considered=considered, reason="why not")


ENGINE = result("cad", 4, report=False)
WISE, CALM = result("wise", 9), result("calm", 2, minutes=5)


def test_without_a_choice_of_the_site_the_engine_comes_first_then_reports_newest_first() -> None:
    assert choose(EXAM, (WISE, CALM, ENGINE)).ordered == (ENGINE, CALM, WISE)


def test_the_site_says_which_source_orders_and_the_others_stand_beside() -> None:
    choice = choose(EXAM, (ENGINE, CALM, WISE), ("WISE", "engine"))
    assert (choice.result, choice.ordered, choice.note) == (WISE, (WISE, ENGINE, CALM), "")


@pytest.mark.parametrize("name", ["engine", "cad", "Cad"])
def test_the_engine_in_use_has_its_name_and_goes_by_that_word(name: str) -> None:
    assert choose(EXAM, (ENGINE, WISE), (name,)).result is ENGINE
    assert choose(EXAM, (WISE,), (name,)) == Choice(None, (WISE,))


def test_a_row_from_before_sources_were_kept_goes_by_its_engines_name() -> None:
    old = replace(ENGINE, provenance=replace(ENGINE.provenance, source=""))
    assert choose(EXAM, (old, WISE), ("cad",)).result is old


@pytest.mark.parametrize(
    ("first", "why"),
    [
        (result("wise", None, ResultStatus.FAILED), "why not"),
        (result("wise", 2, ResultStatus.PARTIAL), "why not"),
        (result("wise", 2, considered=UIDS[:2]), "images came after the result"),
    ],
)
def test_a_failed_first_choice_with_a_good_second_shows_the_second_and_says_so(
    first: AiResult, why: str
) -> None:
    choice = choose(EXAM, (CALM, first), ("wise", "calm"))
    assert (choice.result, choice.ordered) == (CALM, (CALM, first))
    assert choice.note == f"instead of Wise 1: {why}"
    required = reads_required(EXAM, choice.result, SITE, choice.doubts)
    assert required.count == 2
    assert f"Wise 1: {why}" in "; ".join(required.reasons)


def test_a_source_that_is_not_made_for_the_exam_asks_for_nobody() -> None:
    other = result("wise", None, ResultStatus.NOT_FOR_THIS_EXAM)
    choice = choose(EXAM, (CALM, other), ("wise", "calm"))
    assert (choice.result, choice.doubts) == (CALM, ())
    assert reads_required(EXAM, choice.result, SITE, choice.doubts).count == 1


def test_a_source_that_has_not_come_falls_through_without_a_word() -> None:
    assert choose(EXAM, (CALM,), ("wise", "calm")) == Choice(CALM, (CALM,))


@pytest.mark.parametrize(
    ("second", "sources"),
    [
        (WISE, ("calm", "wise")),
        (WISE, ("calm",)),
        (result("wise", 9, ResultStatus.PARTIAL), ("calm", "wise")),
    ],
)
def test_a_second_maker_that_is_not_calm_asks_for_two_readers(
    second: AiResult, sources: tuple[str, ...]
) -> None:
    choice = choose(EXAM, (CALM, second), sources)
    against = contradictions(choice, EXAM, SITE.single_read_below)
    assert against == ("Wise 1 gives it 9",)
    assert reads_required(EXAM, choice.result, SITE, (*choice.doubts, *against)).count == 2


@pytest.mark.parametrize(
    "second", [result("wise", 4), result("wise", 9, use=IntendedUse.DEMONSTRATION), result("wise", None)]
)
def test_a_second_maker_that_is_calm_or_a_demonstration_asks_for_nobody(second: AiResult) -> None:
    choice = choose(EXAM, (CALM, second), ("calm", "wise"))
    assert contradictions(choice, EXAM, SITE.single_read_below) == ()


def test_when_nothing_is_usable_what_was_seen_most_suspicious_may_lift_the_exam() -> None:
    parts = [result(name, score, ResultStatus.PARTIAL) for name, score in (("wise", 2), ("calm", 9))]
    choice = choose(EXAM, (result("bad", None, ResultStatus.FAILED), *parts), ("bad", "wise", "calm"))
    assert choice.result is parts[1]
    assert reads_required(EXAM, choice.result, SITE, choice.doubts).count == 2


def test_the_site_spares_its_engine_where_a_report_of_its_choice_scores_the_exam() -> None:
    assert report_stands(EXAM, (ENGINE, CALM))
    assert report_stands(EXAM, (CALM,), ("engine", "calm"))
    assert not report_stands(EXAM, (ENGINE,))
    assert not report_stands(EXAM, (CALM,), ("engine", "wise"))
    assert not report_stands(EXAM, (result("wise", None, ResultStatus.FAILED),))
    assert not report_stands(EXAM, (result("wise", 3, considered=UIDS[:3]),))


@pytest.mark.invariant(7)
@pytest.mark.parametrize("state", [s for s in CalibrationState if s is not CalibrationState.VALID])
def test_every_report_of_which_the_site_does_not_vouch_for_is_provisional(state: CalibrationState) -> None:
    claims = result("wise", 2, state=state)
    claims = replace(claims, score=ExamScore(2, 0.1, 15.0, provisional=False))
    stands = as_it_stands(claims, {})
    assert stands.score is not None
    assert stands.score.provisional
    assert reads_required(EXAM, stands, SITE).count == 2


results = st.builds(
    result,
    st.sampled_from(["cad", "wise", "calm", "loud"]),
    st.none() | st.integers(1, 10),
    st.sampled_from(ResultStatus),
    report=st.booleans(),
    minutes=st.integers(0, 500),
    state=st.sampled_from(CalibrationState),
    use=st.sampled_from(IntendedUse),
    considered=st.sampled_from([UIDS, UIDS[:2]]),
)
many = st.lists(results, max_size=6)
named = st.lists(st.sampled_from(["engine", "cad", "wise", "calm", "loud"]), max_size=4)


@pytest.mark.invariant(1)
@given(many, named)
def test_no_exam_is_lost_and_nothing_usable_is_two_readers(found: list[AiResult], sources: list[str]) -> None:
    choice = choose(EXAM, found, sources)
    assert sorted(map(id, choice.ordered)) == sorted(map(id, found))
    if choice.result is None or not usable(choice.result, EXAM):
        assert not sources or all(
            not usable(r, EXAM) for r in found if choose(EXAM, [r], sources).result is not None
        )
        assert reads_required(EXAM, choice.result, SITE, choice.doubts).count == 2
    if choice.result is not None:
        assert choice.ordered[0] is choice.result


@pytest.mark.invariant(7)
@given(many, named)
def test_one_reader_only_for_trusted_tenths_of_a_clinical_source_that_saw_the_whole_exam(
    found: list[AiResult], sources: list[str]
) -> None:
    stands = [as_it_stands(r, {}) for r in found]
    choice = choose(EXAM, stands, sources)
    if reads_required(EXAM, choice.result, SITE, choice.doubts).count == 1:
        chosen = choice.result
        assert chosen is not None
        assert chosen.status in (ResultStatus.SCORED, ResultStatus.NO_FINDINGS)
        assert chosen.score is not None
        assert (chosen.score.provisional, chosen.score.value < 5) == (False, True)
        assert chosen.provenance.calibration_state is CalibrationState.VALID
        assert chosen.provenance.intended_use is IntendedUse.CLINICAL
        assert set(chosen.considered) == set(UIDS) == set(chosen.provenance.input_instances)


@pytest.mark.parametrize(
    ("minutes", "words"), [(-3, "0 min"), (4, "4 min"), (180, "3 h"), (47 * 60, "47 h"), (72 * 60, "3 d")]
)
def test_how_old_a_result_is(minutes: int, words: str) -> None:
    assert age(ENGINE, NOW + timedelta(minutes=minutes)) == words
