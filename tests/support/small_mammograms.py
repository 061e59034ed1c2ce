"""Small legal mammograms (For Presentation), written for tests. Patients are invented."""

from pathlib import Path

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

FOR_PRESENTATION = "1.2.840.10008.5.1.4.1.1.1.2"
VIEWS = {"CC": ("399162004", "cranio-caudal"), "MLO": ("399368009", "medio-lateral oblique")}
ALL_VIEWS = (("R", "CC"), ("L", "CC"), ("R", "MLO"), ("L", "MLO"))
ROWS, COLUMNS = 240, 190


def code(value: str, scheme: str, meaning: str) -> Dataset:
    """A code sequence item."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, scheme, meaning
    return item


def breast(laterality: str, seed: int) -> np.ndarray:
    """A bright half disc with a little noise, chest wall where the view hangs it; 12 bit."""
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    from_wall = (COLUMNS - 1 - columns) if laterality == "R" else columns
    inside = ((rows - ROWS / 2) / (ROWS * 0.42)) ** 2 + (from_wall / (COLUMNS * 0.8)) ** 2 < 1
    noise = np.random.default_rng(seed).integers(0, 200, (ROWS, COLUMNS))
    return np.where(inside, 1500 + noise, 0).astype(np.uint16)


def mammogram(laterality: str, view: str, exam: int, **changes: object) -> FileDataset:
    """One image as a data set; `changes` set attributes by keyword, None deletes one."""
    number = ALL_VIEWS.index((laterality, view)) if (laterality, view) in ALL_VIEWS else 9
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = FOR_PRESENTATION
    meta.MediaStorageSOPInstanceUID = f"2.25.77{exam:04d}{number}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = FOR_PRESENTATION, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = f"2.25.88{exam:04d}", f"2.25.99{exam:04d}{number}"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate = (
        f"Testsson^Anna{exam}",
        f"1958{exam:04d}-TEST",
        "19580312",
    )
    ds.PatientSex, ds.StudyDate, ds.StudyTime, ds.AccessionNumber = "F", "20260102", "080000", f"A{exam}"
    ds.Modality, ds.PresentationIntentType, ds.Manufacturer = "MG", "FOR PRESENTATION", "Testmaker"
    ds.ImageLaterality = laterality
    value, meaning = VIEWS[view]
    ds.ViewCodeSequence = Sequence([code(value, "SCT", meaning)])
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = Sequence([])
    ds.PatientOrientation = (
        {"R": ["P", "L"], "L": ["A", "R"]}[laterality]
        if view == "CC"
        else ({"R": ["P", "F"], "L": ["A", "F"]}[laterality])
    )
    ds.ImagerPixelSpacing, ds.EstimatedRadiographicMagnificationFactor = [0.1, 0.1], 1
    ds.Rows, ds.Columns, ds.SamplesPerPixel, ds.PhotometricInterpretation = ROWS, COLUMNS, 1, "MONOCHROME2"
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 12, 11, 0
    ds.PresentationLUTShape, ds.LossyImageCompression, ds.BurnedInAnnotation = "IDENTITY", "00", "NO"
    ds.BreastImplantPresent, ds.PartialView = "NO", "NO"
    ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction = 1600, 800, "LINEAR"
    ds.PixelData = breast(laterality, exam * 10 + number).tobytes()
    for keyword, given in changes.items():
        if given is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, given)
    if "SOPInstanceUID" in changes:
        ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    return ds


def write_exam(
    folder: Path, exam: int = 0, views: tuple[tuple[str, str], ...] = ALL_VIEWS, **changes: object
) -> list[Path]:
    """Write the views of one exam and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for laterality, view in views:
        path = folder / f"{laterality}{view}.dcm"
        mammogram(laterality, view, exam, **changes).save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths
