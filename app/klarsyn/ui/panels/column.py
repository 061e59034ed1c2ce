"""The column in which a page of text stands: not wider than a line can be followed, in the middle."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from klarsyn.ui.theme import theme

AROUND = (36, 28, 36, 16)


def column_of(page: QWidget, widest: int, spacing: int, tallest: int | None = None) -> QVBoxLayout:
    """Return the layout of a page's only column; on a large monitor it has room around it."""
    column = QWidget()
    column.setMaximumWidth(theme().sized(widest))
    if tallest is not None:
        column.setMaximumHeight(theme().sized(tallest))
    outer = QHBoxLayout(page)
    outer.setContentsMargins(*AROUND)
    outer.addStretch(1)
    outer.addWidget(column, 1000)
    outer.addStretch(1)
    layout = QVBoxLayout(column)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


def scrolled(inner: QWidget) -> QScrollArea:
    """Return a widget in which another one is scrolled up and down where it is too high."""
    area = QScrollArea()
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(inner)
    return area


def rule() -> QFrame:
    """Return a thin line that says where something ends."""
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet(f"background: {theme().faint.name()};")
    return line
