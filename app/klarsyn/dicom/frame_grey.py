"""Grey scales frame by frame: tomosynthesis may give each slice its own window (PS3.3 C.7.6.16.2.10)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from klarsyn.dicom.grey import GrayscaleReader
from klarsyn.dicom.limits import PixelShape
from klarsyn.domain.display import GrayscaleParameters, LutTable
from klarsyn.domain.exam import Notice


@dataclass(frozen=True, slots=True, eq=False)
class FrameGrayscales:
    """Each grey scale that the frames of a file have, once, and which of them each frame has.

    `of_frame` has an index into `grayscales` for frame 1, 2, …
    """

    grayscales: tuple[GrayscaleParameters, ...]
    of_frame: tuple[int, ...]
    notices: tuple[Notice, ...]

    def of(self, frame: int) -> GrayscaleParameters:
        """Return the grey scale of a frame, counted from 1."""
        return self.grayscales[self.of_frame[frame - 1]]


def read_frame_grayscales(
    ds: Dataset, shape: PixelShape, tomosynthesis: bool, frames: int
) -> FrameGrayscales:
    """Return the grey scales of frames 1 to `frames`."""
    reader = GrayscaleReader(ds, shape, tomosynthesis)
    told: dict[Notice, None] = {}
    places: dict[object, int] = {}
    found: list[GrayscaleParameters] = []
    of_frame: list[int] = []
    # Frames without groups of their own all read alike: the first of them stands for the others.
    last = min(frames, reader.groups.described + 1)
    for frame in range(1, last + 1):
        grayscale, notices = reader.of(frame)
        told.update(dict.fromkeys(notices))
        place = places.setdefault(_content(grayscale), len(found))
        if place == len(found):
            found.append(grayscale)
        of_frame.append(place)
    of_frame += [of_frame[-1]] * (frames - last)
    return FrameGrayscales(tuple(found), tuple(of_frame), tuple(told))


def _content(grayscale: GrayscaleParameters) -> object:
    """Return what differs between frames, as something that can be compared; the rest is the file's."""
    return (
        (grayscale.rescale_slope, grayscale.rescale_intercept),
        grayscale.windows,
        tuple(_lut_content(lut) for lut in grayscale.voi_luts),
    )


def _lut_content(lut: LutTable) -> object:
    return lut.first, lut.bits, lut.explanation, lut.values.tobytes()
