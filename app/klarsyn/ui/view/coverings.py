"""What a file lays over its image: shutters, which hide, and overlay planes, which are drawn.

Shutters are on from the start, in black whatever grey they ask for: a bright surround dazzles in a dark
room. Overlay planes are off, and before the first impression is signed they are not even loaded: modalities
and CAD write their marks there, and nothing in a file says that they have not (invariant 6).
"""

from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPolygonF

from klarsyn.domain.exam import Image
from klarsyn.domain.overlay_plane import OverlayPlane
from klarsyn.domain.shutter import Shutters
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.tools.film import Film
from klarsyn.ui.slices.slices_of_view import slices_of
from klarsyn.ui.theme import theme
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport

_LEAST_ALPHA = 170
"""A line of one pixel that shrinks to a quarter must not fade away."""

_Mask = npt.NDArray[np.bool_]


class Coverings(Layer):
    """Shutters and overlay planes of the images on the screen; `planes` is empty while none is shown.

    `of_state` are those that the applied presentation state switches on.
    """

    def __init__(self) -> None:
        """Shutters on, overlays off."""
        self.reset()

    def reset(self) -> None:
        """Go back to how every exam begins."""
        self.shutters_on = True
        self.planes: dict[str, tuple[OverlayPlane, ...]] = {}
        self.of_state: dict[str, tuple[OverlayPlane, ...]] = {}
        self._drawn: dict[str, tuple[object, QImage]] = {}
        self._unions: dict[str, tuple[object, _Mask]] = {}

    def cover(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Hide in black what the shutters do not let be seen."""
        shutters = viewport.view.loaded.shutters if viewport.view is not None else None
        if shutters is not None and viewport.view is not None and self.shutters_on:
            painter.fillPath(hidden_by(shutters, viewport.view.loaded.image, transform), theme().surround)

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Draw the overlay planes."""
        if viewport.view is None:
            return
        film = Film(viewport.view.loaded.image, slices_of(viewport.view))
        # Of the slice that is shown; of a slab, the one in its middle.
        uid = film.spot[0]
        planes = (*self.planes.get(uid, ()), *self.of_state.get(uid, ()))
        if not planes:
            return
        painter.save()
        painter.scale(1 / viewport.ratio, 1 / viewport.ratio)
        if transform.scale >= 1.0:
            column0, row0, column1, row1 = transform.visible_region(viewport.device_size)
            if column0 < column1:
                part = self._union(planes, film)[row0:row1, column0:column1]
                corners = transform.points_to_viewport([(column0, row0), (column1, row1)])
                (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
                drawn = _ink(_mirrored(part.astype(np.uint8) * 255, transform))
                painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), drawn)
        else:
            painter.drawImage(QPointF(*map(round, transform.offset)), self._shrunk(planes, film, transform))
        painter.restore()

    def _shrunk(self, planes: tuple[OverlayPlane, ...], film: Film, transform: ViewTransform) -> QImage:
        width, height = (max(1, round(side)) for side in transform.shown_size)
        uid, key = film.image.sop_instance_uid, (planes, film.spot, width, height, transform.flip)
        kept = self._drawn.get(uid)
        if kept is None or kept[0] != key:
            mask = self._union(planes, film).astype(np.uint8) * 255
            small = np.asarray(cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
            small = np.where(small > 0, np.maximum(small, _LEAST_ALPHA), 0).astype(np.uint8)
            kept = self._drawn[uid] = (key, _ink(_mirrored(small, transform)))
        return kept[1]

    def _union(self, planes: tuple[OverlayPlane, ...], film: Film) -> _Mask:
        """Return the planes of the frame that is shown, as one: shape (rows, columns)."""
        uid, image, frame = film.image.sop_instance_uid, film.image, film.spot[1] or 1
        kept = self._unions.get(uid)
        if kept is None or kept[0] != (planes, film.spot):
            found = [plane.over(image.rows, image.columns, frame) for plane in planes]
            kept = self._unions[uid] = ((planes, film.spot), np.logical_or.reduce(found))
        return kept[1]


def hidden_by(shutters: Shutters, image: Image, transform: ViewTransform) -> QPainterPath:
    """Return what shutters hide of an image, in device pixels; edges are seen (PS3.3 C.7.6.11)."""
    hidden = QPainterPath()
    hidden.addRect(_box((0, 0), (image.columns, image.rows), transform))
    seen = QPainterPath(hidden)
    if (box := shutters.rectangle) is not None:
        shape = QPainterPath()
        shape.addRect(_box((box.left - 1, box.upper - 1), (box.right, box.lower), transform))
        seen = seen.intersected(shape)
    if (circle := shutters.circle) is not None:
        # The radius counts column steps; on the screen it is round whatever the shape of a pixel.
        across = circle.radius + 0.5
        down = across * transform.column_scale / transform.row_scale
        column, row = circle.column - 0.5, circle.row - 0.5
        shape = QPainterPath()
        shape.addEllipse(_box((column - across, row - down), (column + across, row + down), transform))
        seen = seen.intersected(shape)
    if (polygon := shutters.polygon) is not None:
        corners = [(column - 0.5, row - 0.5) for row, column in polygon.vertices]
        shape = QPainterPath()
        placed = transform.points_to_viewport(corners)
        shape.addPolygon(QPolygonF([QPointF(float(x), float(y)) for x, y in placed]))
        shape.closeSubpath()
        seen = seen.intersected(shape)
    return hidden.subtracted(seen)


def _box(corner: tuple[float, float], other: tuple[float, float], transform: ViewTransform) -> QRectF:
    (x0, y0), (x1, y1) = transform.points_to_viewport([corner, other])
    return QRectF(QPointF(float(x0), float(y0)), QPointF(float(x1), float(y1))).normalized()


def _mirrored(mask: npt.NDArray[np.uint8], transform: ViewTransform) -> npt.NDArray[np.uint8]:
    if transform.flip.horizontal:
        mask = mask[:, ::-1]
    return np.ascontiguousarray(mask[::-1] if transform.flip.vertical else mask)


def _ink(alpha: npt.NDArray[np.uint8]) -> QImage:
    """Return a bright drawing with a dark rim of one pixel, transparent elsewhere."""
    colour: QColor = theme().text
    rim = np.asarray(cv2.dilate(alpha, np.ones((3, 3), np.uint8)))
    ink = np.empty((*alpha.shape, 4), np.uint8)
    strength = alpha.astype(np.uint16)
    # Premultiplied, blue first as Qt keeps ARGB32 in memory; the rim is black, with the alpha alone.
    for place, level in enumerate((colour.blue(), colour.green(), colour.red())):
        ink[..., place] = strength * level // 255
    ink[..., 3] = rim
    rows, columns = alpha.shape
    image = QImage(ink.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied)
    return image.copy()
