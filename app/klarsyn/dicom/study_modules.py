"""Patient and study of a file, for an object that joins the same study (PS3.3 C.7.1 and C.7.2)."""

from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.source import open_source

_ALWAYS = (
    *("PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate"),
    *("StudyTime", "ReferringPhysicianName", "StudyID", "AccessionNumber"),
)
"""Required, though they may be empty (type 2)."""

_IF_THERE = (
    *("IssuerOfPatientID", "PatientAge", "PatientIdentityRemoved", "DeidentificationMethod"),
    *("StudyDescription", "PatientSize", "PatientWeight"),
)


def study_modules(path: Path) -> Dataset:
    """Return a data set with the patient and study modules of a file, in Unicode (ISO_IR 192).

    Raises
    ------
    UnreadableFile
        If the header cannot be read, or has no StudyInstanceUID.
    """
    with open_source(path) as source:
        header = source.header
        if not text(header, "StudyInstanceUID"):
            raise UnreadableFile(
                "The file has no StudyInstanceUID, so that it belongs to no study.", SEND_AGAIN
            )
        ds = Dataset()
        ds.SpecificCharacterSet = "ISO_IR 192"
        try:
            for keyword in (*_ALWAYS, *_IF_THERE):
                # As text: decoded by the old character set here, encoded by the new one when written.
                value = text(header, keyword)
                if value or keyword in _ALWAYS:
                    setattr(ds, keyword, value)
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"Patient and study of the file cannot be copied ({type(error).__name__}).", SEND_AGAIN
            ) from error
    return ds


def series_of(path: Path) -> str:
    """Return the SeriesInstanceUID of a file, which every reference to its image must name.

    Raises
    ------
    UnreadableFile
        If the header cannot be read, or names no series.
    """
    with open_source(path) as source:
        found = text(source.header, "SeriesInstanceUID")
    if not found:
        raise UnreadableFile("The file has no SeriesInstanceUID: nothing can refer to its image.", SEND_AGAIN)
    return found
