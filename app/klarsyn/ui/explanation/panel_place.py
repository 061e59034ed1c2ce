"""Where the panel stands: where the list would, over air if there is any; once for each step and size."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QRectF, QTimer

from klarsyn.domain.exam import Laterality
from klarsyn.ui.drawings.tools.film import film_of
from klarsyn.ui.explanation.heat_layer import free_below
from klarsyn.ui.findings.findings_place import place_list
from klarsyn.ui.panels.float_places import SOON_MS
from klarsyn.ui.theme import theme
from klarsyn.ui.view.corners import MARGIN
from klarsyn.ui.view.ink import text_size

if TYPE_CHECKING:
    from klarsyn.ui.explanation.explanation_panel import ExplanationPanel
    from klarsyn.ui.reading_page import ReadingPage
    from klarsyn.ui.view.viewport import Viewport

_LONGEST, _LINES = "Heat map: fall without each 15 mm", 4
"""What is kept free for a legend: as wide as this, and so many lines."""


class PanelPlace(QObject):
    """Puts the panel where it covers least; it comes into sight there, not before."""

    def __init__(self, page: "ReadingPage", panel: "ExplanationPanel") -> None:
        """Follow the steps and the size of `page`."""
        super().__init__(page)
        self._page, self._panel = page, panel
        self._soon = QTimer(self, singleShot=True, interval=SOON_MS)
        self._soon.timeout.connect(self.anew)
        self._jumped = QTimer(self, singleShot=True, interval=SOON_MS)
        self._jumped.timeout.connect(self._uncover)
        page.grid.step_changed.connect(self._soon.start)
        page.findings.jumped.connect(lambda _: self._jumped.start())
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
        place = place_list(
            grid.viewports,
            grid.size(),
            panel.sizes,
            panel.least_height,
            on_left=on_left,
            kept=self._for_legend,
        )
        panel.setFixedSize(place.size)
        panel.move(place.at)
        panel.show()
        panel.raise_()

    def _uncover(self) -> None:
        """Go elsewhere where the panel lies over a mark that a jump has brought below it."""
        panel = QRectF(self._panel.geometry())
        boxes = (
            mark.box.translated(view.pos())
            for view in self._page.grid.viewports
            for mark in view.placed_marks()
        )
        if self._panel.isVisible() and any(box.intersects(panel) for box in boxes):
            self.anew()

    def _for_legend(self, viewport: "Viewport") -> tuple[QRectF, ...]:
        """Return where a view's legend of the heat map will stand, also before there is one."""
        film = film_of(viewport)
        if film is None or not {uid for uid, _ in film.frames} & self._page.explaining.layer.exam_images:
            return ()
        wide, high = text_size(_LONGEST, theme().small)
        high = (high + 2) * _LINES
        left = viewport.width() - MARGIN - wide if viewport.corners.right else MARGIN
        return (QRectF(left, free_below(viewport, high), wide, high),)
