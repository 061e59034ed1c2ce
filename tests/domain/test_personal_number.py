"""Personal and coordination numbers: told by their form, and never believed with a wrong check digit."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.personal_number import WrongNumber, personal_number
from klarsyn.simulation.writing.personal_numbers import TEST_NUMBERS


def test_every_published_test_number_is_a_personal_number() -> None:
    for written in TEST_NUMBERS:
        known = personal_number(written)
        assert known is not None
        assert not known.coordination
        assert known.born == date(int(written[:4]), int(written[4:6]), int(written[6:8]))
        assert personal_number(f"{written[:8]}-{written[8:]}") == known
        assert personal_number(f"{written[2:8]}-{written[8:]}") is not None


@given(st.sampled_from(TEST_NUMBERS), st.integers(2, 11), st.integers(1, 9))
def test_one_mistyped_digit_is_always_found(written: str, place: int, by: int) -> None:
    wrong = written[:place] + str((int(written[place]) + by) % 10) + written[place + 1 :]
    with pytest.raises(WrongNumber):
        personal_number(wrong)


def test_a_coordination_number_has_a_day_that_is_60_higher() -> None:
    known = personal_number("701063-2391")
    assert known is not None
    assert known.coordination
    full = personal_number("19701063-2391")
    assert full is not None
    assert full.born == date(1970, 10, 3)


@pytest.mark.parametrize("written", ["", "1958-TEST", "A1234567", "12345", "0123456789012", "19A60213-8184"])
def test_other_numbers_are_neither(written: str) -> None:
    assert personal_number(written) is None
