"""A numbered list of the documents of the open exam; a digit opens one."""

from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.reading.documents import OfferedDocument
from klarsyn.ui.documents.document_words import document_words, documents_words
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import write

ROW, WIDTH = 26, 620
A_PAGE = 8
"""Documents that have a digit of their own; 9 turns to the next ones."""

_QUIET = (Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_NumLock)


class DocumentList(QWidget):
    """Takes the keys while it is open, and gives them back. Holds nothing while it is closed."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._documents: tuple[OfferedDocument, ...] = ()
        self._first = 0
        self.hide()

    def ask(self, documents: tuple[OfferedDocument, ...]) -> None:
        """Open with these documents."""
        self._documents, self._first = documents, 0
        self.resize(theme().sized(WIDTH), ROW * (min(A_PAGE, len(documents)) + 4))
        parent = self.parentWidget()
        if parent is not None:
            middle = parent.rect().center()
            self.move(middle.x() - self.width() // 2, middle.y() - self.height() // 2)
        self.show()
        self.raise_()
        self.setFocus()
        self.update()

    @property
    def rows(self) -> tuple[OfferedDocument, ...]:
        """The documents that digits choose now."""
        return self._documents[self._first : self._first + A_PAGE]

    def forget(self) -> None:
        """Close it, and hold no name."""
        self._documents = ()
        self.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """A digit chooses, 9 turns the page, all else closes."""
        number = event.key() - Qt.Key.Key_0.value
        if number == A_PAGE + 1 and len(self._documents) > A_PAGE:
            following = self._first + A_PAGE
            self._first = following if following < len(self._documents) else 0
            self.update()
        elif 1 <= number <= len(self.rows):
            self._choose(self.rows[number - 1])
        elif event.key() not in _QUIET:
            self._close()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        row = int(event.position().y() // ROW) - 2
        if 0 <= row < len(self.rows):
            self._choose(self.rows[row])

    def focusOutEvent(self, _event: QFocusEvent) -> None:
        """Close when the keys go elsewhere."""
        self.forget()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One line a document."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        heading = documents_words(len(self._documents))
        write(painter, QPointF(20, 14), heading, look.body, look.text, bold=True)
        metrics = QFontMetricsF(look.font(look.body))
        for number, offered in enumerate(self.rows):
            y = ROW * (number + 2) + 4
            write(painter, QPointF(20, y), str(number + 1), look.body, look.accent, bold=True)
            words = document_words(offered.document)
            cut = metrics.elidedText(words, Qt.TextElideMode.ElideRight, self.width() - 72)
            write(painter, QPointF(52, y), cut, look.body, look.text)
        more = "9  more    " if len(self._documents) > A_PAGE else ""
        y = ROW * (len(self.rows) + 2) + 12
        write(painter, QPointF(20, y), f"{more}Esc  leave it", look.small, look.dim)
        painter.end()

    def _choose(self, offered: OfferedDocument) -> None:
        self._close()
        self.chosen.emit(offered)

    def _close(self) -> None:
        self.forget()
        parent = self.parentWidget()
        if parent is not None:
            parent.setFocus()
