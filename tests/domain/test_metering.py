"""What is billed, and what a month comes to."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.finding import ResultStatus
from klarsyn.domain.metering import (
    Billing,
    Contract,
    EngineRun,
    LedgerEntry,
    Terms,
    billing_of,
    prepaid_words,
    statement,
    totals,
)

NOW = datetime(2026, 10, 5, tzinfo=UTC)
TERMS = Terms(Decimal("12.50"), "SEK", "Agreement 7")
RUN = EngineRun("cad", NOW, TERMS)
SHADOW = EngineRun("cad", NOW, TERMS, shadow=True)


@pytest.mark.parametrize("status", [ResultStatus.SCORED, ResultStatus.NO_FINDINGS])
def test_an_exam_with_a_score_is_billed_whether_or_not_anything_was_found(status: ResultStatus) -> None:
    assert billing_of(status, RUN, billed_before=False) is Billing.BILLED


@pytest.mark.parametrize(
    ("status", "billing"),
    [
        (ResultStatus.FAILED, Billing.FAILED),
        (ResultStatus.PARTIAL, Billing.PARTIAL),
        (ResultStatus.NOT_PROCESSED, Billing.NOT_FOR_THIS_EXAM),
        (ResultStatus.NOT_FOR_THIS_EXAM, Billing.NOT_FOR_THIS_EXAM),
    ],
)
@pytest.mark.parametrize("billed_before", [True, False])
def test_a_run_without_a_score_that_may_be_used_is_not_billed(
    status: ResultStatus, billing: Billing, billed_before: bool
) -> None:
    assert billing_of(status, RUN, billed_before=billed_before) is billing


def test_a_repeated_run_is_not_billed() -> None:
    assert billing_of(ResultStatus.SCORED, RUN, billed_before=True) is Billing.REPEATED


def test_a_run_in_shadow_is_billed_only_where_the_contract_says_so() -> None:
    assert billing_of(ResultStatus.SCORED, SHADOW, billed_before=False) is Billing.SHADOW
    agreed = EngineRun("cad", NOW, Terms(Decimal(1), "SEK", "Study", bills_shadow=True), shadow=True)
    assert billing_of(ResultStatus.SCORED, agreed, billed_before=False) is Billing.BILLED


def test_a_run_whose_price_nobody_knows_is_not_billed() -> None:
    unknown = EngineRun("cad", NOW, None)
    assert billing_of(ResultStatus.SCORED, unknown, billed_before=False) is Billing.NO_PRICE


def entry(number: int, billing: Billing, terms: Terms | None = TERMS, exam: str = "e") -> LedgerEntry:
    return LedgerEntry(
        number, f"r{number}", "cad", "1", NOW, NOW, ResultStatus.SCORED, billing, f"{exam}{number}", terms
    )


PRICES = st.decimals(min_value=0, max_value=10_000, places=4)
ENTRIES = st.lists(
    st.tuples(
        st.sampled_from(list(Billing)),
        st.builds(Terms, PRICES, st.sampled_from(["SEK", "EUR"]), st.sampled_from(["", "A", "B"])),
    )
)


@given(ENTRIES)
def test_a_statement_sums_to_the_price_of_each_billed_run_to_the_last_digit(
    runs: list[tuple[Billing, Terms]],
) -> None:
    entries = [entry(n, billing, terms) for n, (billing, terms) in enumerate(runs)]
    lines = statement(entries)
    for currency, total in totals(lines).items():
        due = [t.price for b, t in runs if b is Billing.BILLED and t.currency == currency]
        assert total == sum(due, Decimal(0))
    assert sum(line.runs for line in lines) == len(runs)
    assert all(line.billed + sum(line.not_billed.values()) == line.runs for line in lines)


def test_a_price_that_changed_within_the_month_makes_two_lines() -> None:
    dearer = Terms(Decimal("13.00"), "SEK", "Agreement 7")
    lines = statement([entry(1, Billing.BILLED), entry(2, Billing.BILLED, dearer)])
    assert [(line.billed, line.amount) for line in lines] == [(1, Decimal("12.50")), (1, Decimal("13.00"))]


def test_an_exam_that_ran_twice_counts_once_as_an_exam_and_twice_as_a_run() -> None:
    again = [entry(1, Billing.BILLED), entry(1, Billing.REPEATED)]
    (line,) = statement(again)
    assert (line.exams, line.runs, line.billed, line.not_billed) == (1, 2, 1, {Billing.REPEATED: 1})


PREPAID = Contract("C", "cad", Decimal(1), "SEK", date(2026, 1, 1), date(2026, 12, 31), prepaid_exams=100)


@pytest.mark.parametrize(
    ("used", "said"), [(89, ""), (90, "90 of 100"), (100, "100 of 100"), (103, "3 beyond the limit")]
)
def test_a_prepaid_limit_is_told_before_and_beyond_it_and_scoring_goes_on(used: int, said: str) -> None:
    words = prepaid_words(PREPAID, used)
    assert said in words
    assert bool(words) == bool(said)
    assert not words or "Scoring goes on" in words


def test_a_contract_covers_its_own_engine_on_its_first_and_last_day_only() -> None:
    covered = [PREPAID.covers("cad", day) for day in (date(2025, 12, 31), date(2026, 1, 1))]
    covered += [PREPAID.covers("cad", day) for day in (date(2026, 12, 31), date(2027, 1, 1))]
    assert covered == [False, True, True, False]
    assert not PREPAID.covers("other", date(2026, 5, 5))
