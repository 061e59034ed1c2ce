"""What a list holds is what was asked for; what cannot be asked for is said in one sentence."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.cli.practice_list import practice_request
from klarsyn.simulation.lists.plan import plan_list
from klarsyn.simulation.lists.request import ImpossibleRequest, ListRequest


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 2**31))
def test_a_list_holds_as_many_cancers_dbt_exams_and_priors_as_asked_for(
    exams: int, cancers: int, dbt: int, priors: int, seed: int
) -> None:
    cancers, dbt, priors = (min(n, exams) for n in (cancers, dbt, priors))
    plans = plan_list(ListRequest(exams, cancers, dbt, priors, seed))
    assert [p.number for p in plans] == list(range(exams))
    assert sum(p.cancer for p in plans) == cancers
    assert sum(p.dbt for p in plans) == dbt
    assert sum(p.prior_years is not None for p in plans) == priors
    assert {p.prior_years for p in plans} <= {None, 1, 2}


@given(st.integers(1, 40), st.integers(0, 40), st.integers(0, 40), st.integers(0, 2**31))
def test_so_many_of_the_dbt_exams_have_ffdm_as_asked_for_and_no_others(
    exams: int, dbt: int, combo: int, seed: int
) -> None:
    dbt = min(dbt, exams)
    combo = min(combo, dbt)
    plans = plan_list(ListRequest(exams, 0, dbt, seed=seed, combo=combo))
    assert sum(p.combo for p in plans) == combo
    assert all(p.dbt for p in plans if p.combo)
    others = plan_list(ListRequest(exams, 0, dbt, seed=seed))
    assert [p.dbt for p in plans] == [p.dbt for p in others]


def test_the_demonstration_shows_a_lesion_on_tomosynthesis_and_ffdm_beside_tomosynthesis() -> None:
    request = practice_request(12)
    plans = [p for p in plan_list(request) if p.dbt]
    assert sorted(p.combo for p in plans) == [False, True]
    assert all(p.cancer for p in plans)


def test_the_same_request_gives_the_same_plans_and_another_seed_others() -> None:
    one, again, other = (plan_list(ListRequest(30, 6, 5, 9, seed)) for seed in (3, 3, 4))
    assert one == again
    assert one != other


def test_vendors_and_densities_share_the_list_as_they_share_screening() -> None:
    plans = plan_list(ListRequest(60, seed=2))
    assert Counter(p.vendor for p in plans) == {"A": 20, "B": 20, "C": 20}
    assert Counter(p.density.value for p in plans) == {"A": 6, "B": 24, "C": 24, "D": 6}


def test_ten_cancers_show_every_suspicious_kind_of_lesion() -> None:
    plans = plan_list(ListRequest(40, 10, seed=5))
    kinds = {lesion.kind for p in plans for lesion in p.lesions if lesion.kind.suspicious}
    assert len(kinds) == 6


def test_screening_prevalence_gives_about_six_cancers_in_a_thousand() -> None:
    plans = plan_list(ListRequest(20_000, prevalence=0.006, seed=1))
    assert 80 < sum(p.cancer for p in plans) < 165  # four standard deviations around 120


def test_a_healthy_woman_may_have_something_benign() -> None:
    plans = plan_list(ListRequest(200, 0, seed=1))
    with_benign = sum(bool(p.lesions) for p in plans)
    assert not any(p.cancer for p in plans)
    assert 40 < with_benign < 100


@pytest.mark.parametrize(
    ("wish", "words"),
    [
        ({"exams": 0}, "1 to 100,000 exams"),
        ({"exams": 5, "cancers": 6}, "6 cancers do not fit into 5 exams"),
        ({"exams": 5, "cancers": 1, "dbt": 9}, "9 DBT exams"),
        ({"exams": 5, "cancers": 1, "priors": -1}, "-1 priors"),
        ({"cancers": 1, "dbt": 2, "combo": 3}, "3 exams with FFDM and DBT do not fit into 2"),
        ({"prevalence": 1.5}, "between 0 and 1"),
        ({"seed": -1}, "from 0 up"),
        ({"vendors": ("A", "Q")}, "Unknown vendor Q"),
        ({"vendors": ()}, "Unknown vendor"),
        ({"slices": 0}, "30 to 80 slices"),
    ],
)
def test_an_impossible_wish_is_refused_in_one_sentence(wish: dict[str, Any], words: str) -> None:
    with pytest.raises(ImpossibleRequest) as refusal:
        ListRequest(**wish)
    assert words in str(refusal.value)
    assert str(refusal.value).endswith(".")
