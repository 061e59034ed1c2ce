"""Drawings on one view, as pixels and under the mouse."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from window_helpers import grey_of, make_image, make_loaded

from klarsyn.domain.annotation import Annotation, AnnotationKind
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.domain.display import Window
from klarsyn.domain.exam import Spacing
from klarsyn.domain.shutter import CircularShutter, RectangularShutter, Shutters
from klarsyn.imaging.geometry import Flip
from klarsyn.ui.drawings.annotation_layer import AnnotationLayer
from klarsyn.ui.drawings.tools.film import new_annotation
from klarsyn.ui.drawings.tools.pen import Pen
from klarsyn.ui.theme import theme
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.coverings import Coverings
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

LEFT = Qt.MouseButton.LeftButton
BLACK = {"pixels": np.zeros((300, 200), np.uint16), "windows": (Window(2048, 4096),)}


class Drawn:
    """A reader's drawings without a store."""

    may_change = True

    def __init__(self):
        self.history = AnnotationHistory()

    def on(self, uid, frame=None):
        return self.history.on(uid, frame)


@pytest.fixture
def make_view(qtbot):
    def _make(image=None, flip=None, size=(400, 600), mm_per_px=None, **loaded):
        view = Viewport()
        qtbot.addWidget(view)
        view.resize(*size)
        view.mm_per_px = mm_per_px
        found = make_loaded(image or make_image(), flip=flip, **{**BLACK, **loaded})
        view.show_image(Picture(found), ViewState(found), Corners("", right=False))
        view.corners.screen = ""
        view.show()
        qtbot.waitExposed(view)
        return view

    return _make


@pytest.fixture
def draw_on():
    """Put a layer with drawings of its own over a view; what is drawn goes into them."""

    def _on(view):
        drawings = Drawn()

        def take(_view, film, shape):
            layer.take_pen(None)
            number = len(drawings.history.present)
            drawings.history = drawings.history.added(new_annotation(f"n{number}", film, shape))

        def moved(annotation):
            drawings.history = drawings.history.changed(annotation)

        layer = AnnotationLayer(take, moved)
        layer.drawings = drawings
        view.layers = [layer]
        return layer, drawings

    return _on


def drag(qtbot, view, start, end):
    qtbot.mousePress(view, LEFT, pos=QPoint(*start))
    qtbot.mouseMove(view, QPoint(*end))
    qtbot.mouseRelease(view, LEFT, pos=QPoint(*end))


def extent(pixels, row):
    """First and last bright column around one row: the width of what is drawn there."""
    bright = np.flatnonzero(pixels[row - 1 : row + 2, :, 0].max(axis=0) > 120)
    return bright.min(), bright.max() + 1


@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True, vertical=True)])
@pytest.mark.parametrize(("spacing", "columns"), [(0.5, 100), (0.25, 200), (0.4, 125)])
def test_a_line_of_50_mm_is_as_long_on_the_screen_whatever_the_spacing(
    make_view, draw_on, flip, spacing, columns
):
    image = make_image(
        rows=300, columns=400, laterality=None, spacing=Spacing(spacing, spacing, "PixelSpacing")
    )
    view = make_view(image, flip, (700, 400), mm_per_px=0.25, pixels=np.zeros((300, 400), np.uint16))
    _, drawings = draw_on(view)
    line = ((150.0, 100.0), (150.0 + columns, 100.0))
    drawings.history = drawings.history.added(
        Annotation("a", image.sop_instance_uid, AnnotationKind.LENGTH, line)
    )
    y = round(view.transform().to_viewport(150.0, 100.0)[1])
    pixels = grey_of(view)
    # The words stand beside the line: only the line itself reaches so near to its own height.
    x0, x1 = (view.transform().to_viewport(x, 100.0)[0] for x, _ in line)
    low, high = sorted((round(x0), round(x1)))
    inside = pixels[y - 1 : y + 2, low - 4 : high + 4]
    first, last = extent(inside, 1)
    assert last - first == pytest.approx(50 / 0.25, abs=1)


def test_a_line_is_bright_on_a_dark_halo(make_view, draw_on):
    view = make_view(pixels=np.full((300, 200), 4095, np.uint16))
    _, drawings = draw_on(view)
    drawings.history = drawings.history.added(
        Annotation("a", "1.2.3", AnnotationKind.LENGTH, ((50.0, 20.0), (50.0, 280.0)))
    )
    x = round(view.transform().to_viewport(50.0, 20.0)[0])
    across = grey_of(view)[200, x - 8 : x + 9, 0].astype(int)
    assert across.max() == 255
    assert across[8] > 150 or across[7] > 150
    assert across[4:13].min() < 60


@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True), Flip(vertical=True)])
@pytest.mark.parametrize("zoom", [1.0, 3.0])
def test_what_the_hand_draws_lands_on_the_image_points_under_it(make_view, draw_on, qtbot, flip, zoom):
    view = make_view(flip=flip)
    view.zoom(zoom)
    layer, drawings = draw_on(view)
    layer.take_pen(Pen(AnnotationKind.LENGTH))
    start, end = (190, 300), (260, 330)
    drag(qtbot, view, start, end)
    (drawn,) = drawings.history.present
    ratio, shown = view.ratio, view.transform()
    wanted = [shown.to_image(x * ratio, y * ratio) for x, y in (start, end)]
    assert np.array(drawn.points) == pytest.approx(np.array(wanted))


def test_the_hand_stops_at_the_edge_of_the_film(make_view, draw_on, qtbot):
    view = make_view(size=(800, 400))
    layer, drawings = draw_on(view)
    layer.take_pen(Pen(AnnotationKind.LENGTH))
    x, y = view.transform().to_viewport(100.0, 150.0)
    drag(qtbot, view, (int(x), int(y)), (2, 2))
    (column, row) = drawings.history.present[0].points[1]
    assert 0 <= column <= 200
    assert 0 <= row <= 300


def test_a_drawing_is_taken_hold_of_and_moved_and_the_image_is_not(make_view, draw_on, qtbot):
    view = make_view()
    layer, drawings = draw_on(view)
    drawings.history = drawings.history.added(
        Annotation("a", "1.2.3", AnnotationKind.LENGTH, ((50.0, 150.0), (150.0, 150.0)))
    )
    before = view.transform()
    x, y = before.to_viewport(100.0, 150.0)
    drag(qtbot, view, (round(x), round(y)), (round(x), round(y) + 40))
    moved = drawings.history.present[0].points
    assert moved[0][1] == pytest.approx(150 + 40 / before.scale, abs=1)
    assert layer.chosen == "a"
    assert view.transform() == before
    assert len(drawings.history.past) == 2


def test_without_a_tool_and_off_all_drawings_the_mouse_is_the_views_own(make_view, draw_on, qtbot):
    view = make_view()
    draw_on(view)
    before = view.transform().offset
    drag(qtbot, view, (100, 100), (130, 90))
    assert view.transform().offset != before


def test_right_drag_changes_the_window_with_a_tool_in_the_hand(make_view, draw_on, qtbot):
    view = make_view()
    layer, _ = draw_on(view)
    layer.take_pen(Pen(AnnotationKind.LENGTH))
    dragged = []
    view.window_dragged.connect(lambda dx, dy: dragged.append((dx, dy)))
    qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(150, 100))
    qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=QPoint(150, 100))
    assert dragged


def test_shutters_are_black_from_the_start_and_their_edges_are_seen(make_view):
    shutters = Shutters(RectangularShutter(51, 150, 101, 200), grey=40000)
    view = make_view(pixels=np.full((300, 200), 4095, np.uint16))
    from dataclasses import replace

    view.view.loaded = replace(view.view.loaded, shutters=shutters)
    coverings = Coverings()
    view.layers = [coverings]
    view.one_to_one()
    x, y = (round(v) for v in view.transform().to_viewport(50.0, 100.0))
    pixels = grey_of(view)[:, :, 0]
    assert pixels[y : y + 100, x : x + 100].min() == 255
    assert pixels[y - 20 : y, x + 10].max() == 0
    assert pixels[y + 10, x - 20 : x].max() == 0
    coverings.shutters_on = False
    assert grey_of(view)[y - 10, x + 10, 0] == 255


def test_a_round_shutter_is_round_on_the_screen_although_pixels_are_not_square(make_view):
    from dataclasses import replace

    image = make_image(spacing=Spacing(0.2, 0.1, "PixelSpacing"))
    view = make_view(image, size=(500, 1400), pixels=np.full((300, 200), 4095, np.uint16))
    view.view.loaded = replace(view.view.loaded, shutters=Shutters(circle=CircularShutter(150, 100, 60)))
    view.layers = [Coverings()]
    x, y = (round(v) for v in view.transform().to_viewport(99.5, 149.5))
    bright = grey_of(view)[:, :, 0] == 255
    assert bright[y].sum() == pytest.approx(bright[:, x].sum(), abs=3)


def test_the_magnifier_does_not_look_behind_a_shutter(make_view):
    from dataclasses import replace

    from PySide6.QtCore import QPointF

    view = make_view(pixels=np.full((300, 200), 4095, np.uint16))
    view.view.loaded = replace(view.view.loaded, shutters=Shutters(RectangularShutter(1, 1, 1, 1)))
    view.layers = [Coverings()]
    view.raise_glass(QPointF(200, 300))
    assert grey_of(view)[270:330, 170:230, 0].max() == 0


@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True), Flip(vertical=True)])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_an_overlay_plane_lies_on_its_pixels_and_a_thin_line_does_not_fade(make_view, flip, zoom):
    from klarsyn.domain.overlay_plane import OverlayPlane

    mask = np.zeros((1, 300, 200), np.bool_)
    mask[0, 100, 20:80] = True
    view = make_view(flip=flip, size=(700, 700))  # the whole image, at every zoom
    view.one_to_one()
    view.zoom(zoom)
    coverings = Coverings()
    view.layers = [coverings]
    coverings.planes = {"1.2.3": (OverlayPlane(0x6000, mask),)}
    x, y = (round(v) for v in view.transform().to_viewport(50.5, 100.5))
    pixels = grey_of(view)[:, :, 0]
    assert pixels[y - 1 : y + 2, x].max() > theme().text.blue() * 0.6
    assert pixels[y - 8, x] == 0
    beyond = round(view.transform().to_viewport(90.0, 100.5)[0])
    assert pixels[y - 1 : y + 2, beyond].max() == 0
