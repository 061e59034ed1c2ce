"""How a mammogram was exposed: DX positioning, mammography image, X-ray and detector modules (PS3.3 C.8.7.2,
C.8.7.10, C.8.11.4 to C.8.11.7)."""

from pydicom.dataset import Dataset

from klarsyn.domain.exam import Laterality
from klarsyn.simulation.writing.facts import ImageFacts
from klarsyn.simulation.xray.technique import STANDARD_THICKNESS_MM

SOURCE_TO_DETECTOR_MM = 660
"""Stated for the record only: rays are parallel (rays.py), which is why the magnification is 1."""

ANGLE_DIRECTION = "CW"
"""PositionerPrimaryAngleDirection (0018,9559): positive from vertical to the patient's right."""

_LAYER = {"MOLYBDENUM": 0.06, "RHODIUM": 0.24, "SILVER": 0.28}


def describe_exposure(ds: Dataset, image: ImageFacts) -> None:
    """Tube, filter, dose and compression of a single exposure."""
    technique = image.technique
    ds.KVP = technique.kvp
    ds.ExposureTime = technique.exposure_ms
    ds.XRayTubeCurrent = round(technique.exposure_mas / technique.exposure_ms * 1000)
    ds.Exposure = round(technique.exposure_mas)
    ds.ExposureInuAs = round(technique.exposure_mas * 1000)
    ds.ExposureControlMode = "AUTOMATIC"
    ds.ExposureStatus = "NORMAL"
    ds.RelativeXRayExposure = round(technique.dose_mgy * 100)
    ds.AnodeTargetMaterial = image.vendor.anode
    ds.FilterMaterial = image.vendor.filter_material
    ds.FocalSpots = "0.3"
    describe_dose(ds, image)
    ds.CompressionForce = f"{technique.force_n:g}"
    ds.BodyPartThickness = f"{technique.thickness_mm:g}"


def describe_dose(ds: Dataset, image: ImageFacts) -> None:
    """Mean glandular dose and entrance dose; OrganDose is in decigray, 1 mGy is 0.01 dGy (C.8.7.2)."""
    ds.OrganDose = f"{image.technique.dose_mgy / 100:.5f}"
    ds.EntranceDoseInmGy = f"{entrance_dose(image):.2f}"


def entrance_dose(image: ImageFacts) -> float:
    """Return about how many mGy reach the skin.

    Glands get a quarter of them on average where the breast is 50 mm thick, and the smaller a share the
    thicker it is, as `photons_in_air` has it (xray/exposure.py).
    """
    technique = image.technique
    return technique.dose_mgy * 4 * technique.thickness_mm / STANDARD_THICKNESS_MM


def half_value_layer(image: ImageFacts) -> str:
    """Return HalfValueLayer (0040,0314) in mm of aluminium: kVp/100 and a little (EUREF, 4th ed.)."""
    return f"{image.technique.kvp / 100 + _LAYER.get(image.vendor.filter_material, 0.2):.2f}"


def describe_geometry(ds: Dataset, image: ImageFacts) -> None:
    """Distances, angles and spacing; which spacing attributes there are is the maker's habit."""
    ds.DistanceSourceToDetector = ds.DistanceSourceToPatient = SOURCE_TO_DETECTOR_MM
    ds.PositionerType = "MAMMOGRAPHIC"
    ds.PositionerPrimaryAngle = f"{positioner_angle(image):g}"
    ds.PositionerPrimaryAngleDirection = ANGLE_DIRECTION
    ds.PositionerSecondaryAngle = 0
    pitch = f"{image.pixel_mm:g}"
    for keyword in image.vendor.spacing_tags:
        value = "1" if keyword == "EstimatedRadiographicMagnificationFactor" else [pitch, pitch]
        setattr(ds, keyword, value)


def positioner_angle(image: ImageFacts) -> float:
    """Return PositionerPrimaryAngle (0018,1510): 0 from above, positive for the left breast.

    In MLO the tube stands medially (frame_geometry.py): to the patient's right of her left breast.
    """
    angle = abs(image.technique.angle_deg)
    return angle if image.laterality is Laterality.LEFT or angle == 0 else -angle


def describe_detector(ds: Dataset, image: ImageFacts, rows: int, columns: int, *, grid: bool) -> None:
    """The DX detector (C.8.11.4), with the whole of it in the image, and whether a grid was before it."""
    detector, pitch = image.vendor.detector, f"{image.pixel_mm:g}"
    ds.Grid = ["RECIPROCATING", "FOCUSED"] if grid else "NONE"
    ds.DetectorType = detector.conversion
    ds.DetectorConfiguration = "AREA"
    ds.DetectorID = f"DET-{image.vendor.key}"
    ds.DetectorDescription = "Simulated"
    ds.DateOfLastDetectorCalibration = f"{image.acquired:%Y%m%d}"
    ds.DetectorTemperature = 28
    ds.DetectorActiveShape = "RECTANGLE"
    ds.DetectorElementPhysicalSize = ds.DetectorElementSpacing = [f"{detector.spacing_mm:g}"] * 2
    ds.FieldOfViewShape = "RECTANGLE"
    ds.FieldOfViewDimensions = [round(columns * image.pixel_mm), round(rows * image.pixel_mm)]
    ds.FieldOfViewOrigin = [0, 0]
    ds.FieldOfViewRotation = "0"  # An enumerated string: "0.0" is illegal.
    ds.FieldOfViewHorizontalFlip = "YES" if image.mirrored else "NO"
    ds.ImagerPixelSpacing = [pitch, pitch]
