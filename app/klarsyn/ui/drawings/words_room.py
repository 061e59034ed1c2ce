"""What stands on one view already, and where its breast is: what words of drawings keep clear of."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QSizeF

from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.drawings.word_place import Points, Room, Tissue
from klarsyn.ui.view.layers import Layer

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport


def room_on(viewport: "Viewport", transform: ViewTransform, layer: Layer) -> Room:
    """Return the room that a layer has for words: beside marks, corner texts and the layers below it.

    The magnifier and what a window lays over the view come and go, and do not count.
    """
    marks = viewport.placed_marks()
    # A ghost has no number.
    taken = [box for mark in marks for box in (mark.box, mark.number) if not box.isNull()]
    taken += viewport.corners.written
    for each in viewport.layers:
        if each is layer:
            break
        taken += each.occupied(viewport)
    return Room(QSizeF(viewport.size()), taken, tissue=_tissue(viewport, transform))


def _tissue(viewport: "Viewport", transform: ViewTransform) -> Tissue | None:
    mask = viewport.view.loaded.breast if viewport.view is not None else None
    if mask is None or not mask.any():
        return None
    rows, columns = mask.shape
    ratio = viewport.ratio

    def on(points: Points) -> npt.NDArray[np.bool_]:
        column, row = transform.to_image(*(points * ratio).T)
        x = np.floor(np.asarray(column) * columns / transform.columns).astype(int)
        y = np.floor(np.asarray(row) * rows / transform.rows).astype(int)
        there = (x >= 0) & (x < columns) & (y >= 0) & (y < rows)
        found = np.zeros(len(points), np.bool_)
        found[there] = mask[y[there], x[there]]
        return found

    return on
