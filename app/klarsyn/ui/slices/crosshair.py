"""A cross at the place of the mouse in the other images of the same view: synthetic 2D, FFDM, slices.

It says where, never how deep: the slice is the reader's to find. Views of other exams are left alone, for a
breast is not positioned twice in the same way.
"""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QMouseEvent, QPainter, QPen

from klarsyn.domain.counterparts import counterparts
from klarsyn.imaging.linked import same_point
from klarsyn.imaging.transform import ViewTransform
from klarsyn.ui.hanging.linking import linked_view
from klarsyn.ui.theme import theme
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.view.viewport import Viewport

_ARM, _GAP = 16, 5
"""Length of each arm, and what stays free in the middle, in logical pixels."""


class Crosshair(Layer):
    """Shown while its key is held."""

    def __init__(self, grid: "HangingGrid") -> None:
        """Act on `grid`."""
        self._grid = grid
        self._source: Viewport | None = None
        self._at = QPointF()

    def hold(self, on: bool) -> None:
        """Show the place of the mouse in the other views, or no longer."""
        grid = self._grid
        source = next((v for v in grid.viewports if on and v.underMouse()), None)
        if source is None:
            self.point_at(None, QPointF())
            if on:
                grid.told.emit("Put the mouse on an image: its place is shown in the others of the view.")
            return
        self.point_at(source, QPointF(source.mapFromGlobal(source.cursor().pos())))
        if not self._crossed():
            grid.told.emit("No other place here shows this view in another way.")

    def point_at(self, viewport: "Viewport | None", at: QPointF) -> None:
        """Show the place of a point of a view, in logical pixels; of None, no longer."""
        before = self._crossed()
        self._source, self._at = viewport, at
        for each in {*before, *self._crossed()}:
            each.update()

    def _crossed(self) -> list["Viewport"]:
        return [v for v in self._grid.viewports if self.place_in(v) is not None]

    def move(self, viewport: "Viewport", event: QMouseEvent) -> bool:
        """Follow the mouse; it does what it does elsewhere too."""
        if self._source is not None:
            self.point_at(viewport, event.position())
        return False

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:  # noqa: ARG002
        """Draw the cross in a view that shows the same as that under the mouse."""
        at = self.place_in(viewport)
        if at is None:
            return
        look = theme()
        # A dark rim first: the arms are seen on bright tissue too.
        for colour, width in ((look.surround, 3.0), (look.accent, 1.0)):
            painter.setPen(QPen(colour, width))
            for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                near, far = (at + QPointF(dx, dy) * reach for reach in (_GAP, _GAP + _ARM))
                painter.drawLine(near, far)

    def place_in(self, viewport: "Viewport") -> QPointF | None:
        """Return where the point under the mouse is in another view, in logical pixels; None where it is not.

        Outside of the image under the mouse there is no such point.
        """
        source = self._source
        if source is None or source is viewport or not self._is_same_view(source, viewport):
            return None
        here, there = linked_view(source), linked_view(viewport)
        shown, other = source.transform(), viewport.transform()
        if here is None or there is None or shown is None or other is None:
            return None
        x, y = self._at.x() * source.ratio, self._at.y() * source.ratio
        if shown.pixel_at(x, y) is None:
            return None
        x, y = same_point((x, y), (here, shown), (there, other))
        return QPointF(x / viewport.ratio, y / viewport.ratio) if other.pixel_at(x, y) is not None else None

    def _is_same_view(self, one: "Viewport", other: "Viewport") -> bool:
        hung, views = self._grid.hung, self._grid.viewports
        if hung is None or one not in views or other not in views:
            return False
        place = views.index(one)
        exam, image, wanted = hung.cells[place].exam, hung.shown(place), hung.shown(views.index(other))
        if exam is None or image is None or wanted is None:
            return False
        return any(i.sop_instance_uid == wanted.sop_instance_uid for i in counterparts(exam, image))
