"""Pixels count as seen only while nothing lies over them."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget
from window_helpers import grey_of, make_image, make_loaded

from klarsyn.domain.shutter import RectangularShutter, Shutters
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.coverings import Coverings
from klarsyn.ui.view.in_sight import in_sight
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport


@pytest.fixture
def page(qtbot):
    """A window with one view of 200 by 300 pixels in a grid, which shows every pixel."""
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(420, 340)
    grid = QWidget(window)
    grid.setGeometry(10, 20, 400, 310)
    view = Viewport(grid)
    view.setGeometry(0, 0, 200, 300)
    window.grid, window.view = grid, view
    window.show()
    return window


def _look(page, shutters=None) -> float:
    """Show an image, paint it and return the share that counts as seen."""
    loaded = replace(make_loaded(make_image()), shutters=shutters)
    page.view.show_image(Picture(loaded), ViewState(loaded), Corners("R CC", right=False))
    grey_of(page.view)
    assert page.view.transform().scale == pytest.approx(1.0)
    return page.view.view.coverage.share


def _float(parent: QWidget, x: int, y: int) -> QWidget:
    float_ = QWidget(parent)
    float_.setGeometry(x, y, 60, 60)
    float_.show()
    return float_


HALF = Shutters(rectangle=RectangularShutter(left=1, right=100, upper=1, lower=300))
WHOLE = Shutters(rectangle=RectangularShutter(left=1, right=200, upper=1, lower=300))


def test_with_nothing_over_it_every_pixel_on_the_screen_is_seen(page) -> None:
    assert _look(page) == 1.0


def test_nothing_is_seen_while_a_shutter_hides_a_part(page) -> None:
    page.view.layers = [Coverings()]
    assert _look(page, HALF) == 0.0


def test_a_shutter_that_the_reader_has_opened_hides_nothing(page) -> None:
    coverings = Coverings()
    coverings.shutters_on = False
    page.view.layers = [coverings]
    assert _look(page, HALF) == 1.0


def test_a_shutter_round_the_whole_image_hides_nothing(page) -> None:
    page.view.layers = [Coverings()]
    assert _look(page, WHOLE) == 1.0


@pytest.mark.parametrize("level", ["grid", "page"])
def test_nothing_is_seen_under_a_float_of_the_grid_or_of_the_page_until_it_goes(page, level) -> None:
    float_ = _float(page.grid if level == "grid" else page, 150, 200)
    assert _look(page) == 0.0
    float_.hide()
    grey_of(page.view)
    assert page.view.view.coverage.share == 1.0


def test_a_float_beside_the_image_takes_nothing_away(page) -> None:
    # In the page's own count it lies right of the view, and its number for x is that of the view's edge.
    _float(page, 210, 20)
    _float(page.grid, 200, 0)
    assert _look(page) == 1.0


def test_what_lies_below_the_view_hides_nothing(page) -> None:
    _float(page.grid, 0, 0).lower()
    assert _look(page) == 1.0


def test_a_hidden_window_has_no_float_in_sight(page) -> None:
    _float(page.grid, 0, 0).hide()
    _look(page)
    assert in_sight(page.view, page.view.transform())


def test_nothing_is_seen_under_a_raised_glass_until_it_goes_down(page) -> None:
    page.view.raise_glass(QPointF(100, 150))
    assert _look(page) == 0.0
    page.view.set_glass(False)
    grey_of(page.view)
    assert page.view.view.coverage.share == 1.0
