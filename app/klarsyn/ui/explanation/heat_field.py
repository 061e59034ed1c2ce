"""A heat map as it is drawn: a coarse field over an image, its tint, and its contours at set levels. No Qt.

All fields of an exam share one scale, 1 being the highest value of all: what is weak beside another image
looks weak.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.explanation import HeatMap, OcclusionMap

LEVELS = (0.25, 0.5, 0.75)
"""Parts of the highest value at which contours stand."""

NOTHING = 0.005
"""A scale whose highest value is less than this would make a map of what the engine rounds."""

FINER = 9
"""Points of a contour within one cell, odd, so that one is its centre; between centres it is linear."""


@dataclass(frozen=True, slots=True, eq=False)
class HeatField:
    """One image's field.

    `values`, (rows, columns) of cells, float32, NaN where nothing is known; `cell` is the size of a cell in
    image pixels (rows, columns), the first cell beginning at the image's corner. `highest` is the value that
    counts as 1. `frame` is the frame of a stack that it belongs to, `told` what the legend says of it.
    """

    sop_instance_uid: str
    frame: int | None
    values: npt.NDArray[np.float32]
    cell: tuple[float, float]
    told: tuple[str, ...]
    highest: float = 1.0
    _made: list["Contours"] = field(default_factory=list)

    @property
    def size(self) -> tuple[float, float]:
        """Columns and rows of the image that the field covers; the last cells may reach beyond its edge."""
        rows, columns = self.values.shape
        return columns * self.cell[1], rows * self.cell[0]

    @property
    def shares(self) -> npt.NDArray[np.float32]:
        """The field from 0 to 1, FINER times as fine; 0 where nothing is known, or the value rises."""
        known = np.nan_to_num(self.values, nan=0.0, posinf=0.0, neginf=0.0)
        part = np.clip(known / self.highest, 0.0, 1.0).astype(np.float32)
        rows, columns = part.shape
        wanted = columns * FINER, rows * FINER
        return np.asarray(cv2.resize(part, wanted, interpolation=cv2.INTER_LINEAR), np.float32)

    @property
    def contours(self) -> tuple["Contours", ...]:
        """The contours at LEVELS; found once."""
        if not self._made:
            shares = np.pad(self.shares, 1)
            self._made.extend(Contours(level, tuple(self._lines(shares, level))) for level in LEVELS)
        return tuple(self._made)

    def _lines(self, shares: npt.NDArray[np.float32], level: float) -> Iterable[npt.NDArray[np.float64]]:
        inside = (shares >= level).astype(np.uint8)
        found, _ = cv2.findContours(inside, cv2.RETR_LIST, cv2.CHAIN_APPROX_NONE)
        for line in found:
            # From the middle of a point of the padded field to (column, row) of the image.
            points = (np.asarray(line, np.float64).reshape(-1, 2) - 1 + 0.5) / FINER
            yield points * (self.cell[1], self.cell[0])


@dataclass(frozen=True, slots=True, eq=False)
class Contours:
    """Closed lines at one level, each (n, 2) of (column, row) in image pixels."""

    level: float
    lines: tuple[npt.NDArray[np.float64], ...]


def engine_fields(
    maps: Iterable[HeatMap], sizes: dict[str, tuple[int, int]], engine: str
) -> tuple[HeatField, ...]:
    """Return the engine's own maps; `sizes` are (rows, columns) of the images by SOPInstanceUID."""
    told = (f"of {engine}",)
    # Regions of one image may have a map each: where they meet, the highest value stands.
    of_frame: dict[tuple[str, int | None], npt.NDArray[np.float32]] = {}
    for each in maps:
        if each.sop_instance_uid in sizes and each.values.size:
            at, values = (each.sop_instance_uid, each.frame), np.asarray(each.values, np.float32)
            of_frame[at] = _highest_of(of_frame[at], values) if at in of_frame else values
    made = []
    for (uid, frame), values in of_frame.items():
        cell = sizes[uid][0] / values.shape[0], sizes[uid][1] / values.shape[1]
        made.append(HeatField(uid, frame, values, cell, told))
    return on_one_scale(made, nothing=0.0)


def _highest_of(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the higher value at each place, as finely as the finer of the two; NaN where both are."""
    rows, columns = (max(sides) for sides in zip(one.shape, other.shape, strict=True))
    same = [np.asarray(cv2.resize(v, (columns, rows), interpolation=cv2.INTER_NEAREST)) for v in (one, other)]
    return np.asarray(np.fmax(*same), np.float32)


def occlusion_field(found: OcclusionMap, cell_mm: float) -> HeatField:
    """Return what covering cell after cell has shown of one image."""
    part = "" if found.complete else f", {found.asked} of {found.cells} cells"
    cell = float(found.cell[0]), float(found.cell[1])
    side = f"{cell_mm:.0f} mm" if cell_mm else f"{found.cell[0]} pixels"
    whole = "image's" if found.alone else "exam's"
    told = f"fall without each {side}", f"of the {whole} value of {found.whole:.2g}{part}"
    return HeatField(found.sop_instance_uid, None, found.drop.astype(np.float32), cell, told)


def on_one_scale(fields: Iterable[HeatField], nothing: float = NOTHING) -> tuple[HeatField, ...]:
    """Return fields with the highest value of all as their 1; where that is `nothing` or less, none."""
    found = tuple(fields)
    tops = [float(np.nanmax(each.values)) for each in found if np.isfinite(each.values).any()]
    highest = max((top for top in tops if np.isfinite(top)), default=0.0)
    if highest <= nothing:
        return ()
    return tuple(replace(each, highest=highest, _made=[]) for each in found)
