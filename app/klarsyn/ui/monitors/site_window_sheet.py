"""A small sheet over the images: save the window in force under a name, or change what was saved before."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout, QWidget

from klarsyn.domain.display import Window
from klarsyn.domain.site_window import LONGEST_NAME, SiteWindow
from klarsyn.ui.panels.pieces import label, paint_text
from klarsyn.ui.theme import theme

ROWS = 8
HOW = "Enter saves under this name · Down, Up: one saved before · F4 shown first · Del forgets · Esc"


class SiteWindowSheet(QFrame):
    """Takes the keys while it is open; none of them reaches the images beneath."""

    save_wanted = Signal(str)
    first_wanted = Signal(object, bool)
    forget_wanted = Signal(object)
    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        """Make it hidden."""
        super().__init__(parent)
        look = theme()
        self.setAutoFillBackground(True)
        self.setFixedWidth(620)
        self.chosen: int | None = None
        self._saved: tuple[SiteWindow, ...] = ()
        self.title = label(bold=True)
        self.values = label(size=look.small, colour=look.dim)
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.setPlaceholderText("Name of the window")
        self.name.returnPressed.connect(lambda: self.save_wanted.emit(self.name.text()))
        self.name.installEventFilter(self)
        self.rows = tuple(label() for _ in range(ROWS))
        self.told = label(size=look.small, colour=look.attention, wraps=True)
        layout = QVBoxLayout(self)
        for each in (self.title, self.values, self.name, *self.rows, self.told):
            layout.addWidget(each)
        layout.addWidget(label(HOW, size=look.small, colour=look.dim))
        self.hide()

    def ask(self, title: str, window: Window, saved: tuple[SiteWindow, ...]) -> None:
        """Open for one kind of view; `title` says which device and view."""
        self.title.setText(f"Save this window for {title}")
        self.values.setText(f"{window.function.value} {window.center:.0f}/{window.width:.0f}")
        self.name.clear()
        self.told.setText("")
        self.chosen = None
        self.show_saved(saved)
        self.show()
        self.raise_()
        self.name.setFocus()

    def show_saved(self, saved: tuple[SiteWindow, ...]) -> None:
        """Show what is saved now for this kind of view."""
        look = theme()
        self._saved = saved
        if self.chosen is not None and self.chosen >= len(saved):
            self.chosen = len(saved) - 1 if saved else None
        for n, row in enumerate(self.rows):
            row.setVisible(n < len(saved))
            if n < len(saved):
                each = saved[n]
                first = " · shown first" if each.is_default else ""
                mark = "▸ " if n == self.chosen else "   "
                row.setText(f"{mark}{each.name}  {each.window.center:.0f}/{each.window.width:.0f}{first}")
                paint_text(row, look.accent if n == self.chosen else look.text)
        self.adjustSize()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Choose among what was saved; nothing goes further: an Enter beneath would sign a read."""
        key, last = event.key(), min(len(self._saved), ROWS) - 1
        if key == Qt.Key.Key_Escape:
            self.put_away()
        elif key == Qt.Key.Key_Down and last >= 0:
            self.chosen = 0 if self.chosen is None else min(self.chosen + 1, last)
            self.show_saved(self._saved)
        elif key == Qt.Key.Key_Up:
            self.chosen = None if not self.chosen else self.chosen - 1
            self.show_saved(self._saved)
        elif key == Qt.Key.Key_F4 and self.chosen is not None:
            each = self._saved[self.chosen]
            self.first_wanted.emit(each, not each.is_default)
        elif key == Qt.Key.Key_Delete and self.chosen is not None:
            self.forget_wanted.emit(self._saved[self.chosen])
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Del from the name's line while something that was saved is chosen."""
        if (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Delete
            and self.chosen is not None
        ):
            self.keyPressEvent(event)
            return True
        return super().eventFilter(watched, event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Nothing goes further."""
        event.accept()

    def put_away(self) -> None:
        """Close, and give the keys back."""
        if self.isVisible():
            self.hide()
            self.closed.emit()
