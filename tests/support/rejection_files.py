"""Key Object Selection documents that reject images, written for tests."""

from pathlib import Path

from pydicom import dcmread
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian
from small_mammograms import code

KEY_OBJECTS = "1.2.840.10008.5.1.4.1.1.88.59"


def rejection(files: list[Path], title: str = "113001", number: int = 1, **changes: object) -> FileDataset:
    """A document that rejects the images in these files, of their woman and study."""
    of = [dcmread(path, stop_before_pixels=True) for path in files]
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = KEY_OBJECTS, f"2.25.66{number:04d}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = KEY_OBJECTS, meta.MediaStorageSOPInstanceUID
    ds.SeriesInstanceUID, ds.Modality = f"2.25.67{number:04d}", "KO"
    for keyword in ("StudyInstanceUID", "PatientID", "PatientName", "PatientBirthDate", "StudyDate"):
        setattr(ds, keyword, getattr(of[0], keyword))
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    ds.ConceptNameCodeSequence = Sequence([code(title, "DCM", "Rejected")])
    series = []
    for image in of:
        named = Dataset()
        named.ReferencedSOPClassUID, named.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
        one = Dataset()
        one.SeriesInstanceUID, one.ReferencedSOPSequence = image.SeriesInstanceUID, Sequence([named])
        series.append(one)
    study = Dataset()
    study.StudyInstanceUID, study.ReferencedSeriesSequence = of[0].StudyInstanceUID, Sequence(series)
    ds.CurrentRequestedProcedureEvidenceSequence = Sequence([study])
    for keyword, given in changes.items():
        setattr(ds, keyword, given)
    return ds


def write_rejection(path: Path, files: list[Path], title: str = "113001", **changes: object) -> Path:
    """Write such a document."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rejection(files, title, **changes).save_as(path, enforce_file_format=True)
    return path
