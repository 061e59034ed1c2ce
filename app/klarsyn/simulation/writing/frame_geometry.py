"""Where frames lie in the woman: from the simulator's frame (rays.py) to the patient's (PS3.3 C.7.6.2.1.1).

Patient axes are L, P and H. The origin is the point that the simulator draws at its upper left corner on the
breast support: chest wall, lateral (CC) or superior (MLO).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.writing.facts import ImageFacts

Vector = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FrameGeometry:
    """Unit vectors in patient coordinates: along the stored rows, down the columns, from support to tube.

    `first_pixel` is the centre of the upper left stored pixel of a slice on the support, in mm.
    """

    along_row: Vector
    down_column: Vector
    to_tube: Vector
    first_pixel: Vector

    def position(self, height_mm: float) -> list[str]:
        """Return ImagePositionPatient (0020,0032) of a slice whose middle is so far above the support."""
        return _decimals(self.first_pixel + height_mm * self.to_tube)

    @property
    def orientation(self) -> list[str]:
        """ImageOrientationPatient (0020,0037)."""
        return _decimals(np.concatenate([self.along_row, self.down_column]))


def frame_geometry(image: ImageFacts, columns: int) -> FrameGeometry:
    """Return the geometry of frames of `image` with so many columns.

    With the unit at an angle t, columns run medially in CC (t = 0) and turn towards the feet as t grows; the
    tube stands above in CC and turns to the medial side.
    """
    tilt = np.deg2rad(abs(image.technique.angle_deg))
    medial = np.array([-1.0 if image.laterality is Laterality.LEFT else 1.0, 0.0, 0.0])
    head = np.array([0.0, 0.0, 1.0])
    anterior = np.array([0.0, -1.0, 0.0])
    down = np.cos(tilt) * medial - np.sin(tilt) * head
    up = np.cos(tilt) * head + np.sin(tilt) * medial
    # Rows lead away from the chest wall, or back to it where the maker stores the wall at the right.
    forward = image.orientation[0] == "A"
    pixel = image.pixel_mm
    from_wall = pixel / 2 if forward else (columns - 0.5) * pixel
    return FrameGeometry(
        along_row=anterior if forward else -anterior,
        down_column=down,
        to_tube=up,
        first_pixel=from_wall * anterior + pixel / 2 * down,
    )


def _decimals(numbers: Vector) -> list[str]:
    """Return decimal strings of at most 16 characters (PS3.5 6.2), the same on every machine."""
    # Adding 0.0 makes an ordinary zero of a negative one.
    return [f"{round(float(number), 6) + 0.0:.6f}".rstrip("0").rstrip(".") for number in numbers]
