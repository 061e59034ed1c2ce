"""Which of one maker's reports of an exam count."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.finding import AiResult, ExamScore, IntendedUse, Provenance, ResultOrigin, ResultStatus
from klarsyn.domain.reports.reports_in_force import in_force

NOW = datetime(2026, 1, 5, 8, tzinfo=UTC)
ALL, RIGHT, LEFT = ("R CC", "R MLO", "L CC", "L MLO"), ("R CC", "R MLO"), ("L CC", "L MLO")


def report(
    number: int = 0,
    status: ResultStatus = ResultStatus.SCORED,
    score: int | None = 3,
    seen: tuple[str, ...] = ALL,
    origin: ResultOrigin = ResultOrigin.REPORT,
    **changes: str,
) -> AiResult:
    made = Provenance(
        "Wise", "V", "1", "", IntendedUse.CLINICAL, "", 1, seen, NOW + timedelta(minutes=number),
        origin=origin, source="wise", report_form="Mammography CAD SR",
    )  # fmt: skip
    scored = None if score is None else ExamScore(score, 0.1, 30.0, provisional=False)
    return AiResult(f"r{number}", "e", status, replace(made, **changes), scored, considered=ALL)


PARTIAL, NOTHING = ResultStatus.PARTIAL, ResultStatus.NOT_PROCESSED
OLD = report(0, score=10)


@pytest.mark.parametrize(
    "newer",
    [
        report(1, NOTHING, None, ()),
        report(1, ResultStatus.FAILED, None, ALL),
        report(1, PARTIAL, 9),
        report(1, seen=RIGHT),
        report(1, ResultStatus.NO_FINDINGS, None),
        report(1, score=None),
        report(1, report_form="Segmentation"),
        report(1, source="calm"),
        report(1, engine="Wise for tomosynthesis"),
        report(1, origin=ResultOrigin.ENGINE),
    ],
)
def test_a_report_that_says_less_or_something_else_takes_the_place_of_none(newer: AiResult) -> None:
    assert in_force((newer, OLD)) == (newer, OLD)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (report(1), OLD),
        (report(1, ResultStatus.NO_FINDINGS), OLD),
        (report(1, version="2"), OLD),
        (report(1), report(0, PARTIAL, 10, RIGHT)),
        (report(1, PARTIAL, 2, RIGHT), report(0, PARTIAL, 10, RIGHT)),
        (report(1, PARTIAL, None, ()), report(0, NOTHING, None, ALL)),
        (report(1, NOTHING, None, ()), report(0, ResultStatus.FAILED, None, ALL)),
    ],
)
def test_a_report_that_says_as_much_of_the_same_images_takes_the_earlier_ones_place(
    newer: AiResult, older: AiResult
) -> None:
    assert in_force((newer, older)) == (newer,)


def test_reports_of_parts_stand_beside_each_other() -> None:
    parts = (report(1, PARTIAL, 2, LEFT), report(0, PARTIAL, 10, RIGHT))
    assert in_force(parts) == parts


@given(
    st.lists(
        st.builds(
            report,
            st.integers(0, 9),
            st.sampled_from(ResultStatus),
            st.none() | st.integers(1, 10),
            st.sampled_from([ALL, LEFT, RIGHT, ()]),
            st.sampled_from(ResultOrigin),
            source=st.sampled_from(["wise", "calm"]),
        ),
        max_size=8,
    )
)
@pytest.mark.invariant(1)
def test_no_exam_is_lost_the_newest_stays_and_so_does_the_last_score_of_each_maker(
    found: list[AiResult],
) -> None:
    kept = in_force(found)
    assert kept[:1] == tuple(found[:1])
    for origin in ResultOrigin:
        for source in ("wise", "calm"):
            of = [r for r in found if (r.provenance.origin, r.provenance.source) == (origin, source)]
            assert any(r.is_scored for r in of) == any(r.is_scored for r in kept if r in of)
