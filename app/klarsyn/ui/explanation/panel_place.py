"""Where the panel stands: where the list would, over air if there is any; once for each step and size."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QTimer

from klarsyn.domain.exam import Laterality
from klarsyn.ui.findings.findings_place import place_list
from klarsyn.ui.panels.float_places import SOON_MS

if TYPE_CHECKING:
    from klarsyn.ui.explanation.explanation_panel import ExplanationPanel
    from klarsyn.ui.reading_page import ReadingPage


class PanelPlace(QObject):
    """Puts the panel where it covers least; it comes into sight there, not before."""

    def __init__(self, page: "ReadingPage", panel: "ExplanationPanel") -> None:
        """Follow the steps and the size of `page`."""
        super().__init__(page)
        self._page, self._panel = page, panel
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.anew)
        page.grid.step_changed.connect(self._soon.start)
        page.grid.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look again when the images have another room."""
        if event.type() is QEvent.Type.Resize:
            self._soon.start()
        return super().eventFilter(watched, event)

    def anew(self) -> None:
        """Choose a place, and show the panel there."""
        session, grid, panel = self._page.flow.session, self._page.grid, self._panel
        if session is None or not panel.sizes:
            return
        if grid.isVisible() and any(not viewport.corners.written for viewport in grid.viewports):
            # Texts of a new step are where they are once they have been painted.
            self._soon.start()
            return
        findings = session.result.findings if session.result is not None else ()
        best = max(findings, key=lambda finding: finding.score, default=None)
        on_left = best is not None and best.laterality is Laterality.LEFT
        place = place_list(grid.viewports, grid.size(), panel.sizes, panel.least_height, on_left=on_left)
        panel.setFixedSize(place.size)
        panel.move(place.at)
        panel.show()
        panel.raise_()
