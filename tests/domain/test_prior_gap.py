"""How far apart two exams are."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.prior_gap import gap_text

NOW = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("prior", "text"),
    [
        (None, "date unknown"),
        (NOW, "same day"),
        (date(2026, 11, 26), "later than this exam"),
        (date(2026, 11, 24), "1 day earlier"),
        (date(2026, 9, 26), "60 days earlier"),
        (date(2026, 9, 25), "2 months earlier"),
        (date(2024, 11, 26), "23 months earlier"),
        (date(2024, 11, 25), "2 years earlier"),
        (date(2023, 10, 1), "3 years 1 month earlier"),
    ],
)
def test_the_gap_is_told_in_whole_units_that_have_passed(prior: date | None, text: str) -> None:
    assert gap_text(NOW, prior) == text


@given(st.dates(), st.dates())
def test_a_prior_that_is_no_earlier_is_never_called_earlier(current: date, prior: date) -> None:
    assert gap_text(current, prior).endswith("earlier") == (prior < current)
