"""A view as a Digital Mammography X-Ray Image, For Presentation or For Processing (PS3.3 A.27)."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.simulation.writing.acquisition import describe_detector, describe_exposure, describe_geometry
from klarsyn.simulation.writing.codes import (
    breast,
    for_processing_predecessor,
    source_of_processing,
    view_code,
)
from klarsyn.simulation.writing.coding import choose_coding, describe_pixels
from klarsyn.simulation.writing.facts import ImageFacts, Reference, StudyFacts
from klarsyn.simulation.writing.file import write_file
from klarsyn.simulation.writing.identify import identify
from klarsyn.simulation.writing.references import source_image
from klarsyn.simulation.writing.shown import Shown, describe_voi
from klarsyn.simulation.xray.raw import BITS as RAW_BITS


def write_mammogram(
    path: Path,
    pixels: npt.NDArray[np.uint16],
    study: StudyFacts,
    image: ImageFacts,
    *,
    for_processing: bool = False,
    source: Reference | None = None,
    synthetic: Shown | None = None,
) -> str:
    """Write one view to `path`, and return its SOPInstanceUID.

    Parameters
    ----------
    pixels
        (rows, columns) uint16, as the maker stores them (xray/storage.py).
    for_processing
        The pixels are linear raw values of the detector; there is no window then.
    source
        The For Processing mammogram that a For Presentation one was made from, or the tomosynthesis that a
        synthetic one was made from.
    synthetic
        The grey scale of a two-dimensional image computed from tomosynthesis; None for an exposure.

    Raises
    ------
    OSError
        If the file cannot be written; nothing of it is left.
    ValueError
        If pixels are of another type, or have more bits than the maker stores.
    """
    if for_processing and synthetic is not None:
        raise ValueError("A synthetic image is computed for presentation; it cannot be For Processing.")
    ds = Dataset()
    sop_class = (
        uid.DigitalMammographyXRayImageStorageForProcessing
        if for_processing
        else uid.DigitalMammographyXRayImageStorageForPresentation
    )
    identify(ds, str(sop_class), study, image)
    ds.AcquisitionDate, ds.AcquisitionTime = ds.ContentDate, ds.ContentTime
    ds.PresentationIntentType = "FOR PROCESSING" if for_processing else "FOR PRESENTATION"
    describe_exposure(ds, image)
    describe_geometry(ds, image)
    # Tomosynthesis, and what is computed from it, is taken without a grid.
    describe_detector(ds, image, *pixels.shape, grid=synthetic is None)
    _describe_view(ds, image)
    shown = synthetic or Shown.as_made_by(image.vendor)
    bits = RAW_BITS if for_processing else shown.bits
    coding = choose_coding(image.vendor.storage, bits)
    ds.BurnedInAnnotation, ds.LossyImageCompression = "NO", "00"
    ds.RescaleIntercept, ds.RescaleSlope, ds.RescaleType = 0, 1, "US"
    rows, columns = pixels.shape
    if for_processing:
        ds.ImageType = ["ORIGINAL", "PRIMARY"]
        # More X-rays give higher values, which film shows black.
        describe_pixels(ds, (rows, columns), coding, inverted=True)
        ds.PixelIntensityRelationship, ds.PixelIntensityRelationshipSign = "LIN", 1
        ds.PresentationLUTShape = "INVERSE"
    else:
        _describe_derivation(ds, source, synthetic is not None)
        describe_pixels(ds, (rows, columns), coding, inverted=shown.inverted, padding=shown.padding)
        ds.PixelIntensityRelationship = "LOG"
        # Positive: more X-rays give higher values, as where black air is the top of the scale.
        ds.PixelIntensityRelationshipSign = 1 if shown.inverted else -1
        ds.PresentationLUTShape = "INVERSE" if shown.inverted else "IDENTITY"
        describe_voi(ds, shown)
    write_file(path, ds, (pixels,), 1, coding, bits)
    return image.sop_instance_uid


def _describe_view(ds: Dataset, image: ImageFacts) -> None:
    """DX anatomy imaged, mammography image (C.8.11.2, C.8.11.7)."""
    ds.BodyPartExamined = ds.OrganExposed = "BREAST"
    ds.ImageLaterality = image.laterality.value
    ds.PatientOrientation = list(image.orientation)
    ds.AnatomicRegionSequence = [breast()]
    ds.ViewCodeSequence = [view_code(image.position)]
    ds.ViewPosition = image.position.value
    ds.BreastImplantPresent = ds.PartialView = ds.QualityControlImage = "NO"


def _describe_derivation(ds: Dataset, source: Reference | None, synthetic: bool) -> None:
    """Where the pixels come from (C.7.6.1.1.2 and C.7.6.1.1.4)."""
    # Value 4 is that of tomosynthesis objects (C.8.21.1.1.1), whose value 3 is TOMOSYNTHESIS. Value 3 of a
    # mammogram is enumerated (C.8.11.7.1.4) without any such, so that it stays empty.
    ds.ImageType = ["DERIVED", "PRIMARY", "", "GENERATED_2D"] if synthetic else ["DERIVED", "PRIMARY"]
    ds.DerivationDescription = (
        "Simulated, then computed from tomosynthesis"
        if synthetic
        else "Simulated, then processed for display"
    )
    if source is None:
        return
    purpose = source_of_processing() if synthetic else for_processing_predecessor()
    ds.SourceImageSequence = [source_image(source, purpose)]
