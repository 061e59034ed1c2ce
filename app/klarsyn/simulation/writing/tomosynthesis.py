"""A stack of slices as a Breast Tomosynthesis Image (PS3.3 A.55)."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.simulation.writing.coding import choose_coding, describe_pixels
from klarsyn.simulation.writing.facts import ImageFacts, Reference, StudyFacts
from klarsyn.simulation.writing.file import write_file
from klarsyn.simulation.writing.frame_geometry import FrameGeometry, frame_geometry
from klarsyn.simulation.writing.multiframe import (
    TIME_FORMAT,
    add_dimension,
    as_they_are,
    frame_anatomy,
    frame_content,
    identify_multiframe,
    storage_of_frames,
)
from klarsyn.simulation.writing.references import study_reference
from klarsyn.simulation.writing.shown import Shown, describe_voi
from klarsyn.simulation.writing.sweep import acquisition_item, sweep_ms
from klarsyn.simulation.xray.raw import BITS as RAW_BITS

# Original: a reconstruction out of projections is no derivation from another volume (C.8.21.1.1.1).
_TYPE = ["ORIGINAL", "PRIMARY", "TOMOSYNTHESIS", "NONE"]


def write_tomosynthesis(
    path: Path,
    slices: Iterable[npt.NDArray[np.uint16]],
    heights_mm: Sequence[float],
    shape: tuple[int, int],
    study: StudyFacts,
    image: ImageFacts,
    shown: Shown,
    *,
    source: Reference | None = None,
) -> str:
    """Write one stack to `path`, slice by slice, and return its SOPInstanceUID.

    Parameters
    ----------
    slices
        (rows, columns) uint16 each, as the maker stores them, dense bright; they are taken one at a time.
    heights_mm
        Of the middle of each slice above the breast support, ascending.
    shape
        (rows, columns) of a slice; `image.spacing_mm` says how large they are.
    shown
        Their grey scale, see `Shown.as_slices`.
    source
        The projections that the slices were computed from.

    Raises
    ------
    OSError
        If the file cannot be written; nothing of it is left.
    ValueError
        If slices and heights differ in number, or a slice is of another size or depth.
    """
    if not heights_mm or any(b <= a for a, b in pairwise(heights_mm)):
        raise ValueError("A stack needs slices, at heights that ascend from the breast support.")
    if shown.inverted:
        raise ValueError("Slices are stored dense bright; tomosynthesis has no MONOCHROME1 (C.8.21.1).")
    ds = Dataset()
    count = len(heights_mm)
    identify_multiframe(ds, str(uid.BreastTomosynthesisImageStorage), study, image, count)
    ds.ImageType = _TYPE
    _say_volume(ds)
    coding = choose_coding(storage_of_frames(image), shown.bits)
    describe_pixels(ds, shape, coding, padding=shown.padding)
    ds.PresentationLUTShape = "IDENTITY"
    add_dimension(ds, image, "ImagePositionPatient", "PlanePositionSequence")
    geometry = frame_geometry(image, shape[1])
    ds.SharedFunctionalGroupsSequence = [_shared(image, geometry, heights_mm, shown)]
    ds.PerFrameFunctionalGroupsSequence = [
        _of_frame(image, geometry, number, height) for number, height in enumerate(heights_mm, 1)
    ]
    ds.XRay3DAcquisitionSequence = [acquisition_item(image, shape)]
    ds.XRay3DReconstructionSequence = [_reconstruction_item(image)]
    ds.ContributingSourcesSequence = [_contributing_item(image, shape, study, source)]
    write_file(path, ds, slices, count, coding, shown.bits)
    return image.sop_instance_uid


def _shared(
    image: ImageFacts,
    geometry: FrameGeometry,
    heights_mm: Sequence[float],
    shown: Shown,
) -> Dataset:
    """Functional groups that all frames have in common (A.55.4)."""
    shared, measures, orientation, voi = (Dataset() for _ in range(4))
    measures.PixelSpacing = [f"{image.pixel_mm:g}"] * 2
    step = heights_mm[1] - heights_mm[0] if len(heights_mm) > 1 else image.vendor.tomosynthesis.slice_mm
    measures.SliceThickness = f"{image.vendor.tomosynthesis.slice_mm:g}"
    measures.SpacingBetweenSlices = f"{step:g}"
    shared.PixelMeasuresSequence = [measures]
    orientation.ImageOrientationPatient = geometry.orientation
    shared.PlaneOrientationSequence = [orientation]
    shared.FrameAnatomySequence = [frame_anatomy(image)]
    shared.PixelValueTransformationSequence = [as_they_are()]
    describe_voi(voi, shown)
    shared.FrameVOILUTSequence = [voi]
    return shared


def _of_frame(image: ImageFacts, geometry: FrameGeometry, number: int, height_mm: float) -> Dataset:
    frame, position, kind = Dataset(), Dataset(), Dataset()
    frame.FrameContentSequence = [frame_content(number, image.acquired, sweep_ms(image))]
    position.ImagePositionPatient = geometry.position(height_mm)
    frame.PlanePositionSequence = [position]
    kind.FrameType = _TYPE
    _say_volume(kind)
    kind.ReconstructionIndex = 1
    frame.XRay3DFrameTypeSequence = [kind]  # May not be shared (A.55.4).
    return frame


def _say_volume(ds: Dataset) -> None:
    """What an image and each of its frames are (C.8.16.2.1, as specialised for X-ray)."""
    ds.PixelPresentation = "MONOCHROME"
    ds.VolumetricProperties = "VOLUME"
    ds.VolumeBasedCalculationTechnique = "TOMOSYNTHESIS"


def _reconstruction_item(image: ImageFacts) -> Dataset:
    """Return the item of XRay3DReconstructionSequence (C.8.21.4)."""
    item = Dataset()
    item.ReconstructionDescription = "Simulated tomosynthesis"
    item.ApplicationName = "Klarsyn simulation"
    item.ApplicationVersion = image.vendor.software
    item.ApplicationManufacturer = image.vendor.manufacturer
    item.AlgorithmType = "FILTER_BACK_PROJ"
    item.AlgorithmDescription = "Shift and add of filtered projections"
    item.AcquisitionIndex = [1]
    return item


def _contributing_item(
    image: ImageFacts, shape: tuple[int, int], study: StudyFacts, source: Reference | None
) -> Dataset:
    """Return the item of ContributingSourcesSequence (C.8.21.2): the projections and their unit."""
    item = Dataset()
    vendor = image.vendor
    item.AcquisitionDateTime = f"{image.acquired:{TIME_FORMAT}}"
    item.Manufacturer = vendor.manufacturer
    item.StationName = vendor.station
    item.ManufacturerModelName = vendor.model
    item.DeviceSerialNumber = f"SIM-{vendor.key}-001"
    item.SoftwareVersions = vendor.software
    item.Rows, item.Columns = shape
    item.BitsStored = RAW_BITS
    item.LossyImageCompression = "00"
    item.DetectorType = vendor.detector.conversion
    item.DetectorID = f"DET-{vendor.key}"
    item.DateOfLastDetectorCalibration = f"{image.acquired:%Y%m%d}"
    item.TimeOfLastDetectorCalibration = "060000"
    item.DetectorElementSpacing = [f"{vendor.detector.spacing_mm:g}"] * 2
    if source is not None:
        item.ContributingSOPInstancesReferenceSequence = [study_reference(study.study_instance_uid, source)]
    return item
