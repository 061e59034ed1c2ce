"""Which images, and which of their frames, a part of a presentation state is about (PS3.3 table 10-3)."""

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, numbers, text
from klarsyn.domain.graphic import ImageFrames, Scope


def read_scope(item: Dataset) -> Scope:
    """Return the images of ReferencedImageSequence; () without one: all images of the state."""
    return tuple(
        ImageFrames(text(one, "ReferencedSOPInstanceUID"), read_frames(one))
        for one in items(item, "ReferencedImageSequence")
    )


def read_frames(item: Dataset) -> tuple[int, ...]:
    """Return ReferencedFrameNumber, counted from 1; () for all frames."""
    return tuple(int(n) for n in numbers(item, "ReferencedFrameNumber"))


def image_reference(sop_class_uid: str, sop_instance_uid: str, frames: tuple[int, ...]) -> Dataset:
    """Return one item of ReferencedImageSequence."""
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class_uid
    item.ReferencedSOPInstanceUID = sop_instance_uid
    if frames:
        item.ReferencedFrameNumber = list(frames)
    return item
