"""The mouse on one view, and its pixels on screens of every scale."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from window_helpers import grey_of, make_image, make_loaded

from klarsyn.domain.display import DisplayState, Window
from klarsyn.domain.exam import Notice
from klarsyn.imaging.frames import shrink_to
from klarsyn.imaging.grayscale import apply_lut, build_lut
from klarsyn.ui.view.corners import Corners
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState
from klarsyn.ui.view.viewport import Viewport

MIDDLE = QPointF(200, 250)
PRESET = (Window(2048, 4096, explanation="NORMAL"),)


@pytest.fixture
def viewport(qtbot):
    made = Viewport()
    qtbot.addWidget(made)
    made.resize(400, 500)
    loaded = make_loaded(make_image(), windows=PRESET)
    made.show_image(
        Picture(loaded), ViewState(loaded), Corners("R CC", right=False, identity="Testsson, Anna")
    )
    made.window_dragged.connect(lambda dx, dy: made.view.drag_window(dx, dy))
    made.show()
    qtbot.waitExposed(made)
    return made


def _wheel(viewport, delta, modifiers=Qt.KeyboardModifier.NoModifier, at=MIDDLE):
    event = QWheelEvent(
        at,
        QPointF(viewport.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, delta),
        Qt.MouseButton.NoButton,
        modifiers,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def _drag(qtbot, viewport, button, start, end):
    qtbot.mousePress(viewport, button, pos=QPoint(*start))
    qtbot.mouseMove(viewport, QPoint(*end))
    qtbot.mouseRelease(viewport, button, pos=QPoint(*end))


def test_right_drag_widens_the_window(viewport, qtbot) -> None:
    _drag(qtbot, viewport, Qt.MouseButton.RightButton, (100, 100), (200, 100))
    assert viewport.view.window().width == pytest.approx(4096 * 1.25)


def test_left_drag_moves_the_image_and_not_its_grey(viewport, qtbot) -> None:
    before = viewport.transform().offset
    _drag(qtbot, viewport, Qt.MouseButton.LeftButton, (100, 100), (130, 90))
    after = viewport.transform().offset
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((30, -10))
    assert viewport.view.display.window is None


def test_control_and_wheel_zoom_at_the_mouse(viewport) -> None:
    at = QPointF(150, 200)
    before = viewport.transform()
    _wheel(viewport, 120, Qt.KeyboardModifier.ControlModifier, at)
    after = viewport.transform()
    assert after.scale == pytest.approx(before.scale * 1.25)
    assert after.to_image(150, 200) == pytest.approx(before.to_image(150, 200))


def test_the_wheel_alone_asks_for_the_next_image(viewport, qtbot) -> None:
    with qtbot.waitSignal(viewport.turned) as asked:
        _wheel(viewport, -120)
    assert asked.args == [1]


def test_double_click_shows_every_pixel_and_again_the_whole(viewport, qtbot) -> None:
    viewport.resize(150, 200)
    whole = viewport.transform()
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(70, 90))
    assert viewport.transform().scale == pytest.approx(1.0)
    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(70, 90))
    assert viewport.transform() == whole


def test_the_magnifier_changes_the_picture_under_it_and_leaves_no_trace(viewport) -> None:
    before = grey_of(viewport)
    viewport.set_glass(True)
    assert not np.array_equal(grey_of(viewport), before)
    viewport.set_glass(False)
    assert np.array_equal(grey_of(viewport), before)


def test_a_still_press_raises_the_magnifier_until_it_ends(viewport, qtbot) -> None:
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    qtbot.waitUntil(lambda: viewport.glass_is_up)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert not viewport.glass_is_up


def test_identity_and_view_stand_in_the_corner_away_from_the_breast(viewport) -> None:
    with_text = grey_of(viewport).astype(int)
    viewport.corners = Corners("", right=False)
    differs = np.argwhere(np.abs(with_text - grey_of(viewport).astype(int)).max(axis=2) > 0)
    rows, columns = differs[:, 0], differs[:, 1]
    assert rows.max() < 120
    assert columns.max() < 200


def test_notices_are_short_until_the_mouse_asks(viewport, qtbot) -> None:
    sentence = "The header of this file was repaired; the side comes from another attribute."
    viewport.corners.notices = (Notice("header-repair", sentence),)
    short = grey_of(viewport)
    qtbot.mouseMove(viewport, viewport.corners.box_of_notices.center().toPoint())
    assert not np.array_equal(grey_of(viewport), short)
    qtbot.mouseMove(viewport, QPoint(200, 250))
    assert np.array_equal(grey_of(viewport), short)


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 2.0])
def test_every_screen_scale_gets_the_shrunk_pixels_without_a_second_resampling(
    viewport, monkeypatch, ratio
) -> None:
    viewport.resize(80, 120)
    viewport.corners = Corners("", right=False)
    monkeypatch.setattr(Viewport, "ratio", property(lambda self: ratio))
    # Texts and frames would cover much of so small a view.
    for texts in ("paint_corners", "paint_frames"):
        monkeypatch.setattr(f"klarsyn.ui.view.view_painting.{texts}", lambda *_, **__: None)
    width, height = viewport.device_size
    screen = QImage(width, height, QImage.Format.Format_RGB32)
    screen.setDevicePixelRatio(ratio)
    viewport.render(screen)
    got = np.array(screen.constBits()).reshape(height, width, 4)[:, :, 0]
    transform = viewport.transform()
    shape = (round(transform.shown_size[1]), round(transform.shown_size[0]))
    loaded = viewport.picture.loaded
    shrunk = shrink_to(loaded.pyramid.level_for(transform.scale), shape)
    expected = apply_lut(shrunk, build_lut(loaded.grayscale, DisplayState()))
    x, y = round(transform.offset[0]), round(transform.offset[1])
    assert np.array_equal(got[y : y + shape[0], x : x + shape[1]], expected)


def _pixels_of_another_frame(viewport) -> np.ndarray:
    """The same place of the image drawn by a view that has not moved to it."""
    still = Viewport()
    still.resize(viewport.size())
    still.show_image(Picture(viewport.picture.loaded), viewport.view, viewport.corners)
    return grey_of(still)


@pytest.fixture
def shrunk(viewport, qtbot):
    """A view so small that its image is shrunk, at rest after the zoom."""
    viewport.resize(120, 150)
    viewport.zoom(1.3)
    qtbot.waitUntil(lambda: not viewport.gliding)
    return viewport


def test_a_zoom_ends_in_the_still_frame_without_the_reader_doing_anything(shrunk, qtbot) -> None:
    assert shrunk.transform().scale < 1
    frames = []
    shrunk.painted.connect(lambda: frames.append(shrunk.gliding))
    shrunk.zoom(1 / 1.1)
    assert shrunk.gliding
    between = grey_of(shrunk)
    still = _pixels_of_another_frame(shrunk)
    assert not np.array_equal(between, still)
    qtbot.waitUntil(lambda: bool(frames) and frames[-1] is False)
    assert np.array_equal(grey_of(shrunk), still)


def test_a_pan_is_always_drawn_in_still_frames(shrunk) -> None:
    shrunk.pan(7, 5)
    assert not shrunk.gliding
    assert np.array_equal(grey_of(shrunk), _pixels_of_another_frame(shrunk))
