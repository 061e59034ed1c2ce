"""Between image coordinates (column, row) and viewport coordinates (x, y): used by overlay and mouse.

Image coordinates count from the top-left corner of the top-left pixel, whose centre is (0.5, 0.5)
(PS3.3 C.18.6.1.1). Viewport coordinates are device pixels from the viewport's top-left corner.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klarsyn.imaging.orientation import Flip


@dataclass(frozen=True, slots=True)
class ViewTransform:
    """One image in one viewport.

    Parameters
    ----------
    columns, rows
        Size of the whole image.
    column_scale, row_scale
        Device pixels per image pixel; they differ when pixels are not square.
    offset
        Viewport (x, y) of the top-left corner of the image *as shown*, after mirroring.
    """

    columns: int
    rows: int
    flip: Flip
    column_scale: float
    row_scale: float
    offset: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        """Refuse scales that have no way back."""
        if not (self.column_scale > 0 and self.row_scale > 0):
            raise ValueError(f"Scales are above 0, not {self.column_scale} and {self.row_scale}.")

    @property
    def scale(self) -> float:
        """The larger of both scales: what decides which pyramid level is sharp enough."""
        return max(self.column_scale, self.row_scale)

    @property
    def shown_size(self) -> tuple[float, float]:
        """Width and height of the whole image in device pixels."""
        return self.columns * self.column_scale, self.rows * self.row_scale

    @property
    def shown_rect(self) -> tuple[float, float, float, float]:
        """Viewport (x, y, width, height) of the whole image."""
        return (*self.offset, *self.shown_size)

    def to_viewport(self, column: float, row: float) -> tuple[float, float]:
        """Return the viewport (x, y) of an image point."""
        if self.flip.horizontal:
            column = self.columns - column
        if self.flip.vertical:
            row = self.rows - row
        return self.offset[0] + column * self.column_scale, self.offset[1] + row * self.row_scale

    def to_image(self, x: float, y: float) -> tuple[float, float]:
        """Return the image (column, row) under a viewport point; it may lie outside the image."""
        column = (x - self.offset[0]) / self.column_scale
        row = (y - self.offset[1]) / self.row_scale
        if self.flip.horizontal:
            column = self.columns - column
        if self.flip.vertical:
            row = self.rows - row
        return column, row

    def points_to_viewport(self, points: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Map points of shape (n, 2), (column, row) each, to (x, y) of the same shape."""
        shown = np.array(points, dtype=np.float64).reshape(-1, 2)
        if self.flip.horizontal:
            shown[:, 0] = self.columns - shown[:, 0]
        if self.flip.vertical:
            shown[:, 1] = self.rows - shown[:, 1]
        return shown * (self.column_scale, self.row_scale) + self.offset

    def pixel_at(self, x: float, y: float) -> tuple[int, int] | None:
        """Return the (column, row) of the pixel under a viewport point, or None outside the image."""
        column, row = self.to_image(x, y)
        at = int(np.floor(column)), int(np.floor(row))
        return at if 0 <= at[0] < self.columns and 0 <= at[1] < self.rows else None

    def visible_region(self, viewport_size: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return the half-open pixel range (column0, row0, column1, row1) that a viewport can show.

        Empty (0, 0, 0, 0) when the image lies outside of the viewport.
        """
        corners = [self.to_image(0, 0), self.to_image(*viewport_size)]
        low = np.floor(np.min(corners, axis=0))
        high = np.ceil(np.max(corners, axis=0))
        column0, row0 = np.clip(low, 0, (self.columns, self.rows)).astype(int).tolist()
        column1, row1 = np.clip(high, 0, (self.columns, self.rows)).astype(int).tolist()
        return (column0, row0, column1, row1) if column0 < column1 and row0 < row1 else (0, 0, 0, 0)

    def moved(self, dx: float, dy: float) -> "ViewTransform":
        """Return the transform after a pan by device pixels."""
        return replace(self, offset=(self.offset[0] + dx, self.offset[1] + dy))

    def zoomed(self, factor: float, about: tuple[float, float]) -> "ViewTransform":
        """Return the transform after zooming by `factor`; the image point under `about` stays there."""
        x, y = about
        return replace(
            self,
            column_scale=self.column_scale * factor,
            row_scale=self.row_scale * factor,
            offset=(x + (self.offset[0] - x) * factor, y + (self.offset[1] - y) * factor),
        )
