"""Which views move together, and for how long."""

from dataclasses import replace

import pytest
from window_helpers import make_image, make_loaded

from klarsyn.domain.exam import Laterality
from klarsyn.imaging.orientation import Flip, hanging_flip
from klarsyn.ui.hanging.hanging_grid import HangingGrid
from klarsyn.ui.hanging.linking import move_along
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport


def _view(qtbot, side: Laterality, *, turned: bool = False) -> Viewport:
    view = Viewport()
    qtbot.addWidget(view)
    view.resize(150, 200)
    loaded = make_loaded(make_image(f"1.{side.value}", laterality=side))
    flip = hanging_flip(loaded.image, None)[0]
    loaded = replace(loaded, flip=Flip(not flip.horizontal, flip.vertical) if turned else flip)
    view.show_image(Picture(loaded), ViewState(loaded), Corners("CC", right=False))
    return view


@pytest.mark.parametrize(("first_turned", "second_turned"), [(True, False), (False, True)])
def test_an_image_that_a_presentation_state_has_turned_neither_leads_nor_follows(
    qtbot, first_turned, second_turned
) -> None:
    first = _view(qtbot, Laterality.RIGHT, turned=first_turned)
    second = _view(qtbot, Laterality.LEFT, turned=second_turned)
    first.zoom(2.0)
    move_along(first, (first, second))
    assert second.view.display.zoom == 1.0


def test_images_that_hang_as_usual_move_together(qtbot) -> None:
    first, second = _view(qtbot, Laterality.RIGHT), _view(qtbot, Laterality.LEFT)
    first.zoom(2.0)
    move_along(first, (first, second))
    assert second.view.display.zoom == pytest.approx(2.0)


def test_the_next_patient_begins_with_windows_linked_and_moves_alone(qtbot) -> None:
    grid = HangingGrid()
    qtbot.addWidget(grid)
    grid.linked, grid.looks.moves_linked = False, True
    grid.clear()
    assert grid.linked
    assert not grid.looks.moves_linked
