"""Which image, and which of its frames, a frame of a segmentation was drawn on (Derivation Image functional
group, PS3.3 C.7.6.16.2.6)."""

from dataclasses import dataclass

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, numbers, text, values
from klarsyn.dicom.functional_groups import FrameGroups
from klarsyn.dicom.report_facts import legal_uid


@dataclass(frozen=True, slots=True)
class DrawnOn:
    """The source of one frame; `frame` counts from 1, None where none is named. `why_not` says in words why
    there is none that it may be drawn on."""

    sop_instance_uid: str = ""
    sop_class_uid: str = ""
    frame: int | None = None
    why_not: str = ""


def source_of(groups: FrameGroups, frame: int) -> DrawnOn:
    """Return what frame `frame` of a segmentation, counted from 1, was drawn on."""
    derivation = groups.item("DerivationImageSequence", frame)
    sources = items(derivation, "SourceImageSequence") if derivation is not None else ()
    found = {each for item in sources if (each := _source(item)) is not None}
    if not found:
        return DrawnOn(why_not="it names no image that it was drawn on")
    if len(found) > 1:
        return DrawnOn(why_not=f"it names {len(found)} images or frames that it was made from, not one")
    return found.pop()


def segment_of(groups: FrameGroups, frame: int) -> int | None:
    """Return the number of the segment that a frame shows (Segment Identification, PS3.3 C.8.20.3.2)."""
    item = groups.item("SegmentIdentificationSequence", frame)
    found = numbers(item, "ReferencedSegmentNumber") if item is not None else ()
    return int(found[0]) if len(found) == 1 and found[0] == int(found[0]) else None


def _source(item: Dataset) -> DrawnOn | None:
    uid = text(item, "ReferencedSOPInstanceUID")
    if not legal_uid(uid):
        return None
    preserved = text(item, "SpatialLocationsPreserved")
    sop_class = text(item, "ReferencedSOPClassUID")
    stated = numbers(item, "ReferencedFrameNumber")
    if values(item, "ReferencedFrameNumber") not in ((), ("",)) and (
        len(stated) != 1 or stated[0] < 1 or stated[0] != int(stated[0])
    ):
        return DrawnOn(uid, sop_class, why_not="it does not name one frame of the image that it was drawn on")
    why = "" if preserved in ("", "YES") else "it lies otherwise than the image that it was drawn on"
    return DrawnOn(uid, sop_class, int(stated[0]) if stated else None, why)
