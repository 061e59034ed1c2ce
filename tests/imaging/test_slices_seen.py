"""A slice counts as seen when all of its breast has been on the screen, and never earlier."""

import numpy as np

from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.slices_seen import SlicesSeen
from klarsyn.imaging.transform import ViewTransform

NAMES = [f"2.25.1/{n}" for n in range(1, 11)]
WHOLE = ViewTransform(200, 300, Flip(), 0.5, 0.5)
LEFT_HALF = ViewTransform(200, 300, Flip(), 1.0, 1.0)
RIGHT_HALF = ViewTransform(200, 300, Flip(), 1.0, 1.0, (-90.0, 0.0))


def _fresh(names=NAMES) -> SlicesSeen:
    return SlicesSeen(200, 300, names)


def test_a_slice_that_was_whole_on_the_screen_is_seen_at_any_size_and_no_other() -> None:
    seen = _fresh()
    assert seen.look(3, WHOLE, (100, 150))
    assert [n for n in range(10) if seen.has(n)] == [3]
    assert not seen.look(3, WHOLE, (100, 150))


def test_parts_of_one_slice_add_up_and_parts_of_two_do_not() -> None:
    seen = _fresh()
    assert not seen.look(0, LEFT_HALF, (112, 300))
    assert not seen.look(1, RIGHT_HALF, (112, 300))
    assert seen.count() == 0
    assert seen.look(0, RIGHT_HALF, (112, 300))
    assert seen.count() == 1
    assert seen.count(without=[0]) == 0


def test_air_need_not_be_seen() -> None:
    breast = np.zeros((30, 20), dtype=bool)
    breast[:, :5] = True
    seen = SlicesSeen(200, 300, NAMES, breast)
    assert seen.look(2, LEFT_HALF, (112, 300))


def test_what_was_seen_is_kept_for_the_same_slices_only() -> None:
    seen = _fresh()
    seen.look(9, WHOLE, (100, 150))
    kept = _fresh()
    assert kept.add(seen.packed())
    assert kept.has(9)
    assert kept.count() == 1
    # In another order the tenth slice is another one.
    assert not _fresh(NAMES[::-1]).add(seen.packed())
    assert not any(_fresh().add(text) for text in ("", "10:0:ff", f"{seen.packed()}zz", seen.packed()[:-2]))
