"""Whose exam it is, in one line: a long name gives way, the number and the age never do."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from klarsyn.domain.exam import Patient
from klarsyn.ui.panels.pieces import Line
from klarsyn.ui.theme import theme
from klarsyn.ui.words import identity


class IdentityLine(Line):
    """`text()` is all of it; `shown` is what can be read now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Name nobody yet."""
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme().font(bold=True))
        self._name = ""

    def show_patient(self, patient: Patient, age: str) -> None:
        """Show name, number and age."""
        self._name = patient.name or "no name"
        text = " · ".join(part for part in (identity(patient), age) if part)
        # A number that stands for the name is said once, and is then no name to be cut.
        self._name = self._name if self._name != patient.patient_id else ""
        self.setText(text)
        self.setToolTip(text)

    @property
    def least(self) -> int:
        """Width of what is never cut."""
        return self.fontMetrics().horizontalAdvance(self.text()[len(self._name) :]) + 2

    @property
    def shown(self) -> str:
        """What can be read now."""
        metrics, rest = self.fontMetrics(), self.text()[len(self._name) :]
        # The parts may be some pixels wider than the whole, by their rounding.
        if metrics.horizontalAdvance(self.text()) <= self.width():
            return self.text()
        room = self.width() - metrics.horizontalAdvance(rest)
        return metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, max(room, 0)) + rest

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Write what fits."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.setFont(self.font())
        painter.drawText(self.rect(), int(self.alignment()), self.shown)
        painter.end()
