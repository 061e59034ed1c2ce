"""The order of decoding: what is looked at, then outwards on both sides."""

from hypothesis import given
from hypothesis import strategies as st

from klarsyn.imaging.decode_order import Rank, Stage, outwards


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n - 1))))
def test_every_slice_comes_once_and_none_before_a_nearer_one(stack):
    count, middle = stack
    order = list(outwards(count, middle))
    assert sorted(order) == list(range(count))
    distances = [abs(n - middle) for n in order]
    assert distances == sorted(distances)


def test_both_sides_take_turns():
    assert list(outwards(7, 3)) == [3, 4, 2, 5, 1, 6, 0]
    assert list(outwards(4, 0)) == [0, 1, 2, 3]


def test_what_is_looked_at_in_any_stack_goes_before_the_neighbours_in_all():
    assert Rank(Stage.FOREGROUND, 0) < Rank(Stage.LOOKS_AROUND, 1) < Rank(Stage.OUTWARDS, 1)
    assert Rank(Stage.OUTWARDS, 2) < Rank(Stage.OUTWARDS, 3)
