"""The region's protocol, and the other policies that the same code expresses, as they are shipped."""

from dataclasses import replace
from datetime import date

import pytest
from policy_exams import EXAM, low

from klarsyn.base.paths import resources
from klarsyn.domain.calibration_findings import MINIMUM_OUTCOMES, finding_map_from_outcomes
from klarsyn.domain.exam import ExamType
from klarsyn.domain.exam_risk import PROBABILITIES, risk_at_most
from klarsyn.domain.finding import AiResult, Finding, IntendedUse, LesionType, ResultOrigin, ResultStatus
from klarsyn.domain.policy import AiRole, ReadingPolicy, reads_required, why_safety_net
from klarsyn.domain.policy_file import read_policy_file
from klarsyn.domain.queue import QueueEntry, order

DOUBLE = ("all-double", "triage-only", "practice", "demo")
SPARING = ("region", "ai-second-reader", "below-2-percent", "dbt-double")


def shipped(name: str) -> ReadingPolicy:
    return read_policy_file(f"{name}.toml", (resources() / "policies" / f"{name}.toml").read_bytes())


def with_findings(*scores: int, score: int = 1, **made: object) -> AiResult:
    """A result whose finding scores are probabilities."""
    told = low(score, calibration=f"site, {PROBABILITIES} 0123", **made)
    return replace(
        told,
        findings=tuple(Finding(f"f{n}", LesionType.SOFT_TISSUE, None, s, ()) for n, s in enumerate(scores)),
    )


def readers(name: str, result: AiResult | None, **exam: object) -> int:
    return reads_required(replace(EXAM, **exam), result, shipped(name)).count


@pytest.mark.parametrize("name", DOUBLE)
@pytest.mark.parametrize("score", [1, 10])
def test_where_ai_is_an_aid_or_orders_alone_every_exam_is_read_by_two(name: str, score: int) -> None:
    assert readers(name, low(score)) == 2


@pytest.mark.parametrize(("name", "threshold"), [("region", 5), ("dbt-double", 5), ("ai-second-reader", 8)])
def test_scores_below_the_threshold_get_one_reader_and_others_two(name: str, threshold: int) -> None:
    assert [s for s in range(1, 11) if readers(name, low(s)) == 1] == list(range(1, threshold))


@pytest.mark.invariant(8)
@pytest.mark.parametrize("name", [*DOUBLE, *SPARING])
@pytest.mark.parametrize("use", [IntendedUse.DEMONSTRATION, IntendedUse.RESEARCH])
def test_the_embedded_engine_never_routes_to_single_reading_under_any_shipped_policy(
    name: str, use: IntendedUse
) -> None:
    assert readers(name, with_findings(intended_use=use)) == 2


@pytest.mark.invariant(1)
@pytest.mark.parametrize("name", [*DOUBLE, *SPARING])
def test_an_exam_that_no_engine_has_seen_gets_two_readers_under_any_shipped_policy(name: str) -> None:
    assert readers(name, None) == 2


def test_a_suspecting_second_reader_is_called_one() -> None:
    said = reads_required(EXAM, low(8), shipped("ai-second-reader")).reasons
    assert said == ("the AI, as second reader, suspects: score 8 is not below 8",)


@pytest.mark.parametrize("kind", [ExamType.DBT, ExamType.FFDM_DBT])
def test_tomosynthesis_is_read_by_two_where_the_site_says_so(kind: ExamType) -> None:
    assert readers("dbt-double", low(), exam_type=kind) == 2
    assert readers("region", low(), exam_type=kind) == 1


def test_an_aid_has_no_part_in_the_order() -> None:
    policy, day = shipped("all-double"), date(2026, 1, 5)
    assert policy.ai_role is AiRole.AID

    def ids(*scores: int | None) -> list[str]:
        entries = [QueueEntry(f"e{n}", day, day, "FFDM", s, s is None) for n, s in enumerate(scores)]
        return [p.entry.exam_id for p in order(entries, policy, reader="r", today=day)]

    assert ids(1, 10, None, 5) == ids(10, 1, 5, None) == ids(None, None, None, None)
    triage = shipped("triage-only")
    first = order([QueueEntry("a", day, day, "FFDM", 1, False), QueueEntry("b", day, day, "FFDM", 10, False)],
                  triage, reader="r", today=day)[0]  # fmt: skip
    assert first.entry.exam_id == "b"


@pytest.mark.parametrize(
    ("result", "count"),
    [
        (with_findings(), 1),
        (with_findings(1), 1),
        (with_findings(2), 2),
        (with_findings(1, 1), 2),
        (with_findings(1, score=8), 2),
        (with_findings(1, operating_point=10), 2),
        (with_findings(1, origin=ResultOrigin.REPORT), 2),
        (low(), 2),
    ],
)
def test_below_two_percent_one_reader_does_if_the_risk_is_known(result: AiResult, count: int) -> None:
    assert readers("below-2-percent", result) == count


def test_the_risk_is_never_told_smaller_than_rounding_and_many_findings_leave_it() -> None:
    assert risk_at_most(with_findings(1)) == 1.5
    assert risk_at_most(with_findings(3, 4)) == 8.0
    assert risk_at_most(with_findings(90, 80)) == 100.0
    unplaced = replace(with_findings(1), unplaced=((with_findings(7).findings[0], "no such image"),))
    assert risk_at_most(unplaced) == 9.0
    assert risk_at_most(low()) is None


def test_a_fitted_map_says_that_its_scores_are_probabilities() -> None:
    import numpy as np

    raw = np.linspace(0, 1, MINIMUM_OUTCOMES)
    assert PROBABILITIES in finding_map_from_outcomes(raw, raw > 0.6).source


@pytest.mark.parametrize(("score", "caught"), [(8, False), (9, True), (10, True)])
def test_the_safety_net_catches_high_scores_that_were_read_as_normal(score: int, caught: bool) -> None:
    policy = shipped("below-2-percent")
    assert bool(why_safety_net(EXAM, low(score), policy)) is caught
    part = replace(low(score), status=ResultStatus.PARTIAL)
    assert bool(why_safety_net(EXAM, part, policy)) is caught
    assert why_safety_net(EXAM, low(score), shipped("region")) == ""
    assert why_safety_net(EXAM, None, policy) == ""


def test_the_region_audits_a_twentieth_of_what_one_reader_reads() -> None:
    assert shipped("region").audit_percent == 5
    assert [shipped(name).audit_percent for name in DOUBLE] == [0, 0, 0, 0]
