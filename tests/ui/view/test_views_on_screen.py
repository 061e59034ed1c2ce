"""What protocols and hands do to views, by the pixels that are grabbed from the real window."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from small_mammograms import COLUMNS, ROWS
from window_helpers import grey_of, settle

from klarsyn.ui.actions.command import Command

BAR_MM = 6.0


@pytest.fixture(autouse=True)
def without_texts(monkeypatch) -> None:
    """Nothing stands over the images."""
    for texts in ("paint_corners", "paint_frames"):
        monkeypatch.setattr(f"klarsyn.ui.view.view_painting.{texts}", lambda *_, **__: None)


def grabbed(viewport) -> np.ndarray:
    return grey_of(viewport)[:, :, 0].astype(int)


def step_to(workplace, qtbot, title: str) -> tuple:
    """Go to a step of the protocol; returns its views."""
    page = workplace.reading
    for _ in page.grid.hung.sequence.steps:
        if page.grid.hung.step.step.title.en == title:
            break
        page.commands.do(Command.STEP_FORWARD)
    settle(qtbot, workplace)
    assert page.grid.hung.step.step.title.en == title
    return page.grid.viewports


def bar_of(mm: float):
    """A white bar of 6 mm on black, as stored at a spacing of `mm`."""

    def pixels(_side: str) -> bytes:
        stored = np.zeros((ROWS, COLUMNS), np.uint16)
        stored[ROWS // 2 - 20 : ROWS // 2 + 20, 35 : 35 + round(BAR_MM / mm)] = 4095
        return stored.tobytes()

    return pixels


def test_a_bar_is_as_long_in_the_prior_as_in_the_exam_whatever_their_pixels(
    take_in, make_workplace, open_exam, qtbot
) -> None:
    take_in(1, "20231120", pixels=bar_of(0.05), ImagerPixelSpacing=[0.05, 0.05])
    exam_id = take_in(2, "20260102", pixels=bar_of(0.1))
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    views = step_to(workplace, qtbot, "CC over prior")
    lengths = []
    for view in views:
        middle = round(view.transform().to_viewport(0, ROWS / 2)[1])
        # A bar's end may lie within a device pixel: what it covers of it counts.
        lengths.append(grabbed(view)[middle].sum() / 255)
    assert len(lengths) == 4
    assert lengths == pytest.approx([BAR_MM / views[0].mm_per_px] * 4, abs=1.0)
    # The prior has twice as many pixels for it.
    drawn = [v.transform().column_scale for v in views]
    assert drawn[0] == pytest.approx(2 * drawn[2])


def mirrored(side: str) -> bytes:
    """A pattern without any symmetry on the right, and its mirror image on the left."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    wave = 220 * np.sin(rows / 9 + columns / 23) + 150 * np.cos(columns * (rows + 40) / 2900)
    stored = (1600 + wave).clip(0, 4095).astype(np.uint16)
    return np.ascontiguousarray(stored if side == "R" else stored[:, ::-1]).tobytes()


@pytest.fixture
def pair(take_in, make_workplace, open_exam, qtbot):
    """The CC of both sides, mirror images of each other, whose places are linked."""
    exam_id = take_in(1, "20260102", pixels=mirrored)
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    right, left = step_to(workplace, qtbot, "CC pair")
    workplace.reading.commands.do(Command.LINK_PAN)
    return workplace.reading, right, left


def at_rest(qtbot, *views) -> list[np.ndarray]:
    qtbot.waitUntil(lambda: not any(view.gliding for view in views))
    return [grabbed(view) for view in views]


def as_mirror_images(right: np.ndarray, left: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Both from their chest wall on, which lies in the middle of the window."""
    wide = min(right.shape[1], left.shape[1])
    return right[:, ::-1][:, :wide], left[:, :wide]


def wheel(view, at: QPoint, steps: int) -> None:
    event = QWheelEvent(
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * steps),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(qtbot, view, button: Qt.MouseButton, start: QPoint, end: QPoint) -> None:
    qtbot.mousePress(view, button, pos=start)
    qtbot.mouseMove(view, end)
    qtbot.mouseRelease(view, button, pos=end)


def test_linked_views_stay_mirror_images_to_the_pixel_at_one_to_one(pair, qtbot) -> None:
    page, right, left = pair
    right.resize(130, 170)
    left.resize(130, 170)
    before = at_rest(qtbot, right, left)
    page.commands.do(Command.ONE_TO_ONE)
    drag(qtbot, right, Qt.MouseButton.MiddleButton, QPoint(60, 60), QPoint(83, 47))
    after = at_rest(qtbot, right, left)
    assert np.array_equal(*as_mirror_images(*after))
    assert not np.array_equal(after[1], before[1])
    assert (after[1] > 0).mean() > 0.4


@pytest.mark.parametrize("leader", [0, 1])
def test_zoom_and_drag_of_one_side_show_the_mirrored_part_of_the_other(pair, qtbot, leader) -> None:
    _, *views = pair
    whole = at_rest(qtbot, *views)
    wheel(views[leader], QPoint(200, 330), 2)
    drag(qtbot, views[leader], Qt.MouseButton.LeftButton, QPoint(200, 300), QPoint(171, 341))
    after = at_rest(qtbot, *views)
    one, other = as_mirror_images(*after)
    # Where a pixel of the screen lies between pixels of the image, rounding may give the next grey.
    assert np.abs(one - other).mean() < 1.0
    assert np.abs(one - other).max() <= 12
    # The other side has moved, and what it shows is not what this one shows unmirrored.
    assert np.abs(after[1 - leader] - whole[1 - leader]).mean() > 10
    assert np.abs(one[:, ::-1] - other).mean() > 10


def test_a_side_that_is_not_linked_stays_to_the_pixel(pair, qtbot) -> None:
    page, right, left = pair
    page.commands.do(Command.LINK_PAN)
    before = at_rest(qtbot, left)[0]
    wheel(right, QPoint(200, 330), 2)
    drag(qtbot, right, Qt.MouseButton.LeftButton, QPoint(200, 300), QPoint(171, 341))
    assert np.array_equal(at_rest(qtbot, left)[0], before)


def every_value(_side: str) -> bytes:
    """Values of twelve bits from left to right and on."""
    return (np.arange(ROWS * COLUMNS) % 4096).astype(np.uint16).tobytes()


def linear(x: np.ndarray, center: float, width: float) -> np.ndarray:
    """PS3.3 C.11.2.1.2.1, as a level of eight bits."""
    y = ((x - (center - 0.5)) / (width - 1) + 0.5).clip(0, 1)
    return np.floor(255 * y + 0.5).astype(int)


@pytest.mark.invariant(4)
def test_grey_values_are_honest_each_move_of_a_window_drag_is_one_frame_of_its_formulas_grey(
    take_in, make_workplace, open_exam, qtbot
) -> None:
    workplace = make_workplace()
    open_exam(workplace, take_in(1, "20260102", pixels=every_value))
    views = workplace.reading.grid.viewports
    workplace.reading.commands.do(Command.ONE_TO_ONE)
    QApplication.processEvents()
    stored = (np.arange(ROWS * COLUMNS) % 4096).reshape(ROWS, COLUMNS)
    frames = []
    for view in views:
        view.painted.connect(lambda view=view: frames.append(view))
    center, width, at = 1600.0, 800.0, QPoint(120, 100)
    qtbot.mousePress(views[0], Qt.MouseButton.RightButton, pos=at)
    QApplication.processEvents()
    for dx, dy in ((40, 0), (0, 25), (-61, 13), (7, -90)):
        at += QPoint(dx, dy)
        frames.clear()
        qtbot.mouseMove(views[0], at)
        QApplication.processEvents()
        # All views are linked: each is painted, and each once.
        assert sorted(map(id, frames)) == sorted(map(id, views))
        # 400 pixels of dragging are the whole width that there is, of the move before.
        center, width = center + dy * width / 400, width + dx * width / 400
        transform = views[0].transform()
        assert transform.scale == pytest.approx(1.0)
        left, top = (math.ceil(each - 0.5) for each in transform.offset)
        shown = grabbed(views[0])[max(0, top) : top + ROWS, max(0, left) : left + COLUMNS]
        part = stored[max(0, -top) :, max(0, -left) :][: shown.shape[0], : shown.shape[1]]
        assert shown.size > 10_000
        assert np.abs(shown - linear(part, center, width)).max() == 0


def test_beside_a_view_at_true_size_the_others_say_what_they_are_not(
    take_in, make_workplace, open_exam, qtbot
) -> None:
    workplace = make_workplace()
    open_exam(workplace, take_in(1, "20260102"))
    page = workplace.reading
    first, *others = page.grid.viewports
    QApplication.processEvents()
    assert not any("true size" in view.corners.size for view in (first, *others))
    page.commands.do(Command.TRUE_SIZE)
    qtbot.waitUntil(lambda: all("true size" in view.corners.size for view in others))
    assert "true size, screen not measured" in first.corners.size
    for view in others:
        share = view.transform().column_scale * view.pixel_mm[0] / 0.1
        assert f"{share:.3g} × true size" in view.corners.size
    # One of them comes to true size, too; then the first one is whole again, and nobody says anything.
    page.grid.pick(1)
    page.commands.do(Command.TRUE_SIZE)
    qtbot.waitUntil(lambda: "×" not in others[0].corners.size)
    assert "×" not in first.corners.size
    page.commands.do(Command.FIT)
    qtbot.waitUntil(lambda: not any("true size" in v.corners.size for v in page.grid.viewports))


def test_an_image_without_a_real_size_says_beside_true_size_that_it_is_not(
    take_in, make_workplace, open_exam, qtbot
) -> None:
    take_in(1, "20231120", ImagerPixelSpacing=None)
    exam_id = take_in(2, "20260102")
    workplace = make_workplace()
    open_exam(workplace, exam_id)
    now, _, prior, _ = step_to(workplace, qtbot, "CC over prior")
    workplace.reading.grid.pick(0)
    workplace.reading.commands.do(Command.TRUE_SIZE)
    qtbot.waitUntil(lambda: "not at true size" in prior.corners.size)
    assert "not at true size" not in now.corners.size
