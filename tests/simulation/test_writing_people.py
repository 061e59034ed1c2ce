"""Women who do not exist, and identifiers that the seed decides."""

import re
from datetime import date, timedelta

import pydicom
from hypothesis import assume, given
from hypothesis import strategies as st

from klarsyn.simulation.writing.identifiers import make_accession_number, make_uid
from klarsyn.simulation.writing.people import invent_visit, invent_woman
from klarsyn.simulation.writing.personal_numbers import TEST_NUMBERS

TODAY = date(2026, 11, 24)
seeds = st.integers(0, 2**40)
numbers = st.integers(0, 5000)
days = st.dates(date(2020, 1, 1), date(2060, 12, 31))


def age(birth: date, day: date) -> int:
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def check_digit(nine_digits: str) -> int:
    """Return the last digit for YYMMDDNNN: digits times 2, 1, 2, ..., cross sums added up to a full ten."""
    products = (int(digit) * (2 - place % 2) for place, digit in enumerate(nine_digits))
    return -sum(product // 10 + product % 10 for product in products) % 10


def test_the_check_digit_is_that_of_the_published_examples() -> None:
    # The first two explain the sum in the agency's leaflets, the others head its lists for tests.
    published = ("8112189876", "6408233234", "9001019802", "1701012393")
    assert [check_digit(digits[:9]) for digits in published] == [int(digits[9]) for digits in published]


def test_every_test_number_is_a_womans_with_a_real_date_and_a_right_check_digit() -> None:
    assert len(TEST_NUMBERS) == len(set(TEST_NUMBERS)) > 400
    for number in TEST_NUMBERS:
        assert re.fullmatch(r"19\d{10}", number)
        date.fromisoformat(f"{number[:4]}-{number[4:6]}-{number[6:8]}")
        assert int(number[10]) % 2 == 0
        assert check_digit(number[2:11]) == int(number[11])


@given(seeds, numbers, days)
def test_a_woman_has_a_number_of_the_tax_agencys_list_and_is_born_on_its_date(
    seed: int, number: int, today: date
) -> None:
    woman = invent_woman(seed, number, today)
    personal_number, _, round_ = woman.patient_id.partition("-")
    assert personal_number in TEST_NUMBERS
    assert woman.birth_date.strftime("%Y%m%d") == personal_number[:8]
    assert round_ == "" or int(round_) > 1


@given(seeds, numbers, days, st.integers(0, 2))
def test_she_is_of_screening_age_at_every_visit(seed: int, number: int, today: date, years: int) -> None:
    visit = invent_visit(seed, number, today, years).date()
    assert 40 <= age(invent_woman(seed, number, today).birth_date, visit) <= 74


@given(seeds, numbers, days, st.integers(0, 2))
def test_visits_are_on_weekdays_shortly_before_today_or_as_many_years_ago(
    seed: int, number: int, today: date, years: int
) -> None:
    visit = invent_visit(seed, number, today, years)
    assert visit.weekday() < 5
    assert 8 <= visit.hour < 17
    ago = today - visit.date() - timedelta(days=round(365.25 * years))
    assert timedelta(1 - 60 * (years > 0)) <= ago <= timedelta(22 + 30 * (years > 0))


def test_women_of_one_list_differ_in_number_and_name() -> None:
    women = [invent_woman(7, number, TODAY) for number in range(900)]
    assert len({woman.patient_id for woman in women}) == 900
    assert len({woman.name for woman in women}) == 900
    assert len({woman.name.split("^")[0] for woman in women[:20]}) == 20


def test_the_first_two_hundred_women_have_plain_numbers_of_twelve_digits() -> None:
    assert all(invent_woman(7, number, TODAY).patient_id.isdigit() for number in range(200))


def test_some_names_have_swedish_letters_and_all_give_themselves_away() -> None:
    names = [invent_woman(1, number, TODAY).name for number in range(200)]
    assert any(set("åäöÅÄÖ") & set(name) for name in names)
    assert all(name.split("^")[1].startswith(("Test-", "Demo-", "Prov-", "Mall-")) for name in names)


@given(seeds, seeds, numbers)
def test_women_of_two_seeds_belong_to_two_registers(one: int, other: int, number: int) -> None:
    assume(one != other)
    assert invent_woman(one, number, TODAY).issuer != invent_woman(other, number, TODAY).issuer


@given(seeds, numbers)
def test_uids_are_version_8_uuids_under_2_25_and_differ_by_name_and_seed(seed: int, number: int) -> None:
    uid = make_uid(seed, number, "study")
    assert pydicom.uid.UID(uid).is_valid
    value = int(uid.removeprefix("2.25."))
    assert (value >> 76) & 0xF == 8
    assert (value >> 62) & 0b11 == 0b10
    assert len({uid, make_uid(seed, number, "series"), make_uid(seed + 1, number, "study")}) == 3
    assert uid == make_uid(seed, number, "study")


@given(seeds, numbers)
def test_accession_numbers_fit_their_field_and_differ_by_seed(seed: int, number: int) -> None:
    accession_number = make_accession_number(seed, number, 0)
    assert re.fullmatch(r"SIM-[A-Z2-7]{12}", accession_number)
    assert accession_number != make_accession_number(seed + 1, number, 0)
    assert accession_number != make_accession_number(seed, number, 1)
