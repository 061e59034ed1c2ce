"""Slices of tomosynthesis: scrolled, run as a cine, thickened to slabs, each by its own grey scale."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from stack_fixtures import open_stack, slices
from window_helpers import grey_of, press

from klarsyn.dicom.errors import UnreadableFile
from klarsyn.imaging.grayscale import apply_lut, build_lut
from klarsyn.imaging.slab import SlabKind
from klarsyn.reading.volume_frames import VolumeFrames
from klarsyn.ui.actions.command import Command
from klarsyn.ui.view.mouse import NOTCH

__all__ = ["open_stack"]
K = Qt.Key


def _stack(workplace):
    return workplace.reading.grid.viewport.stack


def _type(workplace, key: Qt.Key) -> None:
    press(workplace.reading, key)
    workplace.reading.grab()


def _wheel(workplace, notches: float, *, shift: bool = False) -> None:
    viewport = workplace.reading.grid.viewport
    at = QPointF(viewport.rect().center())
    held = Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
    turn = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(),
        QPoint(0, round(notches * NOTCH)),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, turn)
    workplace.reading.grab()


def _pixels(workplace):
    """The full image that the view is painted from."""
    return workplace.reading.grid.viewport.picture.loaded.pyramid.level_for(1.0)


def test_a_volume_begins_with_its_middle_slice_and_keys_go_through_all(open_stack) -> None:
    workplace = open_stack(9)
    pictures = slices(9)
    assert np.array_equal(_pixels(workplace), pictures[4])
    for key, index in (
        (K.Key_Period, 5),
        (K.Key_Comma, 4),
        (K.Key_End, 8),
        (K.Key_Period, 8),
        (K.Key_Home, 0),
    ):
        _type(workplace, key)
        assert np.array_equal(_pixels(workplace), pictures[index])
    _type(workplace, K.Key_Greater)
    assert _stack(workplace).index == 5


def test_the_wheel_turns_slices_five_with_shift_and_parts_of_a_notch_add_up(open_stack) -> None:
    workplace = open_stack(9)
    _wheel(workplace, -1)
    assert _stack(workplace).index == 5
    _wheel(workplace, 1, shift=True)
    assert _stack(workplace).index == 0
    for _ in range(4):
        _wheel(workplace, -0.25)
    assert _stack(workplace).index == 1


@pytest.mark.invariant(4)
def test_grey_values_are_honest_each_slice_has_the_window_that_its_header_gives_it(open_stack) -> None:
    windows = [(1000 + 300 * n, 900 + 50 * n) for n in range(5)]
    workplace = open_stack(5, windows=windows)
    viewport = workplace.reading.grid.viewport
    viewport.one_to_one()
    for index in (0, 4, 2):
        workplace.reading.grid.scrolling.go_to(workplace.reading.grid.current, index)
        viewport.hold_still()
        workplace.reading.grab()
        assert f"{windows[index][0]}/{windows[index][1]}" in viewport.corners.grey
        drawn = viewport.picture.draw(viewport.view.display, viewport.transform(), viewport.device_size)
        grey = build_lut(viewport.view.stack.stack.grayscale(index), viewport.view.display)
        whole = apply_lut(slices(5)[index], grey)
        column, row = viewport.transform().pixel_at(drawn.x + 0.5, drawn.y + 0.5)
        rows, columns = drawn.grey.shape
        assert np.array_equal(drawn.grey, whole[row : row + rows, column : column + columns])


def test_a_window_of_the_readers_own_stays_for_all_slices(open_stack) -> None:
    workplace = open_stack(5, windows=[(1000 + 300 * n, 900) for n in range(5)])
    workplace.reading.grid.drag_window(workplace.reading.grid.current, 40.0, -20.0)
    own = workplace.reading.grid.viewport.view.display.window
    _type(workplace, K.Key_Period)
    assert workplace.reading.grid.viewport.view.window() == own


def test_a_slab_is_the_exact_mean_or_maximum_and_says_which_slices(open_stack) -> None:
    workplace = open_stack(15)
    pictures = slices(15)
    _type(workplace, K.Key_Z)
    assert np.array_equal(_pixels(workplace), np.rint(np.mean(pictures[3:13], axis=0)).astype(np.uint16))
    viewport = workplace.reading.grid.viewport
    assert viewport.corners.slices[1] == "slab 10 mm mean · slices 4–13"
    workplace.reading.commands.do(Command.SLAB_KIND)
    workplace.reading.grab()
    assert _stack(workplace).kind is SlabKind.MAXIMUM
    assert np.array_equal(_pixels(workplace), np.max(pictures[3:13], axis=0))
    workplace.reading.commands.do(Command.SLAB_THINNER)
    workplace.reading.grab()
    assert viewport.corners.slices[1].startswith("slab 8 mm maximum")
    _type(workplace, K.Key_Z)
    assert np.array_equal(_pixels(workplace), pictures[7])


def test_a_slice_that_cannot_be_decoded_says_so_in_its_place_and_the_others_are_shown(open_stack) -> None:
    workplace = open_stack(9, codec="JPEG-LS", spoiled=[5])
    viewport = workplace.reading.grid.viewport
    assert _stack(workplace).index != 4
    workplace.reading.grid.scrolling.go_to(workplace.reading.grid.current, 4)
    shown = grey_of(viewport)
    assert viewport.corners.instead == "Slice 5 cannot be shown."
    assert any(n.code == "slice-unreadable" for n in viewport.corners.notices)
    # No picture of another slice stands there meanwhile: nearly all is black.
    assert (shown[..., :3].max(axis=2) > 0).mean() < 0.2
    workplace.reading.grid.scrolling.go_to(workplace.reading.grid.current, 5)
    workplace.reading.grab()
    assert viewport.stack_message == ""
    assert np.array_equal(_pixels(workplace), slices(9)[5])
    _type(workplace, K.Key_Z)
    assert viewport.corners.slices[2] == "without 5: unreadable"


def test_a_drag_on_the_bar_scrolls_and_one_on_its_ends_sets_the_cine(open_stack) -> None:
    workplace = open_stack(9)
    viewport = workplace.reading.grid.viewport
    place = viewport.bar.place
    x = round(place.left + 6)
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, round(place.middle_of(7))))
    QTest.mouseMove(viewport, QPoint(x, round(place.middle_of(2))))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, round(place.middle_of(2))))
    assert _stack(workplace).index == 2
    QTest.mousePress(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, round(place.y_of(8)) - 4))
    QTest.mouseMove(viewport, QPoint(x, round(place.middle_of(6))))
    QTest.mouseRelease(viewport, Qt.MouseButton.LeftButton, pos=QPoint(x, round(place.middle_of(6))))
    assert _stack(workplace).ends == (0, 6)
    assert _stack(workplace).index == 2


def test_a_slice_that_has_been_damaged_since_the_import_flags_view_and_exam(open_stack, monkeypatch) -> None:
    decode = VolumeFrames.decode

    def damaged(frames, one):
        if one.frame == 2:
            raise UnreadableFile("Frame 2 cannot be decoded.", "Send it again.")
        return decode(frames, one)

    monkeypatch.setattr(VolumeFrames, "decode", damaged)
    workplace = open_stack(5)
    notices = workplace.reading.grid.viewport.corners.notices
    assert [n.text for n in notices if n.code == "slice-unreadable"] == [
        "Slice 2 of 5 cannot be shown; the others can."
    ]
    assert "SLICES UNREADABLE" in workplace.reading.bar.notices.text()
