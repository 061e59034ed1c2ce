"""Small pieces that strips and panels are made of."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QLayout, QPushButton, QSizePolicy, QWidget

from klarsyn.ui.theme import theme


class Line(QLabel):
    """One line of text that is cut with an ellipsis where there is no room, and never pushes others."""

    def minimumSizeHint(self) -> QSize:
        """No width at all: the window's size is the reader's to choose, not a text's."""
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(self.alignment()), text)
        painter.end()


def side_of_strip(layout: QLayout) -> QWidget:
    """Put a layout into one side of a strip: both sides stay equally wide whatever they say."""
    side = QWidget()
    layout.setContentsMargins(0, 0, 0, 0)
    side.setLayout(layout)
    side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return side


def label(
    text: str = "",
    *,
    size: int | None = None,
    colour: QColor | None = None,
    bold: bool = False,
    wraps: bool = False,
    parent: QWidget | None = None,
) -> QLabel:
    """Make a text that takes neither focus nor rich text: what comes from a file is shown as it is."""
    look = theme()
    made = QLabel(text, parent) if wraps else Line(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setFont(look.font(size, bold=bold))
    made.setWordWrap(wraps)
    paint_text(made, colour or look.text)
    return made


def paint_text(made: QLabel, colour: QColor) -> None:
    """Give a label its colour."""
    palette = made.palette()
    palette.setColor(made.foregroundRole(), colour)
    made.setPalette(palette)


class Strip(QFrame):
    """A thin horizontal bar of the panel's colour."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make an empty bar of the theme's height."""
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFixedHeight(theme().strip)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)


class KeyCap(QPushButton):
    """A key that can be clicked as well; `chosen` is shown by a brighter ground and a line."""

    def __init__(self, text: str, parent: QWidget | None = None, *, wide: bool = False) -> None:
        """Make a key."""
        super().__init__(text, parent)
        look = theme()
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFont(look.font(look.body))
        self.setCheckable(True)
        if not wide:
            self.setFixedSize(look.sized(40), look.sized(28))
        self.setStyleSheet(
            f"QPushButton {{ background: {look.panel.name()}; color: {look.dim.name()};"
            f" border: 1px solid {look.line.name()}; border-radius: 3px; padding: 3px 10px; }}"
            f"QPushButton:hover {{ color: {look.text.name()}; }}"
            f"QPushButton:checked {{ background: {look.raised.name()}; color: {look.text.name()};"
            f" border-color: {look.accent.name()}; }}"
        )

    def nextCheckState(self) -> None:
        """Do nothing: what is chosen is the session's to say, not the click's."""
