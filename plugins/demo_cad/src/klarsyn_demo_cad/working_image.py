"""From a view as stored to what the graph takes: 0.1 mm pixels of the breast only, and back."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition
from klarsyn.engine.contract import EngineView
from klarsyn_demo_cad.breast import breast_masks, chest_is_left

FINE_MM = 0.1
COARSE_MM = 0.5
_BLOCK = 10  # the graph wants sides that are multiples of this
_MARGIN_MM = 5
ASSUMED_LONG_SIDE_MM = 240.0
"""Where a header gives no spacing, the longer side of a mammography film: 18 x 24 cm is the usual format."""

_OBLIQUE = {ViewPosition.MLO, ViewPosition.ML, ViewPosition.LM, ViewPosition.LMO}


@dataclass(frozen=True, slots=True, eq=False)
class WorkingImage:
    """The breast of one view at 0.1 mm, cropped, with masks at 0.5 mm.

    `film` is True for a scan of film: every digital detector states its spacing (PS3.3 C.8.11.4), scans of
    film mostly do not.
    """

    grey: npt.NDArray[np.float32]
    breast: npt.NDArray[np.float32]
    inner: npt.NDArray[np.float32]
    film: bool

    def within_breast(
        self, outline_mm: npt.NDArray[np.float64], centre_mm: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.float64]:
        """Draw points of an outline beyond the skin back to the centre until they are in the breast."""
        shares = np.linspace(1, 0, 21)[:, None, None]
        tried = centre_mm + shares * (outline_mm - centre_mm)
        pixels = (tried / COARSE_MM).astype(np.int64)
        columns, rows = (np.clip(pixels[..., k], 0, self.breast.shape[1 - k] - 1) for k in (0, 1))
        first = np.argmax(self.breast[rows, columns] > 0, axis=0)
        drawn: npt.NDArray[np.float64] = tried[first, np.arange(len(outline_mm))]
        return drawn


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """Where the breast is on a view, and its range of grey values: what all slices of a volume share.

    `box` is (first row, end, first column, end) in pixels of the view.
    """

    box: tuple[int, int, int, int]
    breast: npt.NDArray[np.float32]
    inner: npt.NDArray[np.float32]
    greys: tuple[float, float]
    spacing_mm: tuple[float, float]
    shape: tuple[int, int]
    film: bool
    chest_left: bool

    @property
    def corner_mm(self) -> tuple[float, float]:
        """(column, row) of the box's corner."""
        return self.box[2] * self.spacing_mm[1], self.box[0] * self.spacing_mm[0]

    def image(self, pixels: npt.NDArray[np.uint16] | npt.NDArray[np.float32]) -> WorkingImage:
        """Crop (rows, columns) of the whole view to the breast, and normalise the grey values."""
        y0, y1, x0, x1 = self.box
        return self.image_of_box(pixels[y0:y1, x0:x1])

    def image_of_box(self, cropped: npt.NDArray[np.uint16] | npt.NDArray[np.float32]) -> WorkingImage:
        """Do what `image` does, for pixels of the box alone."""
        high, wide = (n * step for n, step in zip(cropped.shape, self.spacing_mm, strict=True))
        fine = _resized(cropped, high / FINE_MM, wide / FINE_MM)
        pad = [(-n) % _BLOCK for n in fine.shape]
        fine = np.pad(fine, [(0, pad[0]), (0, pad[1])], mode="edge")
        low, top = self.greys
        grey = (fine - np.float32(low)) / np.float32(max(top - low, 1e-6))
        grey = np.clip(grey, -1, 4)
        return WorkingImage(grey, self.breast, self.inner, self.film)

    def to_view(self, points_mm: npt.NDArray[np.float64]) -> tuple[tuple[float, float], ...]:
        """Turn (column, row) in mm of the crop into pixels of the view, kept inside it."""
        rows, columns = self.shape
        row_mm, column_mm = self.spacing_mm
        corner = self.corner_mm
        x = np.clip((points_mm[:, 0] + corner[0]) / column_mm, 0, columns)
        y = np.clip((points_mm[:, 1] + corner[1]) / row_mm, 0, rows)
        return tuple((float(a), float(b)) for a, b in np.round(np.stack([x, y], 1), 2))


def spacing_of(view: EngineView) -> tuple[float, float]:
    """(row, column) spacing in mm, assumed from the size where the header has none."""
    if view.spacing is not None and view.spacing.row_mm > 0 and view.spacing.column_mm > 0:
        return view.spacing.row_mm, view.spacing.column_mm
    assumed = ASSUMED_LONG_SIDE_MM / max(view.pixels.shape[-2:])
    return assumed, assumed


def flat_region(view: EngineView) -> Region | None:
    """Find the breast of a 2D view; None where there is none."""
    return region_of(view, lambda: at_one_mm(view, view.pixels))


def at_one_mm(view: EngineView, pixels: npt.NDArray[np.uint16]) -> npt.NDArray[np.float32]:
    """Shrink one image of a view to pixels of 1 mm."""
    row_mm, column_mm = spacing_of(view)
    return _resized(pixels, pixels.shape[0] * row_mm, pixels.shape[1] * column_mm)


def region_of(view: EngineView, shrunk: Callable[[], npt.NDArray[np.float32]]) -> Region | None:
    """Find the breast of a view on `shrunk`, its image of 1 mm pixels; None where there is none."""
    row_mm, column_mm = spacing_of(view)
    rows, columns = view.pixels.shape[-2:]
    if min(rows * row_mm, columns * column_mm) < 20:
        return None
    small = shrunk()
    masks = breast_masks(small, view.view_position in _OBLIQUE)
    if masks is None:
        return None
    top, bottom = _range(masks.breast.any(axis=1))
    left, right = _range(masks.breast.any(axis=0))

    # The box in the view's own pixels, a margin around.
    y0, y1 = max(0, int(top / row_mm)), min(rows, int(bottom / row_mm) + 1)
    x0, x1 = max(0, int(left / column_mm)), min(columns, int(right / column_mm) + 1)
    high, wide = ((n * step) for n, step in ((y1 - y0, row_mm), (x1 - x0, column_mm)))
    corner = (x0 * column_mm, y0 * row_mm)
    blocks = (max(1, round(side / FINE_MM)) for side in (high, wide))
    tall, broad = ((n + (-n) % _BLOCK) // 5 for n in blocks)
    breast, inner = (_at_coarse(mask, corner, (tall, broad)) for mask in (masks.breast, masks.inner))
    low, high_value = np.percentile(small[masks.breast], [5, 95])
    return Region(
        (y0, y1, x0, x1),
        breast,
        inner,
        (float(low), float(high_value)),
        (row_mm, column_mm),
        (rows, columns),
        view.spacing is None and not view.is_volume,
        chest_is_left(masks.breast),
    )


def _resized(
    pixels: npt.NDArray[np.uint16] | npt.NDArray[np.float32], high: float, wide: float
) -> npt.NDArray[np.float32]:
    size = (max(1, round(wide)), max(1, round(high)))
    shrinks = size[0] <= pixels.shape[1] and size[1] <= pixels.shape[0]
    return cv2.resize(
        np.asarray(pixels), size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
    ).astype(np.float32)


def _range(used: npt.NDArray[np.bool_]) -> tuple[float, float]:
    where = np.flatnonzero(used)
    return float(where[0] - _MARGIN_MM), float(where[-1] + 1 + _MARGIN_MM)


def _at_coarse(
    mask: npt.NDArray[np.bool_], corner: tuple[float, float], size: tuple[int, int]
) -> npt.NDArray[np.float32]:
    """Read a mask of 1 mm at the centres of the crop's 0.5 mm pixels."""
    centres = [(np.arange(n) + 0.5) * COARSE_MM for n in size]
    rows = np.clip((centres[0] + corner[1]).astype(np.int64), 0, mask.shape[0] - 1)
    columns = np.clip((centres[1] + corner[0]).astype(np.int64), 0, mask.shape[1] - 1)
    return mask[np.ix_(rows, columns)].astype(np.float32)
