"""What the reports and documents of other makers say at the top of their files: who, when, of which study."""

import re
from datetime import datetime

from pydicom import uid
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, moment, text, texts
from klarsyn.dicom.errors import EXPORT_AGAIN, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.limits import MAX_ELEMENT
from klarsyn.dicom.stated_zone import in_zone

_UNDEFINED = 0xFFFFFFFF
_UID = re.compile(r"[0-9.]{1,64}")


def legal_uid(value: str) -> bool:
    """True for digits and dots, 64 at most (PS3.5 6.2); whatever else stands there names no object."""
    return _UID.fullmatch(value) is not None


def required_uid(ds: Dataset, keyword: str, what: str) -> str:
    """Return a UID that nothing can do without; `what` is the object's name in the sentence.

    Raises
    ------
    UnreadableFile
        If it is missing or illegal.
    """
    found = text(ds, keyword)
    if not legal_uid(found):
        state = "is no legal UID" if found else "is missing"
        raise UnreadableFile(f"{keyword} of the {what} {state}, so that it belongs to no exam.", SEND_AGAIN)
    return found


def require_whole(ds: Dataset) -> None:
    """Refuse a file that breaks off, or holds an element too large to be read; asked before all else.

    An image is missed where its pixels are cut. A report that is cut between two findings looks whole.

    Raises
    ------
    UnreadableFile
        If an element of the top level has fewer bytes than it announces.
    """
    for element in ds.values():
        if not isinstance(element, RawDataElement) or element.length in (0, _UNDEFINED):
            continue
        if element.value is None:
            raise UnreadableFile(
                f"An element of the file has {element.length} bytes; {MAX_ELEMENT // 2**20} MiB are read at "
                "most.",
                EXPORT_AGAIN,
            )
        if isinstance(element.value, bytes) and len(element.value) < element.length:
            raise UnreadableFile("The file is truncated: it ends in the middle of an element.", SEND_AGAIN)


def class_of(ds: Dataset, meta: Dataset) -> str:
    """Return the SOPClassUID that a file states in its data set, else in its meta information."""
    return text(ds, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID")


def class_name(sop_class_uid: str) -> str:
    """Return a SOP class in words, for a sentence."""
    if not sop_class_uid:
        return "of no stated SOP class"
    label = uid.UID(sop_class_uid).name
    return label[:64] if label != sop_class_uid else f"of the unknown class {sop_class_uid[:64]}"


def software_versions(ds: Dataset) -> str:
    """Return SoftwareVersions (0018,1020) in one line."""
    return ", ".join(version for version in texts(ds, "SoftwareVersions") if version)


def made_at(ds: Dataset) -> datetime | None:
    """Return when the content was made, as local time of its maker (PS3.3 C.17.2, C.24.2, C.7.6.1), and with
    the zone where the file states one."""
    for stamp, day, clock in (
        ("", "ContentDate", "ContentTime"),
        ("AcquisitionDateTime", "SeriesDate", "SeriesTime"),
        ("", "InstanceCreationDate", "InstanceCreationTime"),
    ):
        found = in_zone(moment(ds, stamp, day, clock), ds)
        if found is not None:
            return found
    return None


def referenced_classes(ds: Dataset) -> dict[str, str]:
    """Return {SOPInstanceUID: SOPClassUID} of the instances that a file lists as its sources or evidence.

    Common Instance Reference and Segmentation (PS3.3 C.12.2), the evidence of an SR (C.17.2), the sources of
    an encapsulated document (C.24.2).
    """
    series = list(items(ds, "ReferencedSeriesSequence"))
    for group in ("StudiesContainingOtherReferencedInstancesSequence", *_EVIDENCE):
        series += [one for study in items(ds, group) for one in items(study, "ReferencedSeriesSequence")]
    named = [
        one
        for each in series
        for one in (*items(each, "ReferencedInstanceSequence"), *items(each, "ReferencedSOPSequence"))
    ]
    named += items(ds, "SourceInstanceSequence")
    pairs = ((text(o, "ReferencedSOPInstanceUID"), text(o, "ReferencedSOPClassUID")) for o in named)
    return {instance: sop_class for instance, sop_class in pairs if legal_uid(instance)}


_EVIDENCE = ("CurrentRequestedProcedureEvidenceSequence", "PertinentOtherEvidenceSequence")
