"""A rendered view as a legal Digital Mammography X-Ray Image, For Presentation (PS3.3 A.27)."""

from datetime import timedelta
from pathlib import Path

import imagecodecs
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence
from pydicom.uid import (
    UID,
    DigitalMammographyXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    JPEGLossless,
)

from klarsyn.domain.exam import Laterality, ViewPosition
from klarsyn.simulation.identifiers import make_uid
from klarsyn.simulation.people import InventedWoman
from klarsyn.simulation.render import RenderedView
from klarsyn.simulation.technique import Technique
from klarsyn.simulation.vendors import Vendor

# Fixed, so that files do not change with pydicom's version.
_IMPLEMENTATION = make_uid(0, "implementation")

_VIEW_CODES = {  # PS3.16 CID 4014.
    ViewPosition.CC: ("399162004", "cranio-caudal"),
    ViewPosition.MLO: ("399368009", "medio-lateral oblique"),
}


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue = value
    item.CodingSchemeDesignator = scheme
    item.CodeMeaning = meaning
    return item


def write_view(
    path: Path,
    view: RenderedView,
    vendor: Vendor,
    woman: InventedWoman,
    technique: Technique,
    seed: int,
    exam: int,
    instance: int,
) -> str:
    """Write `view` as image number `instance` of exam `exam`, and return its SOPInstanceUID."""
    ds = Dataset()
    uid = make_uid(seed, exam, "instance", instance)
    _identify(ds, woman, vendor, view, uid, seed, exam, instance)
    _describe_acquisition(ds, vendor, technique, view)
    _describe_view(ds, view)
    _describe_pixels(ds, view, vendor)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = ds.SOPClassUID
    meta.MediaStorageSOPInstanceUID = UID(uid)
    meta.TransferSyntaxUID = JPEGLossless if vendor.compressed else ExplicitVRLittleEndian
    meta.ImplementationClassUID = UID(_IMPLEMENTATION)
    meta.ImplementationVersionName = "KLARSYN_SIM_1"
    out = FileDataset(str(path), ds, preamble=b"\0" * 128, file_meta=meta)
    out.save_as(path, enforce_file_format=True)
    return uid


def _identify(
    ds: Dataset,
    woman: InventedWoman,
    vendor: Vendor,
    view: RenderedView,
    uid: str,
    seed: int,
    exam: int,
    instance: int,
) -> None:
    """Patient, study, series, equipment and SOP common modules (PS3.3 C.7.1 to C.7.5, C.12.1)."""
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID = DigitalMammographyXRayImageStorageForPresentation
    ds.SOPInstanceUID = uid
    ds.PatientName = woman.name
    ds.PatientID = woman.patient_id
    ds.IssuerOfPatientID = "KLARSYN SIMULATION"
    ds.PatientBirthDate = f"{woman.birth_date:%Y%m%d}"
    ds.PatientSex = "F"
    ds.PatientAge = f"{(woman.acquired.date() - woman.birth_date).days // 365.25:03.0f}Y"
    ds.PatientComments = "Simulated practice exam. No such person exists."
    ds.StudyInstanceUID = make_uid(seed, exam, "study")
    ds.StudyDate = ds.SeriesDate = f"{woman.acquired:%Y%m%d}"
    ds.StudyTime = ds.SeriesTime = f"{woman.acquired:%H%M%S}"
    ds.StudyID = f"S{exam + 1:04d}"
    ds.StudyDescription = "Mammografi screening (simulerad)"
    ds.AccessionNumber = woman.accession_number
    ds.ReferringPhysicianName = ""
    ds.Modality = "MG"
    ds.SeriesInstanceUID = make_uid(seed, exam, "series")
    ds.SeriesNumber = 1
    ds.SeriesDescription = "Screening"
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.Manufacturer = vendor.manufacturer
    ds.ManufacturerModelName = vendor.model
    ds.SoftwareVersions = vendor.software
    ds.StationName = vendor.station
    ds.DeviceSerialNumber = f"SIM-{vendor.key}-001"
    ds.InstitutionName = "Simulated screening unit"
    moment = woman.acquired + timedelta(seconds=70 * (instance - 1))
    ds.InstanceNumber = instance
    ds.ContentDate = ds.AcquisitionDate = ds.InstanceCreationDate = f"{moment:%Y%m%d}"
    ds.ContentTime = ds.AcquisitionTime = ds.InstanceCreationTime = f"{moment:%H%M%S}"
    ds.AcquisitionNumber = instance
    ds.ImageType = ["DERIVED", "PRIMARY"]
    ds.DerivationDescription = "Simulated, then processed for display"
    ds.AcquisitionContextSequence = Sequence()
    ds.ImageComments = f"Practice image, {view.laterality.value} {view.position.value}"


def _describe_acquisition(ds: Dataset, vendor: Vendor, t: Technique, view: RenderedView) -> None:
    """X-ray, detector and mammography image modules (PS3.3 C.8.7.2, C.8.11.4, C.8.11.7)."""
    ds.KVP = t.kvp
    ds.ExposureTime = t.exposure_ms
    ds.XRayTubeCurrent = round(t.exposure_mas / t.exposure_ms * 1000)
    ds.Exposure = round(t.exposure_mas)
    ds.ExposureInuAs = round(t.exposure_mas * 1000)
    ds.ExposureControlMode = "AUTOMATIC"
    ds.ExposureStatus = "NORMAL"
    ds.AnodeTargetMaterial = vendor.anode
    ds.FilterMaterial = vendor.filter_material
    ds.FilterType = "FLAT"
    ds.FocalSpots = 0.3
    ds.Grid = ["RECIPROCATING", "FOCUSED"]
    ds.CompressionForce = t.force_n
    ds.BodyPartThickness = t.thickness_mm
    ds.OrganDose = f"{t.dose_mgy / 100:.5f}"  # Decigray: 1 mGy is 0.01 dGy (PS3.3 C.8.7.2).
    ds.EntranceDoseInmGy = f"{t.dose_mgy * 3.6:.2f}"
    ds.DistanceSourceToDetector = 660
    ds.DistanceSourceToPatient = 640
    ds.EstimatedRadiographicMagnificationFactor = "1.03125"
    ds.PositionerType = "MAMMOGRAPHIC"
    ds.PositionerPrimaryAngle = t.angle_deg if view.laterality is Laterality.LEFT else -t.angle_deg
    ds.PositionerSecondaryAngle = 0
    ds.DetectorType = "DIRECT" if vendor.key == "A" else "SCINTILLATOR"
    ds.DetectorConfiguration = "AREA"
    ds.DetectorID = f"DET-{vendor.key}"
    ds.DetectorDescription = "Simulated"
    ds.DateOfLastDetectorCalibration = ds.StudyDate
    ds.DetectorTemperature = 28
    ds.DetectorActiveShape = "RECTANGLE"
    pitch = vendor.detector.spacing_mm
    ds.FieldOfViewShape = "RECTANGLE"
    ds.FieldOfViewDimensions = [round(vendor.columns * pitch), round(vendor.rows * pitch)]
    ds.FieldOfViewOrigin = [0, 0]
    ds.FieldOfViewRotation = "0"  # An enumerated string: "0.0" is illegal.
    stored_mirrored = vendor.mirrors_right and view.laterality is Laterality.RIGHT
    ds.FieldOfViewHorizontalFlip = "YES" if stored_mirrored else "NO"
    ds.ImagerPixelSpacing = [pitch, pitch]
    ds.DetectorElementPhysicalSize = [pitch, pitch]
    ds.DetectorElementSpacing = [pitch, pitch]


def _describe_view(ds: Dataset, view: RenderedView) -> None:
    """DX anatomy imaged, mammography image and view modules (PS3.3 C.8.7.2, C.8.11.7)."""
    ds.BodyPartExamined = "BREAST"
    ds.ImageLaterality = view.laterality.value
    ds.PatientOrientation = list(view.orientation)
    ds.AnatomicRegionSequence = Sequence([_code("76752008", "SCT", "Breast")])
    value, meaning = _VIEW_CODES[view.position]
    code = _code(value, "SCT", meaning)
    code.ViewModifierCodeSequence = Sequence()
    ds.ViewCodeSequence = Sequence([code])
    ds.ViewPosition = view.position.value
    ds.OrganExposed = "BREAST"
    ds.BreastImplantPresent = "NO"
    ds.PartialView = "NO"
    ds.BurnedInAnnotation = "NO"
    ds.QualityControlImage = "NO"


def _describe_pixels(ds: Dataset, view: RenderedView, vendor: Vendor) -> None:
    """Image pixel, DX image and VOI LUT modules (PS3.3 C.7.6.3, C.8.11.3, C.11.2)."""
    grey = vendor.grey
    ds.SamplesPerPixel = 1
    ds.PhotometricInterpretation = "MONOCHROME1" if grey.inverted else "MONOCHROME2"
    ds.Rows, ds.Columns = view.pixels.shape
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, grey.bits, grey.bits - 1
    ds.PixelRepresentation = 0
    if grey.padding is not None:
        ds.PixelPaddingValue = grey.padding
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = 0, 1, "US"
    ds.PixelIntensityRelationship = "LOG"
    # Positive: more X-rays give higher values, as where black air is the top of the scale.
    ds.PixelIntensityRelationshipSign = 1 if grey.inverted else -1
    ds.PresentationLUTShape = "INVERSE" if grey.inverted else "IDENTITY"
    ds.LossyImageCompression = "00"
    ds.WindowCenter = [round(grey.stored(c)) for _, c, _ in vendor.windows]
    ds.WindowWidth = [round(w * grey.gain) for _, _, w in vendor.windows]
    ds.WindowCenterWidthExplanation = [name for name, _, _ in vendor.windows]
    ds.VOILUTFunction = "SIGMOID"
    if vendor.compressed:
        frame = imagecodecs.ljpeg_encode(view.pixels, bitspersample=grey.bits)
        ds.PixelData = encapsulate([bytes(frame)])
        ds["PixelData"].VR = "OB"
        ds["PixelData"].is_undefined_length = True
    else:
        ds.PixelData = view.pixels.astype("<u2").tobytes()
        ds["PixelData"].VR = "OW"
