"""The raw projections of a sweep as a Breast Projection X-Ray Image, For Processing (PS3.3 A.76)."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.simulation.writing.acquisition import (
    ANGLE_DIRECTION,
    SOURCE_TO_DETECTOR_MM,
    entrance_dose,
    half_value_layer,
    positioner_angle,
)
from klarsyn.simulation.writing.codes import standing
from klarsyn.simulation.writing.coding import choose_coding, describe_pixels
from klarsyn.simulation.writing.facts import ImageFacts, StudyFacts
from klarsyn.simulation.writing.file import write_file
from klarsyn.simulation.writing.identifiers import make_uid
from klarsyn.simulation.writing.multiframe import (
    add_dimension,
    as_they_are,
    frame_anatomy,
    frame_content,
    identify_multiframe,
    storage_of_frames,
)
from klarsyn.simulation.writing.shown import Shown, describe_voi
from klarsyn.simulation.writing.sweep import (
    MS_BETWEEN,
    describe_sweep,
    exposure_ms,
    field_of_view,
    tube_angle,
)
from klarsyn.simulation.xray.raw import BITS as RAW_BITS

_TYPE = ["ORIGINAL", "PRIMARY", "TOMO_PROJ", "NONE"]


def write_projections(
    path: Path,
    stack: npt.NDArray[np.uint16],
    angles_deg: Sequence[float],
    study: StudyFacts,
    image: ImageFacts,
) -> str:
    """Write the projections of one sweep to `path`, and return their SOPInstanceUID.

    Parameters
    ----------
    stack
        (n, rows, columns) uint16, linear in photons, as the maker stores them; `image.spacing_mm` says how
        large a pixel is.
    angles_deg
        Tilt of each from the middle of the sweep, as rays.py has it.

    Raises
    ------
    OSError
        If the file cannot be written; nothing of it is left.
    ValueError
        If projections and angles differ in number, or one is of another size or depth.
    """
    if stack.ndim != 3 or len(angles_deg) < 2:
        raise ValueError("A sweep has two projections at least, each of rows and columns.")
    ds = Dataset()
    count, shape = len(angles_deg), (stack.shape[1], stack.shape[2])
    identify_multiframe(ds, str(uid.BreastProjectionXRayImageStorageForProcessing), study, image, count)
    ds.PresentationIntentType = "FOR PROCESSING"
    ds.ImageType = _TYPE
    ds.PatientOrientation = list(image.orientation)
    describe_sweep(ds, image)
    ds.PatientOrientationCodeSequence = [standing()]
    coding = choose_coding(storage_of_frames(image), RAW_BITS)
    describe_pixels(ds, shape, coding, inverted=True)
    ds.PresentationLUTShape = "INVERSE"
    add_dimension(ds, image, "PositionerPrimaryAngle", "PositionerPositionSequence")
    ds.SharedFunctionalGroupsSequence = [_shared(image, shape)]
    ds.PerFrameFunctionalGroupsSequence = [
        _of_frame(image, number, angle) for number, angle in enumerate(angles_deg, 1)
    ]
    write_file(path, ds, stack, count, coding, RAW_BITS)
    return image.sop_instance_uid


def _shared(image: ImageFacts, shape: tuple[int, int]) -> Dataset:
    """Functional groups that all projections have in common (A.76.4)."""
    shared, voi, event, pixels = (Dataset() for _ in range(4))
    shared.FrameAnatomySequence = [frame_anatomy(image)]
    shared.PixelValueTransformationSequence = [as_they_are()]
    # Raw values have no window of their own; this is the whole range.
    describe_voi(voi, Shown.as_slices(RAW_BITS, (2 ** (RAW_BITS - 1), 2**RAW_BITS)))
    shared.FrameVOILUTSequence = [voi]
    event.IrradiationEventUID = make_uid(0, "irradiation event", image.sop_instance_uid)
    shared.IrradiationEventIdentificationSequence = [event]
    pixels.FrameType = _TYPE
    pixels.ImagerPixelSpacing = [f"{image.pixel_mm:g}"] * 2
    pixels.PixelIntensityRelationship, pixels.PixelIntensityRelationshipSign = "LIN", 1
    pixels.GeometricalProperties = "UNIFORM"
    pixels.ImageProcessingApplied = "NONE"
    shared.FramePixelDataPropertiesSequence = [pixels]
    shared.FieldOfViewSequence = [field_of_view(image, shape)]
    shared.CollimatorShapeSequence = [_collimator(shape)]
    return shared


def _collimator(shape: tuple[int, int]) -> Dataset:
    """Return the item of CollimatorShapeSequence (C.8.19.6.14): the whole field is open."""
    item = Dataset()
    item.CollimatorShape = "RECTANGULAR"
    item.CollimatorLeftVerticalEdge = item.CollimatorUpperHorizontalEdge = 0
    item.CollimatorRightVerticalEdge, item.CollimatorLowerHorizontalEdge = shape[1] + 1, shape[0] + 1
    return item


def _of_frame(image: ImageFacts, number: int, tilt_deg: float) -> Dataset:
    frame, positioner, geometry = Dataset(), Dataset(), Dataset()
    started = image.acquired + timedelta(milliseconds=(number - 1) * (MS_BETWEEN + exposure_ms(image)))
    frame.FrameContentSequence = [frame_content(number, started, exposure_ms(image))]
    tube = tube_angle(image, tilt_deg)
    positioner.PositionerPrimaryAngle = f"{tube:.4f}"
    positioner.PositionerPrimaryAngleDirection = ANGLE_DIRECTION
    frame.PositionerPositionSequence = [positioner]
    geometry.DistanceSourceToDetector = geometry.DistanceSourceToPatient = f"{SOURCE_TO_DETECTOR_MM}"
    geometry.DistanceSourceToIsocenter = float(SOURCE_TO_DETECTOR_MM)
    geometry.EstimatedRadiographicMagnificationFactor = "1"
    frame.XRayGeometrySequence = [geometry]
    frame.XRayAcquisitionDoseSequence = [_dose(image)]
    frame.IsocenterReferenceSystemSequence = [_isocenter(image, tube)]
    return frame


def _dose(image: ImageFacts) -> Dataset:
    """Return the item of XRayAcquisitionDoseSequence (C.8.31.4): an equal share of the view's."""
    item, count = Dataset(), image.vendor.tomosynthesis.projections
    item.RelativeXRayExposure = round(image.technique.dose_mgy * 100 / count)
    item.OrganDose = f"{image.technique.dose_mgy / 100 / count:.6f}"
    item.EntranceDoseInmGy = f"{entrance_dose(image) / count:.3f}"
    item.ExposureTimeInms = exposure_ms(image)
    item.ExposureInmAs = image.technique.exposure_mas / count
    item.HalfValueLayer = half_value_layer(image)
    return item


def _isocenter(image: ImageFacts, tube_deg: float) -> Dataset:
    """Return the item of IsocenterReferenceSystemSequence (C.8.31.6), the detector standing still.

    Its angles grow towards the right of whoever faces the gantry, as those of the positioner do.
    """
    item = Dataset()
    stand = positioner_angle(image)
    for part in ("BreastSupport", "Detector"):
        for axis in "XYZ":
            setattr(item, f"{part}{axis}PositionToIsocenter", 0.0)
        setattr(item, f"{part}IsocenterPrimaryAngle", stand)
        setattr(item, f"{part}IsocenterSecondaryAngle", 0.0)
    item.XRaySourceIsocenterPrimaryAngle = tube_deg
    item.XRaySourceIsocenterSecondaryAngle = 0.0
    item.DetectorActiveAreaTLHCPosition = [0.0, 0.0, 0.0]
    item.DetectorActiveAreaOrientation = [1.0, 0.0, 0.0, 0.0, 1.0, 0.0]
    return item
