"""A tomosynthesis for a program as a Breast Tomosynthesis Image (PS3.3 A.55), made anew."""

import math

from pydicom import uid
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from klarsyn.dicom.anonymous_view import (
    AnonymousExam,
    AnonymousView,
    coded_breast,
    describe_pixels,
    identified,
    whole_window,
)

_TYPE = ["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"]
_NO_TIME = "19000101000000"
"""Where the standard wants a time: no engine learns when an exam was made."""


def volume(exam: AnonymousExam, view: AnonymousView, number: int) -> Dataset:
    """Return a tomosynthesis without its pixels: frame 1 is the lowest slice.

    Slices lie over each other along one axis of an invented frame of reference: how the woman stood is
    nothing that an engine is told. Slices of unknown height are counted by their thickness, and by 1 mm where
    that is unknown too; the standard's SliceThickness is missing then, as is an unknown PixelSpacing.
    """
    ds = identified(exam, str(uid.BreastTomosynthesisImageStorage), view, number)
    ds.ManufacturerModelName = ds.DeviceSerialNumber = ds.SoftwareVersions = "unknown"
    ds.Manufacturer = view.manufacturer or "unknown"
    ds.ContentDate, ds.ContentTime = _NO_TIME[:8], _NO_TIME[8:]
    ds.NumberOfFrames = len(view.pixels)
    ds.ImageType = _TYPE
    _say_volume(ds)
    ds.ContentQualification = "RESEARCH"
    ds.FrameOfReferenceUID, ds.PositionReferenceIndicator = exam.frame_of_reference_uid, ""
    _add_dimension(ds)
    describe_pixels(ds, view)
    ds.SharedFunctionalGroupsSequence = [_shared(view, ds.BitsStored)]
    ds.PerFrameFunctionalGroupsSequence = [_frame(n, height) for n, height in enumerate(_heights(view), 1)]
    ds.XRay3DReconstructionSequence = [_reconstruction(view)]
    return ds


def _heights(view: AnonymousView) -> list[float]:
    step = view.thickness_mm or 1.0
    known = view.heights_mm and not any(map(math.isnan, view.heights_mm))
    return list(view.heights_mm) if known else [n * step for n in range(len(view.pixels))]


def _shared(view: AnonymousView, bits: int) -> Dataset:
    """What all frames have in common (A.55.4)."""
    shared, measures, orientation, anatomy, values, voi = (Dataset() for _ in range(6))
    if view.spacing:
        measures.PixelSpacing = [f"{view.spacing.row_mm:.10g}", f"{view.spacing.column_mm:.10g}"]
    if view.thickness_mm:
        measures.SliceThickness = f"{view.thickness_mm:.10g}"
    shared.PixelMeasuresSequence = [measures]
    orientation.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    shared.PlaneOrientationSequence = [orientation]
    anatomy.AnatomicRegionSequence = [coded_breast()]
    if view.laterality:
        anatomy.FrameLaterality = view.laterality.value
    shared.FrameAnatomySequence = [anatomy]
    values.RescaleIntercept, values.RescaleSlope, values.RescaleType = "0", "1", "US"
    shared.PixelValueTransformationSequence = [values]
    whole_window(voi, bits)
    shared.FrameVOILUTSequence = [voi]
    return shared


def _frame(number: int, height_mm: float) -> Dataset:
    frame, content, position, kind = (Dataset() for _ in range(4))
    content.DimensionIndexValues = [number]
    frame.FrameContentSequence = [content]
    position.ImagePositionPatient = ["0", "0", f"{height_mm:.10g}"]
    frame.PlanePositionSequence = [position]
    kind.FrameType = _TYPE
    _say_volume(kind)
    kind.ReconstructionIndex = 1
    frame.XRay3DFrameTypeSequence = [kind]
    return frame


def _say_volume(ds: Dataset) -> None:
    ds.PixelPresentation, ds.VolumetricProperties = "MONOCHROME", "VOLUME"
    ds.VolumeBasedCalculationTechnique = "TOMOSYNTHESIS"


def _add_dimension(ds: Dataset) -> None:
    """Frames are ordered by where they lie (C.7.6.17)."""
    organization, index = Dataset(), Dataset()
    organization.DimensionOrganizationUID = uid.generate_uid(prefix=None)
    ds.DimensionOrganizationSequence = [organization]
    index.DimensionIndexPointer = Tag("ImagePositionPatient")
    index.FunctionalGroupPointer = Tag("PlanePositionSequence")
    index.DimensionOrganizationUID = organization.DimensionOrganizationUID
    ds.DimensionIndexSequence = [index]


def _reconstruction(view: AnonymousView) -> Dataset:
    item = Dataset()
    item.ReconstructionDescription = "Tomosynthesis"
    item.ApplicationName = item.ApplicationVersion = "unknown"
    item.ApplicationManufacturer = view.manufacturer or "unknown"
    item.AlgorithmType = "FILTER_BACK_PROJ"
    item.AcquisitionIndex = [1]
    return item
