"""What one file of tomosynthesis holds, slice by slice, put together as for the reader."""

from dataclasses import dataclass
from pathlib import Path

from klarsyn.dicom.headers import read_instance
from klarsyn.dicom.slice_greys import read_slice_greys
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import Notice
from klarsyn.domain.volume import Slice
from klarsyn.domain.volumes import volume_of_image


@dataclass(frozen=True)
class SliceTable:
    """Slices by rising position, and the grey scale of frame 1, 2, …"""

    slices: tuple[Slice, ...]
    grayscales: tuple[GrayscaleParameters, ...]
    grayscale_of: tuple[int, ...]
    step_mm: float | None
    thickness_mm: float | None
    notices: tuple[Notice, ...]

    def grayscale(self, frame: int) -> GrayscaleParameters:
        return self.grayscales[self.grayscale_of[frame - 1]]


def read_slices(path: Path) -> SliceTable:
    greys = read_slice_greys(path).greys
    volume = volume_of_image(read_instance(path).image)
    return SliceTable(
        volume.slices,
        greys.grayscales,
        greys.of_frame,
        volume.step_mm,
        volume.thickness_mm,
        volume.hanging_image().notices,
    )
