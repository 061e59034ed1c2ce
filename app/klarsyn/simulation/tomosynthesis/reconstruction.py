"""Filtered back-projection: each slice is the sum of the filtered projections, shifted to its height.

With parallel rays a point at height z stands z * tan(angle) further along y on a projection. A slice takes
from each projection the row at y + z * tan(angle): what lies at z falls together, what lies elsewhere is
smeared along y into as many faint copies as there are projections. Those artefacts are those of real units
and stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.simulation.tomosynthesis.filtering import (
    FilteredProjection,
    FilterShape,
    attenuation,
    filter_projection,
    value_of_step,
)
from klarsyn.simulation.tomosynthesis.outline import Outline, find_outline
from klarsyn.simulation.tomosynthesis.projections import Projections
from klarsyn.simulation.tomosynthesis.threads import for_each

Field = npt.NDArray[np.float32]

TILE_ROWS = 64
"""Rows that are summed at a time: they and the sum stay in the cache of one core."""


@dataclass(frozen=True, slots=True, eq=False)
class Reconstruction:
    """The slices of one view, computed when asked for: a sequence of float32 images (rows, columns).

    Values are attenuation after the filters, without unit; outside the rectangle that holds the breast they
    are 0. `outline` is the breast on the projection that is least tilted.
    """

    shape: tuple[int, int]
    spacing_mm: float
    heights_mm: tuple[float, ...]
    outline: Outline
    filtered: tuple[FilteredProjection, ...]
    threads: int

    def __len__(self) -> int:
        return len(self.heights_mm)

    def __getitem__(self, index: int) -> Field:
        return self.slice_at(self.heights_mm[index])

    def __iter__(self) -> Iterator[Field]:
        return (self.slice_at(h) for h in self.heights_mm)

    def slice_at(self, height_mm: float) -> Field:
        """Return the slice at any height between the first and the last one."""
        image = np.zeros(self.shape, np.float32)
        box = self.outline.box

        def fill(rows: tuple[int, int]) -> None:
            image[rows[0] : rows[1], box.left : box.right] = self.tile(height_mm, *rows)

        for_each(fill, self.tiles(), self.threads)
        return image

    def tiles(self) -> list[tuple[int, int]]:
        """Return the (first, last) rows of the tiles that hold the breast."""
        box = self.outline.box
        return [(r, min(r + TILE_ROWS, box.bottom)) for r in range(box.top, box.bottom, TILE_ROWS)]

    def tile(self, height_mm: float, first: int, last: int) -> Field:
        """Return rows [first, last) of the slice at `height_mm`, columns of the outline's box, float32."""
        box = self.outline.box
        total = np.zeros((last - first, box.right - box.left), np.int16)
        for projection in self.filtered:
            total += projection.rows_at(height_mm, first, last)
        return np.multiply(total, np.float32(value_of_step()), dtype=np.float32)


def slice_heights(thickness_mm: float, slice_mm: float = 1.0) -> tuple[float, ...]:
    """Return the heights of the slices' middles, from the breast support up to the paddle."""
    if not thickness_mm > 0 or not slice_mm > 0:
        raise ValueError(
            f"A breast of {thickness_mm:g} mm cannot be cut into slices of {slice_mm:g} mm: "
            "both must be larger than 0."
        )
    count = max(1, int(np.ceil(thickness_mm / slice_mm - 1e-6)))
    return tuple((i + 0.5) * slice_mm for i in range(count))


def reconstruct(
    projections: Projections,
    heights_mm: Sequence[float],
    *,
    shape: FilterShape | None = None,
    threads: int = 2,
) -> Reconstruction:
    """Filter the projections for slices at `heights_mm`; the slices are summed when they are asked for.

    The result does not depend on `threads`.
    """
    if not heights_mm:
        raise ValueError("Tomosynthesis needs at least one slice height.")
    angles = projections.angles_deg
    middle = int(np.argmin(np.abs(angles)))
    outline = find_outline(
        attenuation(projections.stack[middle], projections.air, angles[middle]), projections.spacing_mm
    )
    box = outline.box
    reach = (float(min(heights_mm)), float(max(heights_mm)))
    kept = shape or FilterShape()

    def prepare(i: int) -> FilteredProjection:
        lost = attenuation(projections.stack[i][:, box.left : box.right], projections.air, angles[i])
        lost = np.asarray(cv2.sepFilter2D(lost, -1, _ACROSS, np.ones(1)), np.float32)
        return filter_projection(lost, angles[i], projections.spacing_mm, reach, 1 / len(angles), kept)

    filtered = for_each(prepare, range(len(angles)), threads)
    shape_px = (projections.stack.shape[1], projections.stack.shape[2])
    return Reconstruction(
        shape_px, projections.spacing_mm, tuple(heights_mm), outline, tuple(filtered), threads
    )


# Across the tube's travel there is no ramp to tame, only the same pixels: a weak low-pass makes noise as
# coarse in x as the Hann window makes it in y.
_ACROSS = np.array([0.18, 0.64, 0.18])
