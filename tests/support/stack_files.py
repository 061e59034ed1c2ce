"""Files of tomosynthesis in each compression, and the volume that they are, for tests and benchmarks."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import imagecodecs
import numpy as np
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate

from klarsyn.dicom.headers import read_instance
from klarsyn.domain.volume import Volume
from klarsyn.domain.volumes import volume_of_image
from klarsyn.reading.images import StoredImage

BITS = 12
CODECS = {
    "uncompressed": (uid.ExplicitVRLittleEndian, lambda p: p.astype("<u2").tobytes()),
    "JPEG lossless": (
        uid.JPEGLosslessSV1,
        lambda p: bytes(imagecodecs.ljpeg_encode(p, bitspersample=BITS)),
    ),
    "JPEG-LS": (uid.JPEGLSLossless, lambda p: bytes(imagecodecs.jpegls_encode(p))),
    "JPEG 2000": (
        uid.JPEG2000Lossless,
        lambda p: bytes(
            imagecodecs.jpeg2k_encode(p, level=0, codecformat="j2k", bitspersample=BITS, reversible=True)
        ),
    ),
}


def breast_slice(shape: tuple[int, int], number: int, air: int = 0) -> np.ndarray:
    """A half-ellipse of noisy tissue against the left side, other in each slice; 12 bits."""
    rng = np.random.default_rng(number)
    rows, columns = shape
    y, x = np.mgrid[0:rows, 0:columns]
    inside = ((y - rows / 2) / (rows * 0.45)) ** 2 + (x / (columns * 0.85)) ** 2 < 1
    tissue = 1800 + 400 * np.sin((x + 9 * number) / 37) * np.cos(y / 41) + rng.normal(0, 20, shape)
    return np.where(inside, np.clip(tissue, 1, 4095), air).astype(np.uint16)


def write_stack(
    path: Path,
    frames: Iterable[np.ndarray],
    codec: str = "uncompressed",
    heights: Sequence[float] | None = None,
    *,
    padding: int | None = None,
    windows: Sequence[tuple[float, float]] | None = None,
    rescales: Sequence[tuple[float, float]] | None = None,
    spoiled: Iterable[int] = (),
) -> Path:
    """Write one left CC, a frame after the other.

    Parameters
    ----------
    heights
        Of each frame in mm; a millimetre apart when None.
    windows, rescales
        (centre, width) and (slope, intercept) of each frame.
    spoiled
        Frames, counted from 1, whose compressed bytes are nonsense.
    """
    syntax, encode = CODECS[codec]
    shapes, coded = [], []
    for frame in frames:
        shapes.append(frame.shape)
        coded.append(encode(frame))
    for number in spoiled:
        coded[number - 1] = bytes(len(coded[number - 1]))
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.SOPClassUID = uid.BreastTomosynthesisImageStorage
    ds.SOPInstanceUID, ds.StudyInstanceUID, ds.SeriesInstanceUID = (uid.generate_uid() for _ in range(3))
    ds.Modality = "MG"
    ds.Rows, ds.Columns = shapes[0]
    ds.NumberOfFrames, ds.SamplesPerPixel, ds.PhotometricInterpretation = len(coded), 1, "MONOCHROME2"
    ds.BitsAllocated, ds.PixelRepresentation = 16, 0
    # imagecodecs writes JPEG-LS of 16 bits a sample only.
    ds.BitsStored = 16 if codec == "JPEG-LS" else BITS
    ds.HighBit = ds.BitsStored - 1
    if padding is not None:
        ds.add_new("PixelPaddingValue", "US", padding)
    ds.ViewCodeSequence = [_item(CodeValue="399162004", CodingSchemeDesignator="SCT", CodeMeaning="cc")]
    ds.PatientOrientation = ["A", "R"]
    ds.SharedFunctionalGroupsSequence = [
        _item(
            FrameAnatomySequence=[_item(FrameLaterality="L")],
            PixelMeasuresSequence=[_item(PixelSpacing=["0.1", "0.1"], SliceThickness="1")],
            PlaneOrientationSequence=[_item(ImageOrientationPatient=[0, -1, 0, -1, 0, 0])],
            FrameVOILUTSequence=[_item(WindowCenter="1800", WindowWidth="2400")],
        )
    ]
    ds.PerFrameFunctionalGroupsSequence = []
    for number in range(len(coded)):
        height = number if heights is None else heights[number]
        groups = _item(PlanePositionSequence=[_item(ImagePositionPatient=[0, 0, height])])
        if windows is not None:
            center, width = windows[number]
            groups.FrameVOILUTSequence = [_item(WindowCenter=str(center), WindowWidth=str(width))]
        if rescales is not None:
            slope, intercept = rescales[number]
            groups.PixelValueTransformationSequence = [
                _item(RescaleSlope=str(slope), RescaleIntercept=str(intercept), RescaleType="US")
            ]
        ds.PerFrameFunctionalGroupsSequence.append(groups)
    ds.PixelData = encapsulate(coded) if syntax.is_encapsulated else b"".join(coded)
    if syntax.is_encapsulated:
        ds["PixelData"].VR = "OB"
    ds.save_as(path, enforce_file_format=True)
    return path


def volume_of(path: Path, name: str = "") -> tuple[Volume, dict[str, StoredImage]]:
    """Return the volume of one file and its files, kept under `name` (its path when empty)."""
    image = read_instance(path).image
    volume = volume_of_image(image)
    content = hashlib.sha256((name or str(path)).encode()).hexdigest()
    return volume, {image.sop_instance_uid: StoredImage(image, path, content)}


def _item(**attributes: object) -> Dataset:
    item = Dataset()
    for keyword, value in attributes.items():
        setattr(item, keyword, value)
    return item
