"""Small Breast Tomosynthesis files for tests of reading, with the functional groups that Hologic units write.

Constructed after PS3.3 A.55 and a maker's usual way: shared pixel measures, plane
orientation, anatomy and pixel value transformation; for each frame its content, plane position, frame type
and a Frame VOI LUT of its own; X-Ray 3D acquisition and reconstruction. No file of a patient stands behind
them.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.encaps import encapsulate, encapsulate_extended
from pydicom.filewriter import dcmwrite
from pydicom.pixels.encoders.base import RLELosslessEncoder

TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
CT = "1.2.840.10008.5.1.4.1.1.2"
ROWS, COLUMNS = 16, 12

LEFT_CC = ((0.0, -1.0, 0.0), (-1.0, 0.0, 0.0))
"""Row and column direction of a left CC that hangs with its chest wall at the left: normal to the feet."""


def item(**attributes: Any) -> Dataset:
    """One item of a sequence."""
    ds = Dataset()
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return ds


def code(value: str, meaning: str) -> Dataset:
    """A SNOMED CT code."""
    return item(CodeValue=value, CodingSchemeDesignator="SCT", CodeMeaning=meaning)


def pixels(count: int, bits: int = 10) -> npt.NDArray[np.uint16]:
    """Slices that all differ, (count, ROWS, COLUMNS): the number of the slice is in the first pixel."""
    values = np.random.default_rng(count).integers(0, 1 << bits, (count, ROWS, COLUMNS)).astype(np.uint16)
    values[:, 0, 0] = np.arange(count)
    return values


def tomosynthesis(
    values: npt.NDArray[np.uint16] | None = None,
    *,
    heights: Sequence[float] | None = None,
    windows: Sequence[tuple[float, float]] | None = None,
    axes: tuple[tuple[float, ...], tuple[float, ...]] = LEFT_CC,
    **changes: Any,
) -> Dataset:
    """A left CC stack; slice n lies at `heights[n]` mm above the support, by default n mm.

    `windows` are (centre, width) frame by frame. `changes` set attributes of the top level, None deletes.
    """
    values = pixels(5) if values is None else values
    count = len(values)
    heights = list(range(count)) if heights is None else heights
    ds = item(
        SOPClassUID=TOMOSYNTHESIS,
        SOPInstanceUID="2.25.7001",
        StudyInstanceUID="2.25.7000",
        SeriesInstanceUID="2.25.7002",
        FrameOfReferenceUID="2.25.7003",
        ImageType=["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"],
        Modality="MG",
        PatientID="TEST-7",
        PatientName="Prov^Dora",
        StudyDate="20260107",
        Manufacturer="HOLOGIC, Inc.",
        ManufacturerModelName="Selenia Dimensions",
        PresentationLUTShape="IDENTITY",
        LossyImageCompression="00",
        BurnedInAnnotation="NO",
        BreastImplantPresent="NO",
        PartialView="NO",
        NumberOfFrames=count,
        Rows=values.shape[1],
        Columns=values.shape[2],
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        BitsAllocated=16,
        BitsStored=10,
        HighBit=9,
        PixelRepresentation=0,
    )
    ds.ViewCodeSequence = [code("399162004", "cranio-caudal")]
    ds.ViewCodeSequence[0].ViewModifierCodeSequence = []
    ds.XRay3DAcquisitionSequence = [item(KVP="31", ExposureInmAs=55.0, BodyPartThickness="52")]
    ds.XRay3DReconstructionSequence = [
        item(ReconstructionDescription="1 mm", AlgorithmType="FILTER_BACK_PROJ")
    ]
    ds.SharedFunctionalGroupsSequence = [
        item(
            PixelMeasuresSequence=[item(PixelSpacing=["0.1", "0.1"], SliceThickness="1")],
            PlaneOrientationSequence=[item(ImageOrientationPatient=_texts(*axes[0], *axes[1]))],
            FrameAnatomySequence=[
                item(FrameLaterality="L", AnatomicRegionSequence=[code("76752008", "Breast")])
            ],
            PixelValueTransformationSequence=[item(RescaleIntercept="0", RescaleSlope="1", RescaleType="US")],
        )
    ]
    ds.PerFrameFunctionalGroupsSequence = [
        frame_groups(n, heights[n], windows[n] if windows else (400 + n, 500 + n)) for n in range(count)
    ]
    ds.PixelData = values.astype("<u2").tobytes()
    ds["PixelData"].VR = "OW"
    return changed(ds, **changes)


def frame_groups(number: int, height: float, window: tuple[float, float]) -> Dataset:
    """The functional groups of slice `number`, from 0."""
    return item(
        FrameContentSequence=[
            item(StackID="1", InStackPositionNumber=number + 1, DimensionIndexValues=[1, number + 1])
        ],
        PlanePositionSequence=[item(ImagePositionPatient=_texts(-30.0, -5.0, 100.0 + height))],
        FrameVOILUTSequence=[
            item(WindowCenter=f"{window[0]:g}", WindowWidth=f"{window[1]:g}", VOILUTFunction="LINEAR_EXACT")
        ],
        XRay3DFrameTypeSequence=[
            item(FrameType=["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"], ReconstructionIndex=1)
        ],
    )


def changed(ds: Dataset, **changes: Any) -> Dataset:
    """Set attributes of a data set; None deletes one."""
    for keyword, value in changes.items():
        if value is None:
            delattr(ds, keyword)
        else:
            setattr(ds, keyword, value)
    return ds


def reordered(ds: Dataset, order: Sequence[int]) -> Dataset:
    """The same stack with its frames stored in another order; `order` counts from 0."""
    values = np.frombuffer(ds.PixelData, "<u2").reshape(-1, ds.Rows, ds.Columns)
    ds.PixelData = values[list(order)].tobytes()
    groups = list(ds.PerFrameFunctionalGroupsSequence)
    ds.PerFrameFunctionalGroupsSequence = [groups[n] for n in order]
    return ds


def ct_slices(count: int = 4, **changes: Any) -> list[Dataset]:
    """A right MLO of an older unit, each slice a CT image of its own."""
    values = pixels(count)
    turn = np.sqrt(0.5)
    found = []
    for n in range(count):
        ds = tomosynthesis(values[n : n + 1])
        for keyword in (
            "NumberOfFrames",
            "SharedFunctionalGroupsSequence",
            "PerFrameFunctionalGroupsSequence",
        ):
            delattr(ds, keyword)
        ds.SOPClassUID, ds.SOPInstanceUID, ds.InstanceNumber = CT, f"2.25.71{n:03d}", n + 1
        ds.ImageLaterality = "R"
        ds.ViewCodeSequence = [code("399368009", "medio-lateral oblique")]
        ds.ImageOrientationPatient = _texts(0, 1, 0, turn, 0, -turn)
        ds.ImagePositionPatient = _texts(10 - n * turn, 0, 50 - n * turn)
        ds.PixelSpacing, ds.SliceThickness = ["0.085", "0.085"], "1"
        ds.WindowCenter, ds.WindowWidth = "500", "800"
        ds.PixelData = values[n].astype("<u2").tobytes()
        ds["PixelData"].VR = "OW"
        found.append(changed(ds, **changes))
    return found


def write(path: Path, ds: Dataset, syntax: uid.UID = uid.ExplicitVRLittleEndian, **how: Any) -> Path:
    """Write a data set; pixels of a compressed syntax are encoded, or `fragments` of each frame given.

    `table` is "basic", "none" or "extended".
    """
    ds = Dataset(ds)
    if syntax.is_encapsulated:
        values = np.frombuffer(ds.PixelData, "<u2").reshape(-1, ds.Rows, ds.Columns)
        frames = how.get("frames") or [encoded(one, syntax) for one in values]
        table, pieces = how.get("table", "basic"), how.get("pieces", 1)
        if table == "extended":
            ds.PixelData, ds.ExtendedOffsetTable, ds.ExtendedOffsetTableLengths = encapsulate_extended(frames)
        else:
            ds.PixelData = encapsulate(frames, fragments_per_frame=pieces, has_bot=table == "basic")
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
        ds.BitsStored, ds.HighBit = (16, 15) if syntax == uid.JPEGLSLossless else (10, 9)
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID
    ds.file_meta.TransferSyntaxUID = syntax
    if syntax == uid.ExplicitVRBigEndian:
        ds.PixelData = np.frombuffer(ds.PixelData, "<u2").astype(">u2").tobytes()
    dcmwrite(path, ds, enforce_file_format=True)
    return path


def encoded(frame: npt.NDArray[np.uint16], syntax: uid.UID) -> bytes:
    """One frame as a maker codes it."""
    frame = np.ascontiguousarray(frame, np.uint16)
    if syntax == uid.JPEGLSLossless:
        return bytes(imagecodecs.jpegls_encode(frame))
    if syntax == uid.JPEGLosslessSV1:
        return bytes(imagecodecs.ljpeg_encode(frame, bitspersample=10))
    if syntax == uid.JPEG2000Lossless:
        return bytes(imagecodecs.jpeg2k_encode(frame, level=0, codecformat="j2k", bitspersample=10))
    if syntax == uid.HTJ2KLossless:
        return bytes(imagecodecs.htj2k_encode(frame))
    options = {
        "rows": frame.shape[0],
        "columns": frame.shape[1],
        "samples_per_pixel": 1,
        "bits_allocated": 16,
    }
    options |= {"bits_stored": 10, "pixel_representation": 0, "number_of_frames": 1}
    options |= {"photometric_interpretation": "MONOCHROME2"}
    return bytes(RLELosslessEncoder.encode(frame, **options))


def _texts(*values: float) -> list[str]:
    return [f"{value:.6f}" for value in values]
