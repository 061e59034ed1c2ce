"""From a view to what the network takes, and back: the breast in a window of 2944 x 1920 pixels.

As in the paper (Shen et al., 2021): the chest wall on the left, so right breasts are flipped; a
window of fixed size over the breast, at the image's own pixels; each image standardised by itself. Chosen
here, where our notes of the paper do not say: an image smaller than the window is filled up with 0, which is
air; a breast that is larger, as on film scanned finely, is shrunk until it fits, since what is cut off is
not looked at.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import Laterality
from klarsyn.engine.contract import EngineView
from klarsyn.imaging.breast import breast_mask, breast_side, work_size

ROWS, COLUMNS = 2944, 1920
_DENSE_IS_BRIGHT = GrayscaleParameters(bits_stored=16)  # as engines are given pixels, whatever the file says
GRID = 8
"""Pixels of the window in one pixel of its mask of the breast."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a window lies: `top` and `left` in pixels of the flipped view, `scale` of them in one."""

    top: float
    left: float
    scale: float
    flipped: bool
    shape: tuple[int, int]

    def to_view(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Turn (column, row) in the window into those of the view, kept inside it."""
        x, y = (self._limit(points[..., k] * self.scale + (self.left, self.top)[k], k) for k in (0, 1))
        return np.stack([self.shape[1] - x if self.flipped else x, y], -1)

    def from_view(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Turn (column, row) in the view into those of the window, which may lie outside it."""
        x = self.shape[1] - points[..., 0] if self.flipped else points[..., 0]
        return np.stack([x - self.left, points[..., 1] - self.top], -1) / self.scale

    def _limit(self, values: npt.NDArray[np.float64], axis: int) -> npt.NDArray[np.float64]:
        return np.clip(values, 0, self.shape[1 - axis])


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """`image` is (2944, 1920) of mean 0 and deviation 1; `breast`, `GRID` times smaller, says where it is."""

    image: npt.NDArray[np.float32]
    breast: npt.NDArray[np.bool_]
    place: Place


def window_of(view: EngineView) -> Window | None:
    """Lay the window over a 2D view; None where there is no breast, or nothing but one grey."""
    small = work_size(view.pixels)
    mask = breast_mask(small, _DENSE_IS_BRIGHT)
    if not mask.any():
        return None
    flipped = _chest_is_right(view, small, mask)
    pixels = view.pixels[:, ::-1] if flipped else view.pixels
    place = _place(mask[:, ::-1] if flipped else mask, pixels.shape, flipped)
    cut = _cut(np.asarray(pixels), place)
    mean, deviation = float(cut.mean(dtype=np.float64)), float(cut.std(dtype=np.float64))
    if deviation <= 0:
        return None
    image = (cut - np.float32(mean)) / np.float32(deviation)
    return Window(image, _breast(mask, place), place)


def _chest_is_right(view: EngineView, small: npt.NDArray[np.uint16], mask: npt.NDArray[np.bool_]) -> bool:
    """Say where the chest wall is: what the network knows is how a breast lies, not whose it is."""
    side = breast_side(small, mask=mask)
    return view.laterality is Laterality.RIGHT if side is None else side == "right"


def _breast(mask: npt.NDArray[np.bool_], place: Place) -> npt.NDArray[np.bool_]:
    """Read the view's mask, of any resolution, at the middles of the window's grid; outside is none."""
    y, x = ((np.arange(n // GRID) + 0.5) * GRID * place.scale for n in (ROWS, COLUMNS))
    down, across = y + place.top, x + place.left
    rows, columns = place.shape
    if place.flipped:
        across = columns - across
    at = [
        (v * n / size).astype(int) for v, n, size in zip((down, across), mask.shape, place.shape, strict=True)
    ]
    reached = (down >= 0) & (down < rows), (across >= 0) & (across < columns)
    found = mask[np.ix_(*(np.clip(v, 0, n - 1) for v, n in zip(at, mask.shape, strict=True)))]
    return found & reached[0][:, None] & reached[1][None]


def _place(mask: npt.NDArray[np.bool_], shape: tuple[int, ...], flipped: bool) -> Place:
    rows, columns = shape
    first, last = _ends(np.any(mask, axis=1), rows)
    left, right = _ends(np.any(mask, axis=0), columns)
    scale = max(1.0, (last - first) / ROWS, (right - left) / COLUMNS)
    top = _within((first + last) / 2 - ROWS * scale / 2, ROWS * scale, rows)
    start = max(0, round(min(left, columns - COLUMNS * scale)))
    return Place(top, float(start), scale, flipped, (rows, columns))


def _ends(used: npt.ArrayLike, length: int) -> tuple[float, float]:
    where = np.flatnonzero(used)
    step = length / np.size(used)
    return float(where[0] * step), float((where[-1] + 1) * step)


def _within(start: float, size: float, length: int) -> float:
    """Keep a window of `size` inside the image; where that is smaller, put it in the middle."""
    free = length - size
    return float(int(free / 2) if free <= 0 else round(min(max(start, 0.0), free)))


def _cut(pixels: npt.NDArray[np.uint16], place: Place) -> npt.NDArray[np.float32]:
    """Take the window out of the flipped view, filled up with 0."""
    high, wide = round(ROWS * place.scale), round(COLUMNS * place.scale)
    top, left = int(place.top), int(place.left)
    whole = np.zeros((high, wide), np.float32)
    part = pixels[max(top, 0) : top + high, left : left + wide]
    above = max(-top, 0)
    whole[above : above + part.shape[0], : part.shape[1]] = part
    if (high, wide) == (ROWS, COLUMNS):
        return whole
    return np.asarray(cv2.resize(whole, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA))
