"""The places of a step in the window: widgets that are used again, laid out so that one real size holds."""

from PySide6.QtCore import QEvent
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from klarsyn.domain.arranging import HungStep
from klarsyn.domain.exam import Image
from klarsyn.domain.hanging_protocol import CURRENT
from klarsyn.imaging.geometry import hanging_chest_wall
from klarsyn.ui.hanging.hung import HungExam
from klarsyn.ui.hanging.sizes import Size, fields, image_boxes, scales
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.theme import theme
from klarsyn.ui.view.frames import paint_prior_frame
from klarsyn.ui.view.viewport import Viewport

AT_FIRST = 4
"""Places that are there before any exam hangs."""


class Places(QWidget):
    """A widget with as many views as the step has places."""

    def __init__(self, parent: QWidget | None = None) -> None:
        """Have nothing hung, and no view yet."""
        super().__init__(parent)
        self.hung: HungExam | None = None
        self.pool: list[Viewport] = []
        self._laid_out_for: tuple[float, float] | None = None

    @property
    def viewports(self) -> tuple[Viewport, ...]:
        """The views of this step, in the order of its places."""
        return tuple(self.pool[: len(self.hung.cells) if self.hung is not None else AT_FIRST])

    def lay_out(self) -> None:
        """Give each place its view, its box and its real size; make views where there are too few."""
        count = len(self.hung.cells) if self.hung is not None else AT_FIRST
        while len(self.pool) < count:
            self.pool.append(self.new_viewport(len(self.pool)))
        if self.hung is not None:
            step = self.hung.step
            for viewport, box in zip(self.viewports, self._boxes(step), strict=True):
                viewport.setGeometry(*box)
            found = scales(step, [viewport.device_size for viewport in self.viewports])
            for viewport, scale in zip(self.viewports, found, strict=True):
                viewport.mm_per_px = scale
        for number, viewport in enumerate(self.pool):
            viewport.setVisible(number < count)
        self.update()

    def lay_out_anew(self) -> None:
        """Lay out for another size of the window, or another monitor."""
        self._laid_out_for = self._screen_facts
        self.lay_out()

    def follow_screens(self) -> None:
        """From now on lay out anew whenever the monitor is another one, or known in another way."""
        self._laid_out_for = self._screen_facts
        screen_book().changed.connect(self._follow_screen)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep one real size when the window changes."""
        super().resizeEvent(event)
        self.lay_out_anew()

    def event(self, event: QEvent) -> bool:
        """Keep it on a monitor of another scale too, where the logical size of the window is the same."""
        done = super().event(event)
        if event.type() is QEvent.Type.DevicePixelRatioChange:
            self._follow_screen()
        return done

    @property
    def _screen_facts(self) -> tuple[float, float]:
        return self.pool[0].ratio, self.pool[0].pixel_mm[0]

    def _follow_screen(self) -> None:
        # Only when it matters: a walk would begin anew.
        if self._screen_facts != self._laid_out_for:
            self.lay_out_anew()

    def new_viewport(self, number: int) -> Viewport:
        """Make a view; whoever uses it connects it."""
        raise NotImplementedError

    def room_for(self, image: Image) -> tuple[Size, float | None]:
        """Return size in device pixels and mm per device pixel of the place that shows an image first."""
        found = self.hung.find(image.sop_instance_uid) if self.hung is not None else None
        if self.hung is None or found is None:
            return (1, 1), None
        number, place, _ = found
        step, ratio = self.hung.sequence.steps[number], self.pool[0].ratio
        sizes = [(max(1, round(w * ratio)), max(1, round(h * ratio))) for _, _, w, h in self._boxes(step)]
        return sizes[place], scales(step, sizes)[place]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Black between the views, and the frames of priors."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme().surround)
        if self.hung is not None:
            step = self.hung.step.step
            boxes = fields(step, self.width(), self.height(), theme().gap, self.pool[0].ratio)
            for cell, box in zip(step.cells, boxes, strict=True):
                if cell.match.exam != CURRENT:
                    paint_prior_frame(painter, box, hanging_chest_wall(cell.match.laterality))
        painter.end()

    def _boxes(self, step: HungStep) -> list[tuple[int, int, int, int]]:
        return image_boxes(step.step, self.width(), self.height(), theme().gap, self.pool[0].ratio)
