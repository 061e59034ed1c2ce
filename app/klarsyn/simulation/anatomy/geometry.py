"""Where breast space lies on one view, and how thick the compressed breast is there.

Breast space is (depth behind the nipple, lateral, superior) in mm; the axis of depth runs from the nipple
to the chest wall, square to it in CC, square to the pectoral muscle in MLO. The MLO beam goes from
superomedial to inferolateral at 45 degrees, so "up" in the image is (lateral + superior) / sqrt 2 and
the height above the support grows with (superior - lateral) / sqrt 2.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import ViewPosition
from klarsyn.simulation.anatomy.distance import GRID_MM, signed_distance
from klarsyn.simulation.anatomy.outline import Outline
from klarsyn.simulation.anatomy.resample import sample

Field = npt.NDArray[np.float32]

SKIN_MM = 1.5
"""Thickness of the skin (Huang et al., Med Phys 2008;35:1199: 1.45 mm on average)."""
_EDGE = 0.42
"""Radius of the rounded edge, as a share of the compressed thickness."""
_LIMIT = 0.96
"""Nothing in the breast lies closer to the faces than this share of the half thickness."""


@dataclass(frozen=True, slots=True, eq=False)
class Geometry:
    """One compressed breast on a detector of `height_mm` x `width_mm`.

    `skin` is mm inside the skin on the grid of distance.py. `scale` is how many mm on this view one mm
    of breast space takes along (depth, up); `half_beam_mm` is half of the extent of breast space along the
    beam.
    """

    position: ViewPosition
    height_mm: float
    width_mm: float
    thickness_mm: float
    outline: Outline
    skin: Field
    scale: tuple[float, float]
    half_beam_mm: float

    def beyond(self, margin_mm: float) -> "Geometry":
        """Return the same breast on an image that reaches `margin_mm` further up and down."""
        outline, height = self.outline.moved(margin_mm), self.height_mm + 2 * margin_mm
        skin = signed_distance(outline.skin, height, self.width_mm)
        return replace(self, outline=outline, height_mm=height, skin=skin)

    def turn(self, depth: Field, lateral: Field, superior: Field) -> tuple[Field, Field, Field]:
        """Return breast space as this view sees it: (depth, up, along the beam to the tube)."""
        if self.position is ViewPosition.CC:
            return depth, lateral, superior
        half = np.float32(np.sqrt(0.5))
        return depth, (lateral + superior) * half, (superior - lateral) * half

    def turn_back(self, depth: Field, up: Field, beam: Field) -> tuple[Field, Field, Field]:
        """Return (depth, lateral, superior): `turn` undone."""
        if self.position is ViewPosition.CC:
            return depth, up, beam
        half = np.float32(np.sqrt(0.5))
        return depth, (up - beam) * half, (up + beam) * half

    def on_image(self, depth: Field, up: Field) -> tuple[Field, Field]:
        """Return (x, y) in mm of points of the turned breast space."""
        ax, ay = self.outline.axis
        d, u = depth * np.float32(self.scale[0]), up * np.float32(self.scale[1])
        # "Up" is square to the axis, towards the upper edge of the image.
        x, y = self.outline.nipple[0] + d * ax - u * ay, self.outline.nipple[1] + d * ay + u * ax
        return np.asarray(x, np.float32), np.asarray(y, np.float32)

    def off_image(self, x: Field, y: Field) -> tuple[Field, Field]:
        """Return (depth, up) of points of the image: `on_image` undone."""
        ax, ay = self.outline.axis
        dx, dy = x - np.float32(self.outline.nipple[0]), y - np.float32(self.outline.nipple[1])
        depth, up = (dx * ax + dy * ay) / self.scale[0], (dy * ax - dx * ay) / self.scale[1]
        return np.asarray(depth, np.float32), np.asarray(up, np.float32)

    def length(self, skin: Field, inset_mm: float = 0.0) -> Field:
        """Return mm of breast along a ray, `skin` mm inside the skin line.

        With `inset_mm` it is the length under a skin of that thickness. The compressed edge bulges as half
        an ellipse.
        """
        radius = np.float32(_EDGE * self.thickness_mm - inset_mm)
        edge = 1 - np.clip((skin - np.float32(inset_mm)) / radius, 0, 1)
        length = np.float32(self.thickness_mm - 2 * inset_mm) * np.sqrt(1 - edge * edge)
        return np.asarray(length, np.float32)

    def height(self, x: Field, y: Field, beam: Field) -> Field:
        """Return mm above the support of points seen at (x, y) that lie `beam` mm along the beam."""
        inner = self.length(sample(self.skin, GRID_MM, x, y), SKIN_MM)
        share = beam / np.float32(self.half_beam_mm)
        size = np.abs(share)
        # Tissue near the faces is squeezed together, never pushed through the skin.
        bent = np.where(size < 0.7, size, 0.7 + (_LIMIT - 0.7) * np.tanh((size - 0.7) / (_LIMIT - 0.7)))
        z = np.float32(self.thickness_mm / 2) + np.float32(0.5) * inner * np.sign(share) * bent
        return np.asarray(z, np.float32)

    def beam_at(self, inner: Field, z: float) -> Field:
        """Return where along the beam in breast space the plane at height `z` lies.

        `inner` is mm under the skin along each ray. It is `height` undone where tissue is not squeezed;
        beyond the skin it grows past the breast.
        """
        reach = np.float32(2 * self.half_beam_mm * (z - self.thickness_mm / 2))
        return np.asarray(reach / np.maximum(inner, 1), np.float32)

    def place(self, depth: Field, lateral: Field, superior: Field) -> tuple[Field, Field, Field]:
        """Return (x, y, z) in mm of points of breast space."""
        d, up, beam = self.turn(depth, lateral, superior)
        x, y = self.on_image(d, up)
        return x, y, self.height(x, y, beam)

    def pectoral_depth(self, spacing_mm: float) -> Field | None:
        """Return mm behind (positive) or in front of the muscle's edge for each pixel, or None."""
        edge_line = self.outline.pectoral
        if not len(edge_line):
            return None
        rows, columns = round(self.height_mm / spacing_mm), round(self.width_mm / spacing_mm)
        y = (np.arange(rows) + 0.5) * spacing_mm
        edge = np.interp(y, edge_line[:, 1], edge_line[:, 0])
        slope = np.gradient(edge, spacing_mm)
        x = (np.arange(columns) + 0.5) * spacing_mm
        behind = (edge[:, None] - x[None, :]) / np.sqrt(1 + slope[:, None] ** 2)
        return np.asarray(behind, np.float32)
