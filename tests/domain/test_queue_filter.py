"""Finding exams in the queue by what a row says."""

from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.exam import ExamType
from klarsyn.domain.queue_filter import FilterError, QueueFilter, counts, parse_filter


@dataclass(frozen=True)
class Row:
    study_date: date | None = date(2026, 1, 5)
    exam_type: str = "FFDM"
    days_waiting: int = 3


def shows(typed: str, row: Row, number: str = "") -> bool:
    return parse_filter(typed).shows(row, number)


@pytest.mark.parametrize(
    ("typed", "row"),
    [
        ("", Row()),
        ("ffdm", Row()),
        ("dbt FFDM", Row()),
        ("ffdm+dbt", Row(exam_type="FFDM + DBT")),
        ("film", Row(exam_type="Digitised film")),
        ("2026-01-05", Row()),
        ("2026-01-01..2026-01-05", Row()),
        ("2026-01-05..", Row()),
        ("..2026-01-05", Row()),
        (">2", Row()),
        (">=3d", Row()),
        ("<=3 >=3", Row()),
        ("<4d", Row()),
        ("ffdm 2026-01-05 >1", Row()),
    ],
)
def test_it_is_found(typed: str, row: Row) -> None:
    assert shows(typed, row)


@pytest.mark.parametrize(
    "typed",
    [
        "dbt",
        "ffdm+dbt",
        "2026-01-04",
        "2026-01-06..",
        "..2026-01-04",
        ">3",
        "<3",
        "ffdm 2026-01-05 >3",
        "A77",
    ],
)
def test_it_is_not_found(typed: str) -> None:
    assert not shows(typed, Row(), "A78")


def test_a_part_of_the_accession_number_finds_an_exam_in_either_case() -> None:
    assert shows("a7", Row(), "XA78")
    assert shows("acc:xa", Row(), "XA78")
    assert not shows("a7", Row(), "")


def test_an_exam_without_a_date_is_found_by_no_date_and_otherwise_by_all() -> None:
    undated = Row(study_date=None)
    assert shows("ffdm >1", undated)
    assert not shows("2026-01-05", undated)
    assert not shows("..2027-01-01", undated)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("score", "'score' is not understood"),
        ("2026-02-30", "no such day"),
        ("2026-01-05..2026-01-01", "Turn the dates round"),
        (">7 <3", "No exam waits 8 days or more and 2 or less"),
        ("a1 b2", "Two accession numbers"),
        ("acc:", "not understood"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_sentence(typed: str, said: str) -> None:
    with pytest.raises(FilterError, match=said):
        parse_filter(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_filter_or_a_sentence(typed: str) -> None:
    try:
        found: object = parse_filter(typed)
    except FilterError as error:
        found = str(error)
    assert isinstance(found, QueueFilter) or str(found).endswith(".")


rows_strategy = st.lists(
    st.builds(
        Row,
        st.none() | st.dates(date(2026, 1, 1), date(2026, 1, 9)),
        st.sampled_from([e.value for e in ExamType]),
        st.integers(0, 20),
    )
)


@given(rows_strategy)
def test_counts_add_up_by_type_and_by_date(rows: list[Row]) -> None:
    found = counts(rows)
    assert found.total == len(rows)
    assert sum(number for _, number in found.by_type) == sum(n for _, n in found.by_date) == len(rows)
    days = [day for day, _ in found.by_date if day is not None]
    assert days == sorted(set(days))
    assert None not in [day for day, _ in found.by_date][:-1]


@pytest.mark.invariant(6)
def test_first_the_eye_no_filter_can_ask_for_what_an_engine_or_another_reader_says() -> None:
    assert set(QueueFilter.__dataclass_fields__) == {
        "types", "since", "until", "least_days", "most_days", "accession",
    }  # fmt: skip
