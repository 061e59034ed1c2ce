"""What is known of an exam beyond its images and its result, and asks for two readers."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_exams import EXAM, IMAGES, REGION, low

from klarsyn.domain.calibration_state import CalibrationState
from klarsyn.domain.exam import Exam, ExamType, Laterality, Notice
from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, ResultStatus
from klarsyn.domain.policy import AiRole, ReadingPolicy, reads_required
from klarsyn.domain.reading_facts import DECLINED, NOTED, TOLD, WHY_TWO, FactKind, ReadingFacts
from klarsyn.domain.site_rule import SiteRule


def test_without_a_fact_one_reader_does() -> None:
    assert reads_required(EXAM, low(), REGION).count == 1


@pytest.mark.parametrize("kind", WHY_TWO)
def test_each_fact_forces_two_readers_and_says_why(kind: FactKind) -> None:
    required = reads_required(EXAM, low(), REGION, facts=ReadingFacts(frozenset({kind})))
    assert required.count == 2
    assert len(required.reasons) == 1
    assert WHY_TWO[kind] in required.reasons[0]


@pytest.mark.parametrize("kind", TOLD)
def test_protected_identity_and_blocked_records_are_told_and_decide_nothing(kind: FactKind) -> None:
    facts = ReadingFacts(frozenset({kind}))
    told = replace(EXAM, notices=facts.notices)
    assert [notice.text for notice in told.notices] == [TOLD[kind]]
    assert reads_required(told, low(), REGION, facts=facts).count == 1
    assert reads_required(replace(told, notices=(*told.notices, Notice("x", "y"))), low(), REGION).count == 2


def test_every_fact_either_forces_two_or_is_told() -> None:
    assert set(WHY_TWO) | set(TOLD) == set(FactKind)
    assert not set(WHY_TWO) & set(TOLD)
    assert len(NOTED) == 8


def test_an_image_of_both_sides_forces_two_readers_whoever_asks() -> None:
    both = replace(IMAGES[0], sop_instance_uid="2.25.7", laterality=Laterality.BOTH)
    exam = replace(EXAM, images=(*IMAGES, both))
    seen = tuple(i.sop_instance_uid for i in exam.images)
    assert reads_required(exam, low(input_instances=seen), REGION).reasons == (WHY_TWO[FactKind.BOTH_SIDES],)


@pytest.mark.parametrize("result", [None, low(), low(9)])
def test_of_a_woman_who_declined_ai_no_score_counts(result: AiResult | None) -> None:
    facts = ReadingFacts(frozenset({FactKind.DECLINED_AI}))
    assert reads_required(EXAM, result, REGION, facts=facts).reasons == (f"not scored: {DECLINED}",)


def test_a_doubt_about_the_choice_of_the_result_forces_two_readers_in_its_own_words() -> None:
    assert reads_required(EXAM, low(), REGION, ["another maker gives it 7"]).reasons == (
        "another maker gives it 7",
    )


@pytest.mark.parametrize(
    ("rule", "count"),
    [
        (SiteRule("x", "A*"), 2),
        (SiteRule("x", "a?"), 2),
        (SiteRule("x", "B*"), 1),
        (SiteRule("x", exam_types=(ExamType.FFDM,)), 2),
        (SiteRule("x", exam_types=(ExamType.DBT,)), 1),
        (SiteRule("x", "A*", (ExamType.DBT,)), 1),
        (SiteRule("x", "A*", (ExamType.DBT, ExamType.FFDM)), 2),
    ],
)
def test_a_rule_of_the_site_speaks_of_what_fits_all_of_it(rule: SiteRule, count: int) -> None:
    required = reads_required(EXAM, low(), replace(REGION, always_two=(rule,)))
    assert required.count == count
    assert required.reasons == (("the site's rule: x",) if count == 2 else ())


def test_an_exam_without_an_accession_number_may_be_any() -> None:
    unnamed = replace(EXAM, accession_number=" ")
    assert reads_required(unnamed, low(), replace(REGION, always_two=(SiteRule("x", "B*"),))).count == 2


@pytest.mark.parametrize("rule", [{"reason": "x"}, {"reason": " ", "accession": "A*"}])
def test_a_rule_for_everything_and_one_without_a_reason_are_refused(rule: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="always_two"):
        SiteRule(**rule)


# Everything that may be said of an exam, each by itself harmless or a doubt.
_RESULTS = st.just(low()) | st.sampled_from(
    [None, low(), low(4), low(9), low(intended_use=IntendedUse.RESEARCH), low(input_instances=("2.25.1",)),
     low(calibration_state=CalibrationState.FROZEN), replace(low(), status=ResultStatus.PARTIAL),
     replace(low(), status=ResultStatus.FAILED), replace(low(), score=ExamScore(1, 0.1, 3.0, True))]
)  # fmt: skip
_EXAMS = st.just(EXAM) | st.sampled_from(
    [EXAM, replace(EXAM, images=IMAGES[:3]), replace(EXAM, notices=(Notice("a", "b"),)),
     replace(EXAM, images=(replace(IMAGES[0], implant=True), *IMAGES[1:])),
     replace(EXAM, images=(replace(IMAGES[0], laterality=Laterality.BOTH), *IMAGES[1:]))]
)  # fmt: skip
_POLICIES = st.builds(
    ReadingPolicy,
    name=st.just("p"),
    title=st.just("P"),
    single_read_below=st.integers(1, 10),
    ai_role=st.sampled_from([AiRole.SECOND_READER, AiRole.SINGLE_READING]),
    risk_below_percent=st.sampled_from([0.0, 0.0, 2.0]),
    always_two=st.sampled_from([(), (), (SiteRule("x", "A*"),)]),
)
_FACTS = st.just(frozenset()) | st.sets(st.sampled_from(FactKind)).map(frozenset)
_DOUBTS = st.just([]) | st.lists(st.text(min_size=1, max_size=5), max_size=2)


@settings(max_examples=300)
@given(_EXAMS, _RESULTS, _POLICIES, _DOUBTS, _FACTS)
def test_any_doubt_asks_for_two_readers_and_one_reader_needs_that_there_is_none(
    exam: Exam, result: AiResult | None, policy: ReadingPolicy, doubts: list[str], kinds: frozenset[FactKind]
) -> None:
    required = reads_required(exam, result, policy, doubts, ReadingFacts(kinds))
    # Said once more, from scratch.
    in_order = (
        exam is EXAM
        and result in (low(), low(4), low(9))
        and result.score.value < policy.single_read_below
        and policy.risk_below_percent == 0
        and not policy.always_two
        and not doubts
        and not kinds & set(WHY_TWO)
    )
    assert required.count == (1 if in_order else 2)
    assert bool(required.reasons) is not in_order
    assert all(required.reasons)


@given(_EXAMS, _RESULTS, _POLICIES, _DOUBTS, _DOUBTS, _FACTS, _FACTS)
def test_a_further_doubt_never_lowers_the_number_and_takes_no_reason_away(
    exam: Exam,
    result: AiResult | None,
    policy: ReadingPolicy,
    doubts: list[str],
    more: list[str],
    kinds: frozenset[FactKind],
    further: frozenset[FactKind],
) -> None:
    before = reads_required(exam, result, policy, doubts, ReadingFacts(kinds))
    after = reads_required(exam, result, policy, [*doubts, *more], ReadingFacts(kinds | further))
    assert after.count >= before.count
    if FactKind.DECLINED_AI not in further - kinds:
        # Of a score that does not count, nothing more is said.
        assert set(before.reasons) <= set(after.reasons)


def test_what_a_newer_program_has_noted_is_a_doubt_too() -> None:
    assert FactKind("something-of-2030") is FactKind.UNKNOWN
    required = reads_required(EXAM, low(), REGION, facts=ReadingFacts(frozenset({FactKind("of-2030")})))
    assert required.count == 2
