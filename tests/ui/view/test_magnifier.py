"""The glass: every pixel of the image under it, grey of its own while it is up, and no trace afterwards."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import QApplication
from window_helpers import grey_of, make_image, make_loaded, press

from klarsyn.domain.display import DisplayState, Window
from klarsyn.imaging.geometry import Flip
from klarsyn.imaging.grayscale import build_lut
from klarsyn.ui.view import magnifier
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.magnifier import DIAMETER
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

WINDOWS = (Window(2048, 4096, explanation="NORMAL"), Window(1500, 1000, explanation="HARDER"))
WIDE = Window(1000, 3000)
AT = QPoint(230, 270)
RIM = 4


@pytest.fixture(autouse=True)
def without_texts(monkeypatch) -> None:
    """Nothing stands over the image."""
    for texts in ("paint_corners", "paint_frames"):
        monkeypatch.setattr(f"klarsyn.ui.view.view_painting.{texts}", lambda *_, **__: None)


@pytest.fixture
def make_view(qtbot):
    def _make(flip: Flip | None = None, **grey: object) -> Viewport:
        made = Viewport()
        qtbot.addWidget(made)
        made.resize(460, 540)
        loaded = make_loaded(make_image(rows=2800, columns=2100), flip=flip, windows=WINDOWS, **grey)
        made.show_image(Picture(loaded), ViewState(loaded), Corners("R CC", right=False))
        made.window_dragged.connect(lambda dx, dy: made.view.drag_window(dx, dy))
        made.show()
        qtbot.waitExposed(made)
        return made

    return _make


def pixels(view: Viewport, ratio: float = 1.0) -> np.ndarray:
    """What the view paints on a screen of `ratio` device pixels per logical pixel."""
    width, height = view.device_size
    screen = QImage(width, height, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    view.render(screen)
    return np.array(screen.constBits()).reshape(height, width, 4)[:, :, 0].copy()


def under(view: Viewport, at: QPointF, ratio: float = 1.0) -> np.ndarray:
    """Which device pixels lie within the glass and away from its rim."""
    width, height = view.device_size
    y, x = np.mgrid[0:height, 0:width] + 0.5
    return np.hypot(x / ratio - at.x(), y / ratio - at.y()) < DIAMETER / 2 - RIM


def image_through(
    view: Viewport, at: QPointF, state: DisplayState, ratio: float = 1.0, scale: float = 1.0
) -> np.ndarray:
    """The image at `scale` device pixels a pixel, about the point under the glass, by a state's table."""
    about = (at.x() * ratio, at.y() * ratio)
    now = view.transform()
    close = now.zoomed(scale / now.scale, about)
    width, height = view.device_size
    columns = [close.pixel_at(x + 0.5, about[1]) for x in range(width)]
    rows = [close.pixel_at(about[0], y + 0.5) for y in range(height)]
    lut, stored = build_lut(view.picture.loaded.grayscale, state), view.picture.loaded.pyramid.levels[0]
    shown = np.zeros((height, width), np.uint8)
    inside = np.ix_([at is not None for at in rows], [at is not None for at in columns])
    shown[inside] = lut[stored[np.ix_([at[1] for at in rows if at], [at[0] for at in columns if at])]]
    return shown


@pytest.mark.invariant(4)
@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
@pytest.mark.parametrize("flip", [Flip(), Flip(horizontal=True, vertical=False), Flip(True, True)])
def test_grey_values_are_honest_each_pixel_under_the_glass_is_one_of_the_image_through_its_table(
    make_view, monkeypatch, flip, ratio
) -> None:
    view = make_view(flip)
    monkeypatch.setattr(Viewport, "ratio", property(lambda self: ratio))
    assert view.transform().scale < 0.5
    at = QPointF(AT)
    view.raise_glass(at)
    got, inside = pixels(view, ratio), under(view, at, ratio)
    assert inside.sum() > 60_000 * ratio**2
    expected = image_through(view, at, view.view.display, ratio)
    assert np.array_equal(got[inside], expected[inside])


def test_over_a_view_at_one_to_one_the_glass_is_twice_as_close(make_view) -> None:
    view = make_view()
    at = QPointF(AT)
    view.one_to_one(at)
    view.raise_glass(at)
    got, inside = pixels(view).astype(int), under(view, at)
    expected = image_through(view, at, view.view.display, scale=2.0)
    # Between two pixels of the image the glass shows what lies between; the test's table does not.
    assert (np.abs(got - expected)[inside] <= 1).mean() > 0.95


@pytest.mark.invariant(4)
def test_grey_values_are_honest_a_window_of_the_glass_is_the_glasss_alone_and_stands_at_its_edge(
    make_view, monkeypatch
) -> None:
    written = []
    write = magnifier.write
    monkeypatch.setattr(magnifier, "write", lambda *a, **k: written.append(a[2]) or write(*a, **k))
    view, at = make_view(), QPointF(AT)
    before = pixels(view)
    view.raise_glass(at)
    pixels(view)
    assert not written
    view.change_glass(lambda grey: setattr(grey.display, "window", WIDE))
    got, inside = pixels(view), under(view, at)
    assert np.array_equal(got[inside], image_through(view, at, DisplayState(window=WIDE))[inside])
    assert written == ["glass: own window 1000/3000"]
    far = np.zeros_like(inside)
    far[: int(at.y() - DIAMETER / 2) - 30] = True
    assert np.array_equal(got[far], before[far])
    assert view.view.display == DisplayState()


def test_the_grey_of_the_glass_goes_down_with_it_and_leaves_no_trace(make_view) -> None:
    view, at = make_view(), QPointF(AT)
    before = pixels(view)
    view.raise_glass(at)
    as_the_view = pixels(view)
    view.change_glass(lambda grey: setattr(grey.display, "inverted", True))
    assert not np.array_equal(pixels(view), as_the_view)
    view.set_glass(False)
    assert np.array_equal(pixels(view), before)
    view.raise_glass(at)
    assert np.array_equal(pixels(view), as_the_view)


def test_a_glass_that_is_back_at_the_views_grey_says_nothing(make_view) -> None:
    view = make_view()
    view.raise_glass(QPointF(AT))
    view.change_glass(lambda grey: grey.next_preset())
    assert view.glass.words(view.view) == "glass: HARDER 1500/1000"
    view.change_glass(lambda grey: grey.previous_preset())
    assert view.glass.words(view.view) == ""


def test_words_of_the_glass_stay_within_the_view(make_view) -> None:
    view = make_view()
    for at in (QPointF(2, 2), QPointF(458, 538)):
        view.raise_glass(at)
        without = pixels(view)
        view.change_glass(lambda grey: grey.next_preset())
        outside = ~under(view, at, 1.0) & (np.abs(pixels(view).astype(int) - without) > 60)
        # Letters, whole: no less of them than in the middle, where there is room on all sides.
        assert outside.sum() > 300
        view.set_glass(False)


def test_right_drag_changes_the_window_under_the_glass_which_stays_where_it_is(make_view, qtbot) -> None:
    view = make_view()
    view.raise_glass(QPointF(AT))
    end = AT + QPoint(100, 40)
    qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=AT)
    qtbot.mouseMove(view, end)
    assert view.glass.at == QPointF(AT)
    qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=end)
    window = view.glass.display(view.view).window
    assert (window.center, window.width) == pytest.approx((2048 + 0.1 * 4096, 4096 * 1.25))
    assert view.view.display.window is None
    qtbot.mouseMove(view, end)
    assert view.glass.at == QPointF(end)


def test_while_one_button_holds_the_glass_the_other_changes_its_window(make_view, qtbot) -> None:
    view = make_view()
    qtbot.mousePress(view, Qt.MouseButton.LeftButton, pos=AT)
    qtbot.waitUntil(lambda: view.glass_is_up)
    qtbot.mousePress(view, Qt.MouseButton.RightButton, pos=AT)
    qtbot.mouseMove(view, AT + QPoint(100, 0))
    qtbot.mouseRelease(view, Qt.MouseButton.RightButton, pos=AT + QPoint(100, 0))
    assert view.glass.display(view.view).window.width == pytest.approx(4096 * 1.25)
    before = view.transform()
    qtbot.mouseMove(view, AT + QPoint(60, 60))
    assert view.glass.at == QPointF(AT + QPoint(60, 60))
    assert view.transform() == before
    qtbot.mouseRelease(view, Qt.MouseButton.LeftButton, pos=AT)
    assert not view.glass_is_up
    assert view.view.display.window is None


def test_another_image_of_the_place_begins_with_its_own_grey_under_the_glass(make_view) -> None:
    view = make_view()
    view.raise_glass(QPointF(AT))
    view.change_glass(lambda grey: grey.next_preset())
    other = replace(view.picture.loaded)
    view.show_image(Picture(other), ViewState(other), Corners("R CC", right=False))
    assert view.glass.words(view.view) == ""


@pytest.fixture
def page(make_workplace, import_exams, open_exam):
    import_exams(1)
    workplace = make_workplace()
    open_exam(workplace)
    return workplace.reading


def _glass_key(page, kind: QEvent.Type) -> None:
    QApplication.sendEvent(page, QKeyEvent(kind, Qt.Key.Key_M, Qt.KeyboardModifier.NoModifier))


def test_keys_for_windows_act_on_the_glass_while_it_is_up_and_then_on_the_view_again(page) -> None:
    viewport = page.grid.viewport
    label = viewport.view.label
    whole = grey_of(page.grid)
    _glass_key(page, QEvent.Type.KeyPress)
    press(page, Qt.Key.Key_I)
    assert viewport.glass.words(viewport.view) == f"glass: {label} inverted"
    press(page, Qt.Key.Key_P)
    assert viewport.glass.words(viewport.view).startswith("glass: auto ")
    assert viewport.glass.words(viewport.view).endswith(" inverted")
    assert {view.label for view in page.grid.views.values()} == {label}
    _glass_key(page, QEvent.Type.KeyRelease)
    assert np.array_equal(grey_of(page.grid), whole)
    press(page, Qt.Key.Key_I)
    assert viewport.view.display.inverted
