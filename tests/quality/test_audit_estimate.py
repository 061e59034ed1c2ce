"""What single reading loses is estimated from the audited exams, against closed forms and by simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, chi2

from klarsyn.quality.audit_estimate import (
    AuditedExam,
    audit_estimate,
    audited_for,
    exact_interval,
    years_of_audit,
)


def exams(audited: int, lost: int, probability: float = 0.05) -> list[AuditedExam]:
    return [AuditedExam(probability, n < lost) for n in range(audited)]


@given(st.integers(1, 2000), st.data())
def test_with_one_share_the_interval_is_the_exact_one_and_each_exam_stands_for_twenty(
    audited: int, data: st.DataObject
) -> None:
    lost = data.draw(st.integers(0, audited))
    found = audit_estimate(exams(audited, lost))
    exact = binomtest(lost, audited).proportion_ci(0.95, "exact")
    assert found.rate == pytest.approx(lost / audited)
    assert (found.low, found.high) == pytest.approx((exact.low, exact.high), abs=1e-9)
    assert found.stands_for == pytest.approx(20 * audited)
    assert found.lost_among_all == pytest.approx(20 * lost)


def test_where_none_is_lost_the_upper_bound_has_a_closed_form() -> None:
    assert exact_interval(0, 300) == (0.0, pytest.approx(1 - 0.025 ** (1 / 300)))
    assert exact_interval(300, 300) == (pytest.approx(0.025 ** (1 / 300)), 1.0)


def test_exams_that_were_drawn_less_often_weigh_more() -> None:
    mixed = [*exams(1000, 2, 0.10), *exams(1000, 3, 0.02)]
    found = audit_estimate(mixed)
    assert found.rate == pytest.approx((2 * 10 + 3 * 50) / (1000 * 10 + 1000 * 50))
    assert found.low < found.rate < found.high


def test_where_probabilities_differ_by_nothing_that_matters_both_intervals_agree() -> None:
    # Equal weights turn the interval of Fay and Feuer into Garwood's exact one of a Poisson count.
    nearly = [*exams(1999, 7, 0.05), AuditedExam(0.05 * (1 + 1e-12), lost=False)]
    found = audit_estimate(nearly)
    assert found.low == pytest.approx(chi2.ppf(0.025, 14) / 2 / 2000, rel=1e-9)
    assert found.high == pytest.approx(chi2.isf(0.025, 16) / 2 / 2000, rel=1e-9)


@pytest.mark.parametrize("shares", [(0.05, 0.05), (0.10, 0.02)])
def test_simulated_audits_are_covered_at_least_as_often_as_is_said_and_without_bias(
    shares: tuple[float, float],
) -> None:
    random, truth, sites = np.random.default_rng(7), 0.003, 400
    size = 20_000
    covered, rates = 0, []
    for _ in range(sites):
        audited = []
        for share in shares:
            drawn = random.binomial(size, share)
            audited += exams(drawn, random.binomial(drawn, truth), share)
        found = audit_estimate(audited)
        covered += found.low <= truth <= found.high
        rates.append(found.rate)
    assert covered >= binom(sites, 0.95).ppf(1e-4)
    error = np.std(rates) / np.sqrt(sites)
    assert abs(np.mean(rates) - truth) < 4 * error


@given(st.floats(0, 0.05), st.sampled_from([0.0005, 0.001, 0.005, 0.02]))
def test_so_many_audited_exams_are_enough_and_one_fewer_is_not(rate: float, half_width: float) -> None:
    enough = audited_for(rate, half_width)

    def half(audited: int) -> float:
        low, high = exact_interval(rate * audited, audited)
        return (high - low) / 2

    assert half(enough) <= half_width
    assert enough == 1 or half(enough - 1) > half_width


def test_years_of_audit_follow_from_the_sites_figures() -> None:
    # None lost: (1 - 0.025^(1/n)) / 2 = 0.0005, so n = ln 0.025 / ln 0.999.
    needed = int(np.ceil(np.log(0.025) / np.log(0.999)))
    assert audited_for(0, 0.0005) == needed
    assert years_of_audit(15_000, 5, 0, 0.0005) == pytest.approx(needed / 750)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: audit_estimate([]), "nothing can be estimated"),
        (lambda: AuditedExam(0, lost=False), "above 0"),
        (lambda: years_of_audit(15_000, 0, 0.001, 0.001), "Nothing is audited"),
        (lambda: audited_for(0.1, 0.5), "half width"),
        (lambda: exact_interval(3, 2), "at most all"),
        (lambda: audit_estimate(exams(3, 1), 1.0), "confidence"),
    ],
)
def test_what_cannot_be_computed_is_a_sentence(call, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        call()
