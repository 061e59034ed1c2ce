"""Views as files, with what the reading room knows of them, for tests of loading and decoding ahead."""

import hashlib
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless
from small_mammograms import mammogram

from klarsyn.dicom.headers import read_instance
from klarsyn.reading.images import StoredImage

SHAPE = (640, 520)


def stored(path: Path) -> StoredImage:
    """A file as the store hands it out."""
    return StoredImage(read_instance(path).image, path, hashlib.sha256(path.read_bytes()).hexdigest())


def smooth_breast(seed: int = 0, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Tissue against the left edge, 12 bits; no finer than a first look can show."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    inside = ((rows / shape[0] - 0.5) / 0.4) ** 2 + (columns / (shape[1] * 0.7)) ** 2 < 1
    tissue = 1800 + 600 * np.sin(rows / (50 + seed)) * np.cos(columns / 60)
    return np.where(inside, tissue, 40).astype(np.uint16)


def write_view(path: Path, values: np.ndarray, *, jpeg_2000: bool = False, **changes: object) -> StoredImage:
    """Write a left CC of these values, and return it as the store would."""
    ds = mammogram("L", "CC", 1, Rows=values.shape[0], Columns=values.shape[1], **changes)
    ds.PixelData = values.astype("<u2").tobytes()
    if jpeg_2000:
        frame = imagecodecs.jpeg2k_encode(
            values, level=0, reversible=True, codecformat="j2k", bitspersample=12
        )
        ds.PixelData = encapsulate([frame])
        ds["PixelData"].VR, ds["PixelData"].is_undefined_length = "OB", True
        ds.file_meta.TransferSyntaxUID = JPEG2000Lossless
    ds.save_as(path, enforce_file_format=True)
    return stored(path)
