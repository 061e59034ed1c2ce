"""Words beside drawings on a view: legible, and clear of outlines, corner texts, marks and each other."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QRectF, Qt
from window_helpers import grey_of, make_image, make_loaded, make_result

from klarsyn.domain.annotation import Annotation, AnnotationKind, ellipse_in_box
from klarsyn.domain.annotation_history import AnnotationHistory
from klarsyn.domain.display import Window
from klarsyn.domain.exam import Spacing
from klarsyn.imaging.geometry import Flip
from klarsyn.ui.drawings.annotation_layer import AnnotationLayer
from klarsyn.ui.drawings.tools.pen import Pen
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

LEFT = Qt.MouseButton.LeftButton
UID = "1.2.3"
ELLIPSE = Annotation("e", UID, AnnotationKind.ELLIPSE, ellipse_in_box((60.0, 100.0), (120.0, 160.0)))
LENGTH = Annotation("l", UID, AnnotationKind.LENGTH, ((40.0, 200.0), (140.0, 220.0)))
ANGLE = Annotation("a", UID, AnnotationKind.ANGLE, ((40.0, 60.0), (90.0, 80.0), (150.0, 40.0)))
ARROW = Annotation("w", UID, AnnotationKind.ARROW, ((150.0, 250.0), (110.0, 180.0)), "Förtätning, åäö ÅÄÖ")
TEXT = Annotation("t", UID, AnnotationKind.TEXT, ((30.0, 270.0),), "känt ärr")
ALL = (ELLIPSE, LENGTH, ANGLE, ARROW, TEXT)


class Drawn:
    """A reader's drawings without a store."""

    may_change = True

    def __init__(self, drawings):
        self.history = AnnotationHistory(tuple(drawings))

    def on(self, uid, frame=None):
        return self.history.on(uid, frame)


@pytest.fixture
def show(qtbot):
    """Show drawings on an evenly grey film; returns the view and the layer."""

    def _show(*drawings, size=(500, 700), flip=None, level=2000, **facts):
        image = make_image(spacing=Spacing(0.1, 0.1, "PixelSpacing"))
        pixels = np.full((300, 200), level, np.uint16)
        loaded = make_loaded(image, pixels, flip, windows=(Window(2048, 4096),))
        view = Viewport()
        qtbot.addWidget(view)
        view.resize(*size)
        view.show_image(Picture(loaded), ViewState(loaded), Corners("R CC", right=False, **facts))
        layer = AnnotationLayer(lambda *_: None, lambda moved: moved)
        layer.drawings = Drawn(drawings)
        view.layers = [layer]
        view.show()
        qtbot.waitExposed(view)
        view.grab()
        return view, layer

    return _show


def outline(view, annotation):
    placed = view.transform().points_to_viewport(annotation.outline()) / view.ratio
    return [QPointF(float(x), float(y)) for x, y in placed]


@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True), Flip(vertical=True)])
@pytest.mark.parametrize("zoom", [0.5, 1.0, 2.0])
def test_no_words_lie_over_an_outline_or_other_words_or_beyond_the_view(show, flip, zoom):
    view, layer = show(*ALL, flip=flip)
    view.zoom(zoom, QPointF(250, 350))
    view.grab()
    boxes = layer.words_on(view)
    in_sight = [a for a in ALL if any(QRectF(view.rect()).contains(p) for p in outline(view, a))]
    assert set(boxes) == {a.annotation_id for a in in_sight}
    assert len(in_sight) >= 4
    for annotation in in_sight:
        box = boxes[annotation.annotation_id]
        assert QRectF(view.rect()).contains(box)
        for other in (ELLIPSE, LENGTH, ANGLE):
            assert not any(box.contains(point) for point in outline(view, other))
    found = list(boxes.values())
    assert not any(a.intersects(b) for n, a in enumerate(found) for b in found[:n])


def test_words_are_bright_on_a_dark_halo_even_on_white_tissue(show):
    view, layer = show(LENGTH, level=4095)
    box = layer.words_on(view)["l"].toRect()
    grey = grey_of(view)[box.top() : box.bottom(), box.left() : box.right(), 0]
    assert grey.max() > 180
    assert (grey < 60).mean() > 0.15


def test_words_leave_the_corner_texts_free(show):
    near = Annotation("n", UID, AnnotationKind.ELLIPSE, ellipse_in_box((2.0, 2.0), (12.0, 10.0)))
    view, layer = show(near, identity="Prov, Anna 19500101-0000", day="2026-01-05", technique="28 kV, 90 mAs")
    view.grab()
    box = layer.words_on(view)["n"]
    assert len(view.corners.written) >= 4
    assert not any(box.intersects(written) for written in view.corners.written)


def test_words_leave_marks_of_the_ai_and_their_numbers_free(show):
    class Pictured:
        exam_id = "x"
        images = ()

    view, layer = show(Annotation("n", UID, AnnotationKind.LENGTH, ((40.0, 100.0), (75.0, 75.0))))
    finding = make_result(Pictured(), moment=None).findings[0]
    from klarsyn.domain.finding import Mark

    box = ((80.0, 60.0), (110.0, 60.0), (110.0, 90.0), (80.0, 90.0))
    view.marks = ((finding, Mark(UID, box, 71)),)
    view.grab()
    words = layer.words_on(view)["n"]
    (placed,) = view.placed_marks()
    assert not words.intersects(placed.box)
    assert not words.intersects(placed.number)


def test_what_words_occupy_is_told_to_other_layers_and_forgotten_with_the_drawing(show):
    view, layer = show(LENGTH)
    assert list(layer.occupied(view)) == [layer.words_on(view)["l"]]
    layer.drawings = Drawn(())
    view.grab()
    assert not layer.occupied(view)


def test_long_words_are_folded_and_a_single_long_word_is_cut_so_that_all_is_in_the_view(show):
    long = Annotation("w", UID, AnnotationKind.TEXT, ((100.0, 150.0),), "Å" * 100 + " " + "ord " * 24)
    view, layer = show(long, size=(260, 400))
    assert QRectF(view.rect()).contains(layer.words_on(view)["w"])


def test_a_text_is_taken_by_its_words_and_a_measure_is_only_chosen_by_them(show, qtbot):
    view, layer = show(TEXT, LENGTH)
    moved = []
    layer._moved = moved.append
    for name in ("t", "l"):
        start = layer.words_on(view)[name].center().toPoint()
        qtbot.mousePress(view, LEFT, pos=start)
        qtbot.mouseMove(view, start + QPoint(0, -30))
        qtbot.mouseRelease(view, LEFT, pos=start + QPoint(0, -30))
        assert layer.chosen == name
    assert [a.annotation_id for a in moved] == ["t"]


def test_the_value_of_a_length_stays_in_sight_while_one_end_of_it_is_zoomed_out_of_it(show):
    view, layer = show(LENGTH)
    view.one_to_one()
    view.zoom(8.0)
    column, row = LENGTH.points[0]
    x, y = view.transform().to_viewport(column, row)
    view.pan(250 - x, 350 - y)
    view.grab()
    assert "l" in layer.words_on(view)


@pytest.mark.parametrize("right", [False, True])
def test_a_long_hint_of_a_tool_is_folded_beside_the_notices_and_covers_none_of_them(show, right):
    view, layer = show(size=(420, 500), credit="a credit of some length")
    view.corners.right, view.current = right, True
    without = grey_of(view)
    layer.take_pen(Pen(AnnotationKind.POLYGON))
    layer.hint = "Polygon: click its corners; the first one, a double click or Enter closes it"
    changed = (grey_of(view) != without).any(axis=2)
    assert changed[430:].any()
    credit = view.corners.written[-1].toAlignedRect()
    assert not changed[credit.top() : credit.bottom(), credit.left() : credit.right()].any()
