"""How the slices of one file become grey, and what covers them: all that their display needs of the header.

Where slices lie is known since the file was taken in; their planes are not read again.
"""

from dataclasses import dataclass
from pathlib import Path

from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.frame_grey import FrameGrayscales, read_frame_grayscales
from klarsyn.dicom.limits import pixel_shape
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.shutters import read_shutters
from klarsyn.dicom.sop_classes import read_sop_class
from klarsyn.dicom.source import open_source
from klarsyn.domain.shutter import Shutters


@dataclass(frozen=True, slots=True, eq=False)
class SliceGreys:
    """The grey scale of each frame of one file, and the file's shutters."""

    greys: FrameGrayscales
    shutters: Shutters | None


def read_slice_greys(path: Path) -> SliceGreys:
    """Read how the frames of a file are shown; their pixels are located, not decoded.

    Raises
    ------
    UnreadableFile
        As `read_instance`.
    """
    with open_source(path) as source:
        ds = source.header
        try:
            _, sop_class = read_sop_class(ds, source.meta)
            shape = pixel_shape(ds)
            frames = len(find_pixels(source, shape).frames)
            greys = read_frame_grayscales(ds, shape, sop_class.tomosynthesis, frames)
            return SliceGreys(greys, read_shutters(ds)[0])
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The header is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
            ) from error
