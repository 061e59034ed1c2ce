"""The slices of one file, in the order of their positions, with the grey scale of each."""

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.frame_grey import FrameGrayscales, read_frame_grayscales
from klarsyn.dicom.limits import PixelShape, pixel_shape
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.sop_classes import read_sop_class
from klarsyn.dicom.source import open_source
from klarsyn.dicom.stack import read_stack
from klarsyn.dicom.view import read_view
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import Image, Notice
from klarsyn.domain.stack import Stack
from klarsyn.domain.volume import Slice
from klarsyn.domain.volumes import volume_of_image


@dataclass(frozen=True, slots=True, eq=False)
class SliceTable:
    """What one file holds, slice by slice.

    Parameters
    ----------
    slices
        By rising position (`domain/slice_order.py`), those that are in the file.
    grayscales, grayscale_of
        Each grey scale of the file once, and which of them frame 1, 2, … has.
    step_mm, thickness_mm
        Usual distance of neighbours, and SliceThickness; None where unknown.
    """

    slices: tuple[Slice, ...]
    grayscales: tuple[GrayscaleParameters, ...]
    grayscale_of: tuple[int, ...]
    step_mm: float | None
    thickness_mm: float | None
    notices: tuple[Notice, ...]

    def grayscale(self, frame: int) -> GrayscaleParameters:
        """Return the grey scale of a frame, counted from 1."""
        return self.grayscales[self.grayscale_of[frame - 1]]


def read_slices(path: Path) -> SliceTable:
    """Read which slices a file of tomosynthesis holds; their pixels are located, not decoded.

    Of other images, the frames as they stand in the file.

    Raises
    ------
    UnreadableFile
        As `read_instance`.
    """
    with open_source(path) as source:
        ds = source.header
        try:
            sop_class_uid, sop_class = read_sop_class(ds, source.meta)
            shape = pixel_shape(ds)
            frames = len(find_pixels(source, shape).frames)
            greys = read_frame_grayscales(ds, shape, sop_class.tomosynthesis, frames)
            single = sop_class.single_slice
            view = read_view(ds, frames, single_slice=single)
            stack, _, notices = read_stack(ds, frames, shape.frames, view, single_slice=single)
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The header is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
            ) from error
        return _table(_image(ds, sop_class_uid, shape, frames, stack), greys, notices)


def _image(ds: Dataset, sop_class_uid: str, shape: PixelShape, frames: int, stack: Stack) -> Image:
    uid, study = text(ds, "SOPInstanceUID"), text(ds, "StudyInstanceUID")
    return Image(uid, sop_class_uid, study, shape.rows, shape.columns, frames, stack=stack)


def _table(image: Image, greys: FrameGrayscales, notices: list[Notice]) -> SliceTable:
    volume = volume_of_image(image)
    return SliceTable(
        volume.slices,
        greys.grayscales,
        greys.of_frame,
        volume.step_mm,
        volume.thickness_mm,
        tuple(dict.fromkeys((*notices, *greys.notices, *volume.notices))),
    )
