"""The surround of an image, and quiet lines at its edge: which view is current, how much has been seen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QRegion

from klarsyn.ui.theme import theme

if TYPE_CHECKING:
    from klarsyn.ui.view.picture import Drawn
    from klarsyn.ui.view.view_state import ViewState
    from klarsyn.ui.view.viewport import Viewport

ARM = 44.0
"""Length of the frame corner of a view that has been seen whole."""


def paint_frames(painter: QPainter, viewport: "Viewport") -> None:
    """Draw what belongs to a view; over black surround and the outermost pixels only."""
    look = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    edge = QRectF(viewport.rect())
    if viewport.current:
        painter.setPen(QPen(look.line, 1))
        painter.drawRect(viewport.rect().adjusted(0, 0, -1, -1))
    if viewport.view is not None:
        _paint_seen(painter, edge, _share_seen(viewport.view), viewport.corners.right)
    painter.restore()


def paint_surround(painter: QPainter, viewport: "Viewport", drawn: "Drawn | None") -> None:
    """Fill what the image does not cover, and no more: a second coat of five megapixels takes its time."""
    uncovered = QRegion(0, 0, *viewport.device_size)
    if drawn is not None:
        rows, columns = drawn.grey.shape
        uncovered -= QRegion(drawn.x, drawn.y, columns, rows)
    painter.save()
    painter.scale(1 / viewport.ratio, 1 / viewport.ratio)
    for rect in uncovered:  # type: ignore[attr-defined]  # iterable at run time
        painter.fillRect(rect, theme().surround)
    painter.restore()


def paint_prior_frame(painter: QPainter, box: tuple[int, int, int, int], chest_wall: str | None) -> None:
    """Draw the dashed frame of a prior into the band round its place, open towards the chest wall.

    The band holds no image (`sizes.within_band`): nothing of the breast lies under the line. Dashes, for
    colour alone would be lost on a grey monitor.
    """
    painter.save()
    pen = QPen(theme().dim, 2)
    pen.setDashPattern([6, 4])
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    painter.setPen(pen)
    x, y, width, height = box
    left, right, top, bottom = x + 2, x + width - 2, y + 2, y + height - 2
    painter.drawLine(x, top, x + width, top)
    painter.drawLine(x, bottom, x + width, bottom)
    if chest_wall != "left":
        painter.drawLine(left, top, left, bottom)
    if chest_wall != "right":
        painter.drawLine(right, top, right, bottom)
    painter.restore()


def _share_seen(view: "ViewState") -> float:
    """Of a tomosynthesis it is whole only once every slice has been seen, too."""
    share = view.coverage.share
    if view.stack is None or view.stack.all_seen:
        return share
    seen, of = view.stack.seen_of
    return min(share, seen / of)


def _paint_seen(painter: QPainter, edge: QRectF, share: float, right: bool) -> None:
    """Draw a frame corner that grows with what has been seen; it is closed by a dot when all has."""
    if share <= 0.0:
        return
    look = theme()
    inset, arm = 5.0, max(4.0, ARM * share)
    x = edge.right() - inset if right else edge.left() + inset
    y = edge.top() + inset
    painter.setPen(QPen(look.accent if share >= 1.0 else look.dim, 2))
    painter.drawLine(QPointF(x, y), QPointF(x - arm if right else x + arm, y))
    painter.drawLine(QPointF(x, y), QPointF(x, y + arm))
    if share >= 1.0:
        dot = 5.0
        painter.fillRect(QRectF(x - dot - 3 if right else x + 3, y + 3, dot, dot), look.accent)
