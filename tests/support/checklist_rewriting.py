"""A simulated exam written anew as that of another woman, whole or with other pixels."""

from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.dataset import FileDataset
from pydicom.uid import ExplicitVRLittleEndian


def as_of_another(source: Path, folder: Path, family_name: str, suffix: str) -> None:
    """Write the files of an exam with another name and other UIDs."""
    folder.mkdir(exist_ok=True)
    for path in sorted(source.glob("*.dcm")):
        ds = dcmread(path)
        rename(ds, family_name, suffix)
        ds.save_as(folder / path.name)


def rename(ds: FileDataset, family_name: str, suffix: str) -> None:
    """Give a file another name and other UIDs."""
    for keyword in ("SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"):
        setattr(ds, keyword, (getattr(ds, keyword) + suffix)[:64])
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.PatientName, ds.PatientID = f"{family_name}^Exempla", f"1961070{suffix[1:]}2384"


def cut(ds: FileDataset, pixels: np.ndarray) -> None:
    """Give a file these pixels, uncompressed."""
    ds.Rows, ds.Columns = pixels.shape
    ds.PixelData = pixels.tobytes()
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian


def save_as_further(ds: FileDataset, path: Path, suffix: str) -> None:
    """Save as one more image of its exam."""
    ds.SOPInstanceUID = (ds.SOPInstanceUID + suffix)[:64]
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.save_as(path)
