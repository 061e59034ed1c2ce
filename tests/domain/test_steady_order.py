"""Rows that a reader has seen keep their order."""

from hypothesis import given
from hypothesis import strategies as st

from klarsyn.domain.steady_order import steady

ids = st.lists(st.sampled_from("abcdefghij"), unique=True)


def kept(fresh: list[str], shown: list[str]) -> list[str]:
    return steady(fresh, shown, lambda row: row)


def test_a_row_that_would_jump_stays_and_a_new_one_has_its_place() -> None:
    assert kept(["c", "new", "a", "b"], ["a", "b", "c"]) == ["a", "new", "b", "c"]


@given(ids, ids)
def test_shown_rows_keep_their_order_and_no_row_is_lost(fresh: list[str], shown: list[str]) -> None:
    result = kept(fresh, shown)
    assert sorted(result) == sorted(fresh)
    assert [r for r in result if r in shown] == [s for s in shown if s in fresh]


@given(ids, ids)
def test_new_rows_stand_where_the_fresh_order_puts_them(fresh: list[str], shown: list[str]) -> None:
    result = kept(fresh, shown)
    assert all(result[n] == row for n, row in enumerate(fresh) if row not in shown)


@given(ids)
def test_without_anything_shown_the_fresh_order_holds(fresh: list[str]) -> None:
    assert kept(fresh, []) == fresh
