"""What floats over the images for a moment: who the exam belongs to, how far decoding is, long notices."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from klarsyn.domain.exam import Exam, Notice
from klarsyn.ui.panels.pieces import label
from klarsyn.ui.theme import theme
from klarsyn.ui.view.ink import text_size, write
from klarsyn.ui.view.notice_words import full
from klarsyn.ui.words import age_on


class Announcement(QWidget):
    """Says large whose exam is on the screen now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFixedSize(theme().sized(640), theme().sized(110))
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._lines = ("", "")
        self.hide()

    def announce(self, exam: Exam) -> None:
        """Show name, number, age and date."""
        when = exam.study_date.isoformat() if exam.study_date else "date unknown"
        age = age_on(exam.patient.birth_date, exam.study_date)
        second = " · ".join(p for p in (exam.patient.patient_id, age, when) if p)
        self._lines = (exam.patient.name or "no name", second)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Two lines in the middle."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.panel)
        painter.setPen(look.accent)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        for text, size, y, colour in (
            (self._lines[0], look.large, look.sized(22), look.text),
            (self._lines[1], look.body, look.sized(64), look.text),
        ):
            width = text_size(text, size, bold=True)[0]
            write(painter, QPointF((self.width() - width) / 2, y), text, size, colour, bold=True)
        painter.end()


class LoadBar(QWidget):
    """A thin line that says how many images have been decoded."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setFixedHeight(3)
        self.done, self.of = 0, 1
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill from the left."""
        look = theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.line)
        painter.fillRect(QRectF(0, 0, self.width() * self.done / max(1, self.of), 3), look.accent)
        painter.end()


class NoticeSheet(QFrame):
    """The exam's notices in full, while they are asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Make it hidden."""
        super().__init__(parent)
        self.setAutoFillBackground(True)
        self.setFixedWidth(theme().sized(640))
        self._layout = QVBoxLayout(self)
        self._text = label(wraps=True, size=theme().small, colour=theme().attention)
        self._layout.addWidget(self._text)
        self.hide()

    def set_notices(self, notices: tuple[Notice, ...]) -> None:
        """Take the exam's notices."""
        self._text.setText("\n".join(full(n) for n in notices))
        self.adjustSize()

    @property
    def is_empty(self) -> bool:
        """True when there is nothing to show."""
        return not self._text.text()
