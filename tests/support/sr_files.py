"""Whole reports as files: a content tree under the header of one invented woman's study."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import ExplicitVRLittleEndian
from sr_builder import Node, content, item

MAMMOGRAPHY_CAD, COMPREHENSIVE = "1.2.840.10008.5.1.4.1.1.88.50", "1.2.840.10008.5.1.4.1.1.88.33"
REPORT_UID, STUDY = "2.25.5501", "2.25.880000"

HEADER: dict[str, Any] = {
    "SOPInstanceUID": REPORT_UID,
    "SeriesInstanceUID": "2.25.5500",
    "PatientName": "Testsson^Anna0",
    "PatientID": "19580000-TEST",
    "PatientBirthDate": "19580312",
    "PatientSex": "F",
    "StudyDate": "20260102",
    "StudyTime": "080000",
    "AccessionNumber": "A0",
    "StudyID": "1",
    "ReferringPhysicianName": "",
    "Modality": "SR",
    "SeriesNumber": 77,
    "DeviceSerialNumber": "0",
    "InstanceNumber": 1,
    "ContentDate": "20260102",
    "ContentTime": "081500",
    "CompletionFlag": "COMPLETE",
    "VerificationFlag": "UNVERIFIED",
    "ReferencedPerformedProcedureStepSequence": [],
    "PerformedProcedureCodeSequence": [],
}
"""Of the same woman and study as the exam of `small_mammograms`."""


@dataclass(frozen=True)
class Sender:
    """Who made a report, in the header."""

    manufacturer: str = "Testmaker"
    model: str = "Finder"
    software: str = "3.1"
    sop_class_uid: str = MAMMOGRAPHY_CAD
    character_set: str = "ISO_IR 192"
    template: str = "4000"


def report(
    root: Node,
    evidence: tuple[tuple[str, str, str], ...],
    sender: Sender | None = None,
    *,
    study: str = STUDY,
    **changes: Any,
) -> FileDataset:
    """A whole report of a tree.

    `evidence` are (SOP class, SOP instance, series) of the images. `changes` set attributes, None deletes.
    """
    sender = sender or Sender()
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = sender.sop_class_uid, REPORT_UID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", content(root), file_meta=meta, preamble=b"\0" * 128)
    whole: dict[str, Any] = {
        **HEADER,
        "SpecificCharacterSet": sender.character_set,
        "SOPClassUID": sender.sop_class_uid,
        "StudyInstanceUID": study,
        "Manufacturer": sender.manufacturer,
        "ManufacturerModelName": sender.model,
        "SoftwareVersions": sender.software,
        "ContentTemplateSequence": [item(MappingResource="DCMR", TemplateIdentifier=sender.template)],
        "CurrentRequestedProcedureEvidenceSequence": _evidence(evidence, study),
        **changes,
    }
    for keyword, value in whole.items():
        if value is not None:
            setattr(ds, keyword, value)
        elif keyword in ds:
            delattr(ds, keyword)
    return ds


def _evidence(images: tuple[tuple[str, str, str], ...], study: str) -> list[Dataset]:
    series: dict[str, list[Dataset]] = {}
    for sop_class, sop_instance, series_uid in images:
        named = item(ReferencedSOPClassUID=sop_class, ReferencedSOPInstanceUID=sop_instance)
        series.setdefault(series_uid, []).append(named)
    listed = [item(SeriesInstanceUID=uid, ReferencedSOPSequence=named) for uid, named in series.items()]
    return [item(StudyInstanceUID=study, ReferencedSeriesSequence=listed)]


def write(path: Path, ds: Dataset) -> Path:
    """Write a report as a file."""
    dcmwrite(path, ds, enforce_file_format=True)
    return path
