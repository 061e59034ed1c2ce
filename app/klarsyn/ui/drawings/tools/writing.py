"""One line to write at a drawing. It takes all keys: no digit or Enter of it may reach the read."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QSizeF, Qt
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from klarsyn.domain.annotation import MAX_TEXT
from klarsyn.ui.theme import theme

_WIDTH, _ROUND = 240, 10


def writing_size(parent: QWidget) -> QSizeF:
    """Return how large the line is in a view."""
    look = theme()
    return QSizeF(min(_WIDTH, parent.width()), QFontMetricsF(look.font(look.body)).height() + _ROUND)


class Writing(QLineEdit):
    """Enter or a click elsewhere keeps what is written, Esc writes nothing; `done` is told once."""

    def __init__(
        self, parent: QWidget, at: QPoint, done: Callable[[str | None], None], text: str = ""
    ) -> None:
        """Open at a point of the view, within it."""
        super().__init__(text, parent)
        look = theme()
        self._done: Callable[[str | None], None] | None = done
        self.setMaxLength(MAX_TEXT)
        self.setFont(look.font(look.body))
        self.setPlaceholderText("Words, Enter")
        self.setStyleSheet(
            f"QLineEdit {{ background: {look.panel.name()}; color: {look.text.name()};"
            f" border: 1px solid {look.accent.name()}; padding: 3px 6px; }}"
        )
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)
        self.resize(writing_size(parent).toSize())
        self.move(
            max(0, min(at.x(), parent.width() - self.width())),
            max(0, min(at.y(), parent.height() - self.height())),
        )
        self.show()
        self.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Write; nothing is passed on to the page below."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.close_with(self.text().strip())
        elif event.key() == Qt.Key.Key_Escape:
            self.close_with(None)
        else:
            super().keyPressEvent(event)
        event.accept()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Keep the releases, too."""
        super().keyReleaseEvent(event)
        event.accept()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """What is written stays when the hand goes elsewhere."""
        super().focusOutEvent(event)
        self.close_with(self.text().strip())

    def focusNextPrevChild(self, _forward: bool) -> bool:
        """Tab goes nowhere while writing."""
        return True

    def close_with(self, text: str | None) -> None:
        """End; the first call counts, since hiding takes the focus away once more."""
        done, self._done = self._done, None
        if done is not None:
            self.hide()
            self.deleteLater()
            done(text)
