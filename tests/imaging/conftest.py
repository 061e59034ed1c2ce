"""Small legal files and pictures of breasts that the imaging tests share."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    generate_uid,
)


def write_dicom(path: Path, pixels: np.ndarray) -> Path:
    """Write 16-bit pixels, shape (rows, columns) or (frames, rows, columns), uncompressed."""
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    dataset.SOPInstanceUID = generate_uid()
    dataset.StudyInstanceUID = generate_uid()
    dataset.SeriesInstanceUID = generate_uid()
    dataset.Modality = "MG"
    dataset.Rows, dataset.Columns = pixels.shape[-2:]
    if pixels.ndim == 3:
        dataset.NumberOfFrames = pixels.shape[0]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit = 15
    dataset.PixelRepresentation = int(pixels.dtype == np.int16)
    dataset.PixelData = pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()
    dataset.save_as(path, enforce_file_format=True)
    return path


def breast_picture(rows: int = 300, columns: int = 220, side: str = "left") -> np.ndarray:
    """A half-ellipse of tissue against one side, air elsewhere, noise on both; 12 bits, MONOCHROME2."""
    rng = np.random.default_rng(4)
    y, x = np.mgrid[0:rows, 0:columns]
    inside = ((y - rows / 2) / (rows * 0.4)) ** 2 + (x / (columns * 0.55)) ** 2 < 1
    tissue = 1800 + 500 * np.sin(x / 9) * np.cos(y / 11)
    picture = np.where(inside, tissue, 60) + rng.normal(0, 15, (rows, columns))
    picture = np.clip(picture, 0, 4095).astype(np.uint16)
    return np.ascontiguousarray(picture if side == "left" else picture[:, ::-1])


@pytest.fixture
def dicom_file(tmp_path) -> Callable[..., Path]:
    """Return a function that writes pixels to a DICOM file of its own."""
    count = iter(range(1000))

    def write(pixels: np.ndarray) -> Path:
        return write_dicom(tmp_path / f"image-{next(count)}.dcm", pixels)

    return write


@pytest.fixture
def picture() -> Callable[..., np.ndarray]:
    """Return the function that draws a breast."""
    return breast_picture
