"""The bar of slices stands at the air side, gives each slice a height, and gives way to the breast at 1:1."""

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from stack_fixtures import open_stack

from klarsyn.ui.slices.slice_bar_place import BarPlace

__all__ = ["open_stack"]


@given(st.integers(2, 500), st.floats(60, 4000), st.booleans())
def test_each_slice_has_its_own_height_and_the_lowest_stands_below(count, height, right) -> None:
    place = BarPlace(800.0, height, right, count)
    assert all(place.index_at(place.middle_of(n)) == n for n in range(count))
    assert place.y_of(0) > place.y_of(count - 1)
    assert (place.index_at(-50.0), place.index_at(height + 50.0)) == (count - 1, 0)


def test_it_stands_at_the_side_of_the_air(open_stack) -> None:
    viewport = open_stack(6).reading.grid.viewport
    # A left breast hangs with its chest wall on the left.
    assert viewport.bar.place.right
    assert viewport.bar.is_shown(viewport.transform())


def test_at_one_to_one_it_gives_way_to_the_breast_until_the_mouse_comes(open_stack) -> None:
    workplace = open_stack(6, size=(340, 360))
    viewport = workplace.reading.grid.viewport
    viewport.one_to_one()
    # So large that the nipple reaches the bar while the chest wall stays at its edge.
    viewport.zoom(2.0)
    nipple = viewport.transform().to_viewport(viewport.view.coverage.breast_box[2], 160)[0]
    viewport.pan(viewport.width() - 4 - nipple / viewport.ratio, 0.0)
    workplace.reading.grab()
    assert not viewport.bar.is_shown(viewport.transform())
    assert not viewport.bar.covers(viewport.transform())
    place = viewport.bar.place
    QTest.mouseMove(viewport, QPoint(round(place.left) + 3, 60))
    assert viewport.bar.is_shown(viewport.transform())
    # What lies under it is not counted as seen meanwhile.
    assert viewport.bar.covers(viewport.transform())
