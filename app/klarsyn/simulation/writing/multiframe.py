"""What both tomosynthesis objects share: enhanced equipment, dimensions and functional groups (PS3.3 C.7.5.2,
C.7.6.16, C.7.6.17, C.8.11.10, C.8.21.6)."""

from datetime import datetime

from pydicom.dataset import Dataset
from pydicom.tag import Tag

from klarsyn.simulation.writing.codes import breast, view_code
from klarsyn.simulation.writing.facts import ImageFacts, StudyFacts
from klarsyn.simulation.writing.identifiers import make_uid
from klarsyn.simulation.writing.identify import identify
from klarsyn.simulation.xray.vendors import Storage

TIME_FORMAT = "%Y%m%d%H%M%S"


def storage_of_frames(image: ImageFacts) -> Storage:
    """Return how a maker codes many frames: compressed always, half a gigabyte a view is nobody's habit."""
    plain = image.vendor.storage is Storage.UNCOMPRESSED
    return Storage.JPEG_LOSSLESS if plain else image.vendor.storage


def identify_multiframe(
    ds: Dataset, sop_class_uid: str, study: StudyFacts, image: ImageFacts, frames: int
) -> None:
    """Say which object `ds` is, which view it shows, and that it has `frames` frames."""
    identify(ds, sop_class_uid, study, image)
    del ds.AcquisitionNumber  # Each frame has its own.
    ds.NumberOfFrames = frames
    ds.ViewCodeSequence = [view_code(image.position)]
    ds.BreastImplantPresent = ds.PartialView = "NO"
    ds.BurnedInAnnotation = ds.QualityControlImage = "NO"
    ds.LossyImageCompression = "00"
    ds.ContentQualification = "RESEARCH"  # Never "PRODUCT": nobody made it of a patient.
    # One frame of reference for what one compression shows: slices and projections lie over each other.
    compression = (study.study_instance_uid, image.laterality.value, image.position.value)
    ds.FrameOfReferenceUID = make_uid(0, "frame of reference", *compression)
    ds.PositionReferenceIndicator = ""


def add_dimension(ds: Dataset, image: ImageFacts, pointer: str, group: str) -> None:
    """Declare that frames are ordered by one attribute, `pointer` in the functional group `group`."""
    organization = Dataset()
    organization.DimensionOrganizationUID = make_uid(0, "dimension", image.sop_instance_uid)
    ds.DimensionOrganizationSequence = [organization]
    index = Dataset()
    index.DimensionIndexPointer = Tag(pointer)
    index.FunctionalGroupPointer = Tag(group)
    index.DimensionOrganizationUID = organization.DimensionOrganizationUID
    ds.DimensionIndexSequence = [index]


def frame_anatomy(image: ImageFacts) -> Dataset:
    """Return the item of FrameAnatomySequence (C.7.6.16.2.8): which breast."""
    item = Dataset()
    item.AnatomicRegionSequence = [breast()]
    item.FrameLaterality = image.laterality.value
    return item


def frame_content(number: int, acquired: datetime, duration_ms: float) -> Dataset:
    """Return the item of FrameContentSequence (C.7.6.16.2.2) of the frame at place `number`, from 1."""
    item = Dataset()
    item.FrameAcquisitionNumber = 1
    item.FrameReferenceDateTime = item.FrameAcquisitionDateTime = f"{acquired:{TIME_FORMAT}}"
    item.FrameAcquisitionDuration = float(duration_ms)
    item.DimensionIndexValues = [number]
    return item


def as_they_are() -> Dataset:
    """Return the item of the identity Pixel Value Transformation (C.7.6.16.2.9)."""
    item = Dataset()
    item.RescaleIntercept, item.RescaleSlope, item.RescaleType = "0", "1", "US"
    return item
