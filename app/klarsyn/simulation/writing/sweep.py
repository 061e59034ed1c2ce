"""How a tomosynthesis unit exposed: one sweep of the tube, its dose shared by the projections (PS3.3 C.8.21.3
and C.8.31.1)."""

from pydicom.dataset import Dataset

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.tomosynthesis.projections import tilt_angles
from klarsyn.simulation.writing.acquisition import (
    ANGLE_DIRECTION,
    SOURCE_TO_DETECTOR_MM,
    describe_dose,
    half_value_layer,
    positioner_angle,
)
from klarsyn.simulation.writing.facts import ImageFacts
from klarsyn.simulation.writing.multiframe import TIME_FORMAT

MS_BETWEEN = 200.0


def exposure_ms(image: ImageFacts) -> float:
    """Return how long one projection is exposed."""
    return round(image.technique.exposure_ms / image.vendor.tomosynthesis.projections, 1)


def sweep_ms(image: ImageFacts) -> float:
    """Return how long the sweep takes."""
    return image.vendor.tomosynthesis.projections * (MS_BETWEEN + exposure_ms(image))


def tube_angle(image: ImageFacts, tilt_deg: float) -> float:
    """Return PositionerPrimaryAngle of a projection that is tilted by `tilt_deg` as rays.py has it.

    A positive tilt casts high points down the columns, medially: there the tube stands lateral of the
    middle of its sweep, which is towards the patient's left, and so to smaller angles, for her left breast.
    """
    turn = -tilt_deg if image.laterality is Laterality.LEFT else tilt_deg
    return round(positioner_angle(image) + turn, 4) + 0.0  # Makes an ordinary zero of a negative one.


def describe_sweep(ds: Dataset, image: ImageFacts) -> None:
    """Enhanced Mammography Image module: the sweep as a whole, as far as it is no matter of frames."""
    _describe_beam(ds, image)
    ds.AcquisitionDateTime = f"{image.acquired:{TIME_FORMAT}}"
    ds.AcquisitionDuration = sweep_ms(image) / 1000
    ds.PositionerType, ds.PositionerMotion = "MAMMOGRAPHIC", "DYNAMIC"
    ds.TypeOfDetectorMotion = "STATIONARY"
    ds.DetectorType = image.vendor.detector.conversion
    ds.DetectorID = f"DET-{image.vendor.key}"
    ds.DateOfLastDetectorCalibration = f"{image.acquired:%Y%m%d}"


def acquisition_item(image: ImageFacts, shape: tuple[int, int]) -> Dataset:
    """Return the item of XRay3DAcquisitionSequence: the sweep as a whole, and each projection of it."""
    item, unit = field_of_view(image, shape), image.vendor.tomosynthesis
    tilts = tilt_angles(unit.projections, unit.sweep_deg)
    _describe_beam(item, image)
    item.PrimaryPositionerScanStartAngle = tube_angle(image, tilts[0])
    item.PrimaryPositionerScanArc = unit.sweep_deg
    # Negative where the angle falls from one projection to the next (C.8.21.3.1.3).
    item.PrimaryPositionerIncrement = (tube_angle(image, tilts[-1]) - tube_angle(image, tilts[0])) / (
        len(tilts) - 1
    )
    item.HalfValueLayer = half_value_layer(image)
    item.XRayReceptorType = "DIGITAL_DETECTOR"
    item.DetectorTemperature = "28"
    item.FilterMaterial, item.FilterType = image.vendor.filter_material, "FLAT"
    item.DistanceSourceToDetector = item.DistanceSourceToPatient = f"{SOURCE_TO_DETECTOR_MM}"
    item.EstimatedRadiographicMagnificationFactor = "1"
    item.PerProjectionAcquisitionSequence = [_projection(image, tilt) for tilt in tilts]
    return item


def field_of_view(image: ImageFacts, shape: tuple[int, int]) -> Dataset:
    """Return an item with the field of view (C.8.19.6.2): the whole detector, turned over or not."""
    item = Dataset()
    item.FieldOfViewShape = "RECTANGLE"
    item.FieldOfViewDimensionsInFloat = [length * image.pixel_mm for length in shape]
    item.FieldOfViewOrigin = ["0", "0"]
    item.FieldOfViewRotation = "0"
    item.FieldOfViewHorizontalFlip = "YES" if image.mirrored else "NO"
    return item


def _describe_beam(ds: Dataset, image: ImageFacts) -> None:
    technique = image.technique
    ds.KVP = f"{technique.kvp}"
    ds.ExposureTimeInms = float(technique.exposure_ms)
    ds.ExposureInmAs = float(technique.exposure_mas)
    ds.XRayTubeCurrentInmA = technique.exposure_mas / technique.exposure_ms * 1000
    ds.FocalSpots = "0.3"
    ds.AnodeTargetMaterial = image.vendor.anode
    ds.BodyPartThickness = f"{technique.thickness_mm:g}"
    ds.CompressionForce = f"{technique.force_n:g}"
    ds.PaddleDescription = "Flat"
    ds.ExposureControlMode = "AUTOMATIC"
    ds.ExposureControlModeDescription = "By thickness"
    describe_dose(ds, image)


def _projection(image: ImageFacts, tilt_deg: float) -> Dataset:
    """Return how one projection was exposed."""
    item, technique, count = Dataset(), image.technique, image.vendor.tomosynthesis.projections
    item.KVP = f"{technique.kvp}"
    item.ExposureTimeInms = exposure_ms(image)
    item.ExposureInmAs = technique.exposure_mas / count
    item.XRayTubeCurrentInmA = technique.exposure_mas / technique.exposure_ms * 1000
    item.RelativeXRayExposure = round(technique.dose_mgy * 100 / count)
    item.PositionerPrimaryAngle = f"{tube_angle(image, tilt_deg):.4f}"
    item.PositionerPrimaryAngleDirection = ANGLE_DIRECTION
    return item
