"""Key Object Selection documents that reject images (IHE IOCM) -> the domain's `Rejection`.

The title says why (PS3.16 CID 7010), the evidence which (PS3.3 C.17.6.2, CurrentRequestedProcedureEvidence).
Other key object documents mark images of interest; they are told by name and not read.
"""

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import damaged_items, items, text
from klarsyn.dicom.content.values import CONCEPT_NAME, code_of
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.person import read_patient
from klarsyn.dicom.report_facts import class_of, legal_uid, require_whole, required_uid
from klarsyn.dicom.source import Source, open_source
from klarsyn.domain.exam import Patient
from klarsyn.domain.rejection import Rejection, RejectionReason

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"
_EVIDENCE = "CurrentRequestedProcedureEvidenceSequence"


@dataclass(frozen=True, slots=True)
class ReceivedRejection:
    """A rejection, and the patient that it names."""

    rejection: Rejection
    patient: Patient


def is_key_objects(path: Path) -> bool:
    """True for a Key Object Selection document, be it one that `read_rejection` then refuses by name.

    Raises
    ------
    UnreadableFile
        If the header cannot be read.
    """
    with open_source(path) as source:
        try:
            return class_of(source.header, source.meta) == KEY_OBJECTS
        except PARSE_FAILURES as error:
            raise _damaged(error) from error


def read_rejection(path: Path) -> ReceivedRejection:
    """Return what a document rejects.

    Raises
    ------
    UnreadableFile
        If it rejects nothing, or is damaged: a rejection is taken whole or not at all.
    """
    with open_source(path) as source:
        try:
            require_whole(source.header)
            return _received(source)
        except PARSE_FAILURES as error:
            raise _damaged(error) from error


def _received(source: Source) -> ReceivedRejection:
    ds = source.header
    title = code_of(ds, CONCEPT_NAME)
    reasons = {reason.value: reason for reason in RejectionReason}
    if title is None or title.scheme != "DCM" or title.value not in reasons:
        called = f" with the title {title.value[:16]} ({title.scheme[:16]})" if title is not None else ""
        raise UnreadableFile(
            f"The object is a Key Object Selection document{called}, which rejects no image.",
            "Nothing is lost from the exam: of such documents only rejections are read.",
        )
    uid = required_uid(ds, "SOPInstanceUID", "rejection")
    images = _images(ds)
    if not images:
        raise UnreadableFile("The rejection names no image, so that nothing is taken away.", SEND_AGAIN)
    return ReceivedRejection(Rejection(uid, reasons[title.value], images), read_patient(ds))


def _images(ds: Dataset) -> tuple[tuple[str, str], ...]:
    found: dict[tuple[str, str], None] = {}
    for study in _sound(ds, _EVIDENCE):
        study_uid = text(study, "StudyInstanceUID")
        for series in _sound(study, "ReferencedSeriesSequence"):
            for instance in _sound(series, "ReferencedSOPSequence"):
                image_uid = text(instance, "ReferencedSOPInstanceUID")
                if not (legal_uid(study_uid) and legal_uid(image_uid)):
                    raise UnreadableFile("The rejection names an image by no legal UID.", SEND_AGAIN)
                found[study_uid, image_uid] = None
    return tuple(found)


def _sound(ds: Dataset, keyword: str) -> tuple[Dataset, ...]:
    if damaged_items(ds, keyword):
        raise UnreadableFile("The list of rejected images is damaged.", SEND_AGAIN)
    return items(ds, keyword)


def _damaged(error: BaseException) -> UnreadableFile:
    return UnreadableFile(
        f"The rejection is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
    )
