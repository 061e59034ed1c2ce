"""A view for a program as a Digital Mammography X-Ray Image For Presentation (PS3.3 A.27), made anew."""

from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.anonymous_view import (
    AnonymousExam,
    AnonymousView,
    coded_breast,
    describe_pixels,
    identified,
    whole_window,
)


def mammogram(exam: AnonymousExam, view: AnonymousView, number: int) -> Dataset:
    """Return a view without its pixels. What an engine is not told stays empty, never guessed.

    A view of unknown spacing or orientation states none: the standard requires ImagerPixelSpacing and
    PatientOrientation, and what is made up would be worse than what is missing.
    """
    ds = identified(exam, str(uid.DigitalMammographyXRayImageStorageForPresentation), view, number)
    ds.ImageType = ["DERIVED", "PRIMARY"]
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.ContentDate = ds.ContentTime = ""
    ds.DerivationDescription = "Dense tissue bright, no padding, no identity"
    ds.PositionerType, ds.OrganExposed, ds.BodyPartExamined = "MAMMOGRAPHIC", "BREAST", "BREAST"
    ds.ImageLaterality = view.laterality.value if view.laterality else ""
    ds.AnatomicRegionSequence = [coded_breast()]
    if view.view_position:
        ds.ViewPosition = view.view_position.value
    ds.PatientOrientation = list(view.patient_orientation or ())
    ds.DetectorType = ds.DetectorID = ds.DetectorConfiguration = ""
    if view.spacing:
        # The size at the breast, hence no magnification between detector and breast any more.
        ds.ImagerPixelSpacing = [f"{view.spacing.row_mm:.10g}", f"{view.spacing.column_mm:.10g}"]
        ds.EstimatedRadiographicMagnificationFactor = "1"
    describe_pixels(ds, view)
    ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LOG", -1
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = 0, 1, "US"
    ds.add_new("PixelPaddingValue", "US", 0)
    whole_window(ds, ds.BitsStored)
    return ds
