"""What the bar tells, whole, where a narrow window has no room for it: a warning cut short warns nobody."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QFrame, QVBoxLayout

from klarsyn.ui.panels.pieces import label, paint_text
from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.reading_page import ReadingPage

LARGEST = 420
SIDE = 12
ASIDE = 14


class ToldInFull(QFrame):
    """Stands above the bar's right end, as long as the bar tells something that it must cut."""

    def __init__(self, page: "ReadingPage") -> None:
        """Follow the bar of `page`."""
        super().__init__(page)
        self._page = page
        self.setAutoFillBackground(True)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.text = label(size=theme().small, wraps=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SIDE, 8, SIDE, 8)
        layout.addWidget(self.text)
        # The bar has laid itself out when the events of now are done.
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._follow)
        page.bar.told.changed.connect(self._soon.start)
        page.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the page has another size."""
        if event.type() is QEvent.Type.Resize:
            self._soon.start()
        return super().eventFilter(watched, event)

    def _follow(self) -> None:
        bar = self._page.bar
        cut = bar.isVisible() and bar.told.is_cut
        if bar.told.elsewhere is not cut:
            # Once in full, not once more in part.
            bar.told.elsewhere = cut
            bar.told.update()
        if not cut:
            self.hide()
            return
        look = theme()
        paint_text(self.text, look.attention if bar.told.warns else look.text)
        self.text.setText(bar.told.text())
        wide = self.text.fontMetrics().horizontalAdvance(bar.told.text()) + 2 * SIDE + 2
        self.setFixedWidth(min(wide, look.sized(LARGEST)))
        self.setFixedHeight(self.heightForWidth(self.width()))
        corner = bar.mapTo(self._page, QPoint(bar.width(), 0))
        self.move(corner.x() - self.width() - ASIDE, corner.y() - self.height() - ASIDE)
        self.show()
        self.raise_()
