"""A breast between support and paddle, and what rays cross in it."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.anatomy.distance import GRID_MM
from klarsyn.simulation.anatomy.envelope import BEYOND_MM, Envelope
from klarsyn.simulation.anatomy.geometry import Geometry
from klarsyn.simulation.anatomy.node import Node
from klarsyn.simulation.anatomy.resample import resample, sample
from klarsyn.simulation.anatomy.sheets import SHEET_MM, Sheets
from klarsyn.simulation.anatomy.tracing import Traces, trace
from klarsyn.simulation.rays import Beam, Part, Rays

Field = npt.NDArray[np.float32]

_FINE_MM = 0.09
"""Beams with smaller pixels are drawn at twice their spacing and enlarged: nothing healthy is as fine."""


@dataclass(frozen=True, slots=True, eq=False)
class CompressedBreast:
    """One breast in one view, healthy; lesions are added as `parts` of a cast.

    All points are in the frame of rays.py. What does not depend on the beam is made at the first cast
    and kept.
    """

    laterality: Laterality
    geometry: Geometry
    _sheets: Sheets = field(repr=False)
    _envelope: Envelope = field(repr=False)
    _traces: tuple[Traces, ...] = field(repr=False)
    _nodes: tuple[Node, ...] = ()
    _kept: list[Sheets] = field(default_factory=list, repr=False)

    @property
    def position(self) -> ViewPosition:
        """CC or MLO."""
        return self.geometry.position

    @property
    def thickness_mm(self) -> float:
        """Of the compressed breast."""
        return self.geometry.thickness_mm

    @property
    def nipple(self) -> tuple[float, float]:
        """(x, y) of its base in mm."""
        return self.geometry.outline.nipple

    @property
    def nipple_in_profile(self) -> bool:
        """Whether the nipple stands out of the skin line."""
        return self.geometry.outline.nipple_in_profile

    def place(self, depth: float, lateral: float, superior: float) -> tuple[float, float, float]:
        """Return (x, y, z) in mm of a point of breast space."""
        point = (np.array([value], np.float32) for value in (depth, lateral, superior))
        x, y, z = self.geometry.place(*point)
        return float(x[0]), float(y[0]), float(z[0])

    def skin_distance(self, spacing_mm: float) -> Field:
        """Return mm inside (positive) or outside the skin for each pixel of `spacing_mm`."""
        return resample(self.geometry.skin, GRID_MM, self._shape(spacing_mm), spacing_mm)

    def pectoral_depth(self, spacing_mm: float) -> Field | None:
        """Return mm behind (positive) or in front of the muscle's edge for each pixel, or None."""
        return self.geometry.pectoral_depth(spacing_mm)

    def dense_share(self, x: float, y: float) -> float:
        """Return how much of the breast under the skin is glandular at (x, y), 0 to 1, 0 outside."""
        point = np.array([x], np.float32), np.array([y], np.float32)
        length = self.geometry.length(sample(self.geometry.skin, GRID_MM, *point), 0.0)
        dense = sample(self._sheets.dense_length, self._sheets.coarse_mm, *point)
        return float(np.clip(dense[0] / length[0], 0, 1)) if length[0] > 0 else 0.0

    def cast(self, beam: Beam, parts: tuple[Part, ...] = ()) -> Rays:
        """Return what the rays of `beam` cross, with `parts` added in their order."""
        slope = float(np.tan(np.deg2rad(beam.angle_deg)))
        fine = beam.spacing_mm * (2 if beam.spacing_mm < _FINE_MM else 1)
        rows = int(np.ceil(beam.rows * beam.spacing_mm / fine))
        columns = int(np.ceil(beam.columns * beam.spacing_mm / fine))
        # In front of the nipple there is nothing but air.
        used = min(columns, int(np.ceil(self._sheets.shape[1] * SHEET_MM / fine)))
        shape = (rows, used)
        sheets = self._tall() if slope else self._sheets
        dense = resample(sheets.cast(slope), SHEET_MM, shape, fine, top_mm=sheets.top_mm)
        for traces in self._traces:
            if traces.width_mm >= 1.5 * SHEET_MM and fine < SHEET_MM:
                coarse = trace(traces, sheets.shape, SHEET_MM, slope, sheets.top_mm)
                dense += resample(coarse, SHEET_MM, shape, fine, top_mm=sheets.top_mm)
            else:
                dense += trace(traces, shape, fine, slope)
        for node in self._nodes:
            node.add_to(dense, fine, slope)
        total, hull = self._envelope.cast(shape, fine, slope)
        np.maximum(dense, 0, out=dense)
        dense += hull
        np.minimum(dense, total, out=dense)
        total -= dense
        rays = Rays(beam, _full(total, fine, beam), _full(dense, fine, beam))
        for part in parts:
            part.add_to(rays)
        return rays

    def _tall(self) -> Sheets:
        """Return sheets that reach beyond the image, where tilted beams look; made once."""
        if not self._kept:
            self._kept.append(self._sheets.beyond(BEYOND_MM))
        return self._kept[0]

    def _shape(self, spacing_mm: float) -> tuple[int, int]:
        return round(self.geometry.height_mm / spacing_mm), round(self.geometry.width_mm / spacing_mm)


def _full(part: Field, fine_mm: float, beam: Beam) -> Field:
    """Return `part`, which begins at the upper left corner, on the whole grid of `beam`."""
    if fine_mm == beam.spacing_mm and part.shape == beam.shape:
        return part
    whole = np.zeros(beam.shape, np.float32)
    columns = min(beam.columns, round(part.shape[1] * fine_mm / beam.spacing_mm))
    # Linear, so that nothing becomes negative beside a sharp edge.
    whole[:, :columns] = resample(part, fine_mm, (beam.rows, columns), beam.spacing_mm, cubic=False)
    return whole
