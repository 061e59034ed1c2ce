"""From the malignant map to marks and to a heat map over the view.

Chosen here, since the paper draws no outlines: a mark is a connected part of the breast where the map, drawn
smoothly, is 0.2 or more; its outline is where that has half of its peak or more; the three highest of a view
are told. Nobody has measured these numbers against lesions.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from .window import COLUMNS, GRID, ROWS, Place, Window

LEAST = 0.2
MOST = 3
_FINER = 8  # how much finer the smooth map is than the network's
_HEAT_STEP = 16
_SMALLEST = 9.0  # pixels of the view; thinner parts have no outline
Map = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A mark on a view: its outline as (column, row), and the map's peak in it, 0 to 1."""

    outline: tuple[tuple[float, float], ...]
    peak: float


def marks_of(saliency: Map, window: Window) -> list[Drawn]:
    """Return the marks of a view from its map (46, 30), highest first."""
    fine = np.asarray(cv2.resize(saliency, (COLUMNS // GRID, ROWS // GRID), interpolation=cv2.INTER_LINEAR))
    fine = np.where(window.breast, fine, 0)
    count, labels = cv2.connectedComponents((fine >= LEAST).astype(np.uint8), connectivity=8)
    found = []
    for number in range(1, count):
        part = np.where(labels == number, fine, 0)
        row, column = np.unravel_index(int(part.argmax()), part.shape)
        outline = _outline(part, (int(row), int(column)), window.place)
        if outline is not None:
            found.append(Drawn(outline, float(saliency[row // _FINER, column // _FINER])))
    return sorted(found, key=lambda mark: (-mark.peak, mark.outline))[:MOST]


def _outline(
    part: npt.NDArray[np.float32], top: tuple[int, int], place: Place
) -> tuple[tuple[float, float], ...] | None:
    """Draw around what has half of the peak at `top` or more; None where that is too thin for an outline."""
    _, labels = cv2.connectedComponents((part >= part[top] / 2).astype(np.uint8), connectivity=8)
    core = (labels == labels[top]).astype(np.uint8)
    contours, _ = cv2.findContours(core, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    points = cv2.approxPolyDP(contours[0], 0.7, closed=True)[:, 0].astype(np.float64)
    # A contour runs through the middles of pixels.
    outline = np.round(place.to_view((points + 0.5) * GRID), 2)
    if len(outline) < 3 or cv2.contourArea(outline.astype(np.float32)) < _SMALLEST:
        return None
    return tuple((float(x), float(y)) for x, y in outline)


def heat_of(saliency: Map, place: Place) -> Map:
    """Return the map over the whole view, 16 pixels a step; 0 where the window does not reach."""
    rows, columns = (-(-n // _HEAT_STEP) for n in place.shape)
    y, x = (np.arange(n) + 0.5 for n in (rows, columns))
    across, down = np.meshgrid(x * place.shape[1] / columns, y * place.shape[0] / rows)
    inside = place.from_view(np.stack([across, down], -1))
    cell = ROWS / saliency.shape[0]
    at = (inside / cell - 0.5).astype(np.float32)
    heat = cv2.remap(saliency, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    reached = ((inside >= 0) & (inside <= (COLUMNS, ROWS))).all(-1)
    return np.where(reached, heat, 0).astype(np.float32)
