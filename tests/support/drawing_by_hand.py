"""Drawing in the window as a hand does it: drags on image points, and words letter by letter."""

from typing import Any

from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from klarsyn.domain.annotation import Annotation
from klarsyn.ui.drawings.tools.writing import Writing
from klarsyn.ui.reading_page import ReadingPage
from klarsyn.ui.view.viewport import Viewport

_LEFT = Qt.MouseButton.LeftButton


def on_film(view: Viewport, column: float, row: float) -> QPoint:
    """Where an image point is in a view."""
    x, y = view.transform().to_viewport(column, row)
    return QPoint(round(x / view.ratio), round(y / view.ratio))


def drag(qtbot: Any, view: Viewport, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Drag with the left button from one image point to another."""
    qtbot.mousePress(view, _LEFT, pos=on_film(view, *start))
    qtbot.mouseMove(view, on_film(view, *end))
    qtbot.mouseRelease(view, _LEFT, pos=on_film(view, *end))


def drawn(page: ReadingPage) -> tuple[Annotation, ...]:
    """What is drawn on the open exam."""
    return page.flow.session.drawings.history.present


def line_to_write_in(page: ReadingPage) -> Writing:
    """The line that is open for words; a window that is not active has no focus to find it by."""
    return next(line for line in page.findChildren(Writing) if line.isVisible())


def type_words(page: ReadingPage, words: str) -> None:
    """Type into the line that is open; QTest itself types ASCII alone."""
    line = line_to_write_in(page)
    for letter in words:
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QApplication.sendEvent(line, QKeyEvent(kind, 0, Qt.KeyboardModifier.NoModifier, letter))


def write(qtbot: Any, page: ReadingPage, words: str) -> None:
    """Type over what the line to write in has, and keep it."""
    line_to_write_in(page).selectAll()
    type_words(page, words)
    qtbot.keyClick(line_to_write_in(page), Qt.Key.Key_Return)
