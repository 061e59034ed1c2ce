"""Whether the reader sees all of an image that its place paints: no shutter, glass or float is over it."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF
from PySide6.QtWidgets import QWidget

from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.view.coverings import Coverings, hidden_by

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport


def in_sight(viewport: "Viewport", transform: ViewTransform) -> bool:
    """Return False while a shutter hides a part of the image, or a glass or a float stands over it.

    Then nothing counts as seen, not even what lies beside: "all pixels seen" must not say too much. A glass
    covers more of the image than it shows.
    """
    if viewport.glass_is_up:
        return False
    return not _is_shuttered(viewport, transform) and not _is_under_a_float(viewport, transform)


def _is_shuttered(viewport: "Viewport", transform: ViewTransform) -> bool:
    loaded = viewport.view.loaded if viewport.view is not None else None
    if loaded is None or loaded.shutters is None:
        return False
    on = any(isinstance(layer, Coverings) and layer.shutters_on for layer in viewport.layers)
    return on and not hidden_by(loaded.shutters, loaded.image, transform).isEmpty()


def _is_under_a_float(viewport: "Viewport", transform: ViewTransform) -> bool:
    x, y, width, height = (side / viewport.ratio for side in transform.shown_rect)
    shown = QRectF(x, y, width, height).toAlignedRect() & viewport.rect()
    widget: QWidget = viewport
    while not widget.isWindow() and (parent := widget.parentWidget()) is not None:
        if any(_overlaps(other, widget, shown) for other in _above(widget, parent)):
            return True
        shown.translate(widget.pos())
        widget = parent
    return False


def _above(widget: QWidget, parent: QWidget) -> list[QWidget]:
    # Qt paints children in this order; what comes later lies above.
    beside = [child for child in parent.children() if isinstance(child, QWidget)]
    return beside[beside.index(widget) + 1 :]


def _overlaps(other: QWidget, widget: QWidget, shown: QRect) -> bool:
    there = shown.translated(widget.pos())
    return not other.isWindow() and other.isVisible() and other.geometry().intersects(there)
