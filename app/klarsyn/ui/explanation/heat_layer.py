"""The heat map over an image: a weak tint below the marks, thin contours, and a legend on each view.

It never hides the image: the tint's opacity is 40 % at most, and the contours alone say how much.
"""

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

from klarsyn.domain.shown_slices import slice_words
from klarsyn.domain.volume import Volume
from klarsyn.imaging.geometry import Flip, ViewTransform
from klarsyn.ui.drawings.tools.film import film_of
from klarsyn.ui.explanation.heat_field import LEVELS, HeatField
from klarsyn.ui.theme import theme
from klarsyn.ui.view.corners import MARGIN, wrapped
from klarsyn.ui.view.ink import text_size, write
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from klarsyn.ui.explanation.heat_maps import HeatMaps
    from klarsyn.ui.view.viewport import Viewport

DEEPEST = 0.4
"""Opacity of the tint at the highest value."""

_PENS = ((1.0, Qt.PenStyle.DotLine), (1.0, Qt.PenStyle.SolidLine), (2.0, Qt.PenStyle.SolidLine))
"""Width and style of each level's line: a grey monitor tells them apart, too."""

_SIGNS = ("···", "──", "━━")
_HALO, _HALO_ALPHA = 1.5, 120
"""Of a contour: enough to be seen on dense tissue, too weak to hide a calcification."""
_ONLY_2D = "Heat map: 2D images only, none of slices"
_WIDEST = 270
_MOST_NAMED = 6


class HeatLayer(Layer):
    """Heat maps of the open exam; nothing is drawn and nothing said while `on` is False."""

    def __init__(self) -> None:
        """Have nothing."""
        self.on = False
        self.fields: tuple[HeatField, ...] = ()
        self.awaited: frozenset[str] = frozenset()
        """Images whose field is still being computed."""
        self.not_computed: frozenset[str] = frozenset()
        """Images that were to have a field, and have none, as it was stopped or failed."""
        self.scale = ""
        """What the legends say of the scale, "" where it is that of all images."""
        self.exam_images: frozenset[str] = frozenset()
        """Images of the exam that is read: nothing is said on its priors."""
        self._tints: dict[tuple[int, Flip], QImage] = {}
        self._legends: dict[int, QRectF] = {}

    def reset(self) -> None:
        """Forget all of an exam."""
        self.on, self.fields = False, ()
        self.awaited = self.not_computed = self.exam_images = frozenset()
        self.scale = ""
        self._tints, self._legends = {}, {}

    def follow(self, maps: "HeatMaps") -> None:
        """Draw what there is of an exam's maps, and say of each image without one why it has none."""
        self.take(maps.fields)
        self.awaited, self.not_computed, self.scale = maps.awaited, maps.not_computed, maps.scale

    def take(self, fields: tuple[HeatField, ...]) -> None:
        """Draw these fields and no other."""
        self.fields, self._tints = fields, {}

    def of(self, viewport: "Viewport") -> HeatField | None:
        """Return the field of what a view shows: of its image, and of a frame that is on the screen."""
        film = film_of(viewport)
        if film is None or not self.on:
            return None
        spots = dict.fromkeys(film.frames)
        for each in self.fields:
            at = each.sop_instance_uid, each.frame or 1
            if at in spots or (
                each.frame is None
                and film.slices is None
                and each.sop_instance_uid == film.image.sop_instance_uid
            ):
                return each
        return None

    def cover(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:
        """Tint and contours, where the image stands."""
        field = self.of(viewport)
        if field is None:
            return
        painter.save()
        (left, top), (right, bottom) = transform.points_to_viewport(
            [(0, 0), (transform.columns, transform.rows)]
        )
        painter.setClipRect(
            QRectF(QPointF(left, top), QPointF(right, bottom)).normalized(), Qt.ClipOperation.IntersectClip
        )
        ends = transform.points_to_viewport([(0, 0), field.size])
        (x0, y0), (x1, y1) = ends.min(axis=0), ends.max(axis=0)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(QRectF(x0, y0, x1 - x0, y1 - y0), self._tint(field, transform.flip))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        halo = QColor(theme().halo)
        halo.setAlpha(_HALO_ALPHA)
        for contours, (width, style) in zip(field.contours, _PENS, strict=True):
            for line in contours.lines:
                shape = QPolygonF([QPointF(x, y) for x, y in transform.points_to_viewport(line)])
                for colour, wide in ((halo, width + _HALO), (theme().heat, width)):
                    painter.setPen(QPen(colour, wide * viewport.ratio, style))
                    painter.drawPolygon(shape)
        painter.restore()

    def paint(self, painter: QPainter, viewport: "Viewport", transform: ViewTransform) -> None:  # noqa: ARG002
        """Write the legend above the notices, on the side away from the breast."""
        corners, look = viewport.corners, theme()
        self._legends.pop(id(viewport), None)
        lines = self._legend(viewport)
        if not lines:
            return
        wide = min(viewport.width() - 2 * MARGIN, look.sized(_WIDEST))
        broken = [part for line in lines for part in wrapped(line, wide)]
        high = text_size("Xg", look.small)[1] + 2
        x = viewport.width() - MARGIN if corners.right else MARGIN
        y = free_below(viewport, high * len(broken))
        boxes = []
        for number, line in enumerate(broken):
            at = QPointF(x, y + number * high)
            boxes.append(write(painter, at, line, look.small, look.heat, right=corners.right))
        whole = boxes[0]
        for box in boxes[1:]:
            whole = whole.united(box)
        self._legends[id(viewport)] = whole

    def occupied(self, viewport: "Viewport") -> "Sequence[QRectF]":
        """No word of a drawing goes over the legend."""
        box = self._legends.get(id(viewport))
        return (box,) if box is not None else ()

    def _legend(self, viewport: "Viewport") -> tuple[str, ...]:
        film, field = film_of(viewport), self.of(viewport)
        if not self.on or film is None:
            return ()
        if field is not None:
            levels = "  ".join(
                f"{sign} {100 * level:.0f}" for sign, level in zip(_SIGNS, LEVELS, strict=True)
            )
            first, *more = field.told
            scale = (self.scale,) if self.scale else ()
            return f"Heat map: {first}", f"{levels} % of {field.highest:.2g}", *more, *scale
        uids = {uid for uid, _ in film.frames}
        if not uids & self.exam_images:
            return ()
        if film.slices is not None:
            return (self._elsewhere(film.slices.volume),)
        if uids & self.awaited:
            return ("Heat map: being computed",)
        return ("Heat map: not computed",) if uids & self.not_computed else ("Heat map: none of this image",)

    def _elsewhere(self, volume: Volume) -> str:
        """Say on which slices of a volume there is a map, for those on which there is none."""
        mapped = {(each.sop_instance_uid, each.frame or 1) for each in self.fields}
        on = [n for n, one in enumerate(volume.slices) if (one.sop_instance_uid, one.frame) in mapped]
        if len(on) == 1:
            return f"Heat map: on {slice_words(volume, on[0])}"
        if on:
            named = ", ".join(str(n + 1) for n in on[:_MOST_NAMED]) + (" …" if len(on) > _MOST_NAMED else "")
            return f"Heat map: on slices {named}"
        return "Heat map: none of this image" if any(each.frame for each in self.fields) else _ONLY_2D

    def _tint(self, field: HeatField, flip: Flip) -> QImage:
        kept = self._tints.get((id(field), flip))
        if kept is None:
            kept = self._tints[id(field), flip] = tint_of(field, flip)
        return kept


def tint_of(field: HeatField, flip: Flip) -> QImage:
    """Return the tint of a field, transparent where nothing is known: premultiplied, blue first as Qt has."""
    colour, alpha = theme().heat, np.round(field.shares * DEEPEST * 255).astype(np.uint16)
    alpha = alpha[:: -1 if flip.vertical else 1, :: -1 if flip.horizontal else 1]
    ink = np.empty((*alpha.shape, 4), np.uint8)
    for place, level in enumerate((colour.blue(), colour.green(), colour.red(), 255)):
        ink[..., place] = alpha * level // 255
    rows, columns = alpha.shape
    return QImage(ink.data, columns, rows, 4 * columns, QImage.Format.Format_ARGB32_Premultiplied).copy()


def free_below(viewport: "Viewport", high: float) -> float:
    """Return the height at which the legend stands above what is written at the bottom of a view."""
    below = [box.top() for box in viewport.corners.written if box.top() > viewport.height() / 2]
    return min([*below, viewport.height() - 8.0]) - high - 6
