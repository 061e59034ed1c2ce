"""One view as an engine that is a program may know it, and what every object made of it says.

UIDs are random for each run, and the exam's token stands in the place of an identity
(docs/architecture.md, invariant 9).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.codes import view_item
from klarsyn.domain.exam import Laterality, Spacing, ViewPosition

_DEPTHS = (8, 10, 12, 14, 16)


@dataclass(frozen=True, slots=True, eq=False)
class AnonymousView:
    """What is written of one view. `pixels` is (rows, columns), or (slices, rows, columns) from below.

    `heights_mm` are those of the slices above the lowest, NaN where unknown.
    """

    laterality: Laterality | None
    view_position: ViewPosition | None
    spacing: Spacing | None
    manufacturer: str
    pixels: npt.NDArray[np.uint16]
    patient_orientation: tuple[str, str] | None = None
    heights_mm: tuple[float, ...] = ()
    thickness_mm: float | None = None

    @property
    def bits(self) -> int:
        """The smallest usual depth that holds every value: the maker's own is not known here."""
        frames = self.pixels if self.pixels.ndim == 3 else self.pixels[np.newaxis]
        highest = max((int(frame.max(initial=0)) for frame in frames), default=0)
        return next(depth for depth in _DEPTHS if highest < 1 << depth)


@dataclass(frozen=True, slots=True)
class AnonymousExam:
    """The UIDs of one run, and the token that stands where a patient would."""

    token: str
    study_instance_uid: str
    frame_of_reference_uid: str


def identified(exam: AnonymousExam, sop_class_uid: str, view: AnonymousView, number: int) -> Dataset:
    """Return an object that says which it is, and whose: patient, study, series, equipment, SOP common."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class_uid, random_uid()
    ds.PatientName, ds.PatientID = f"{exam.token}^", exam.token
    ds.PatientIdentityRemoved, ds.DeidentificationMethod = "YES", "Made anew without identity"
    ds.PatientBirthDate = ds.PatientSex = ""
    ds.StudyInstanceUID = exam.study_instance_uid
    ds.StudyDate = ds.StudyTime = ds.StudyID = ds.AccessionNumber = ds.ReferringPhysicianName = ""
    ds.Modality = "MG"
    ds.SeriesInstanceUID, ds.SeriesNumber = random_uid(), number
    ds.Manufacturer = view.manufacturer
    ds.InstanceNumber = 1
    ds.AcquisitionContextSequence = []
    ds.BurnedInAnnotation, ds.LossyImageCompression = "NO", "00"
    ds.BreastImplantPresent, ds.PartialView, ds.QualityControlImage = "NO", "NO", "NO"
    ds.ViewCodeSequence = [view_item(view.view_position)] if view.view_position else []
    return ds


def describe_pixels(ds: Dataset, view: AnonymousView) -> None:
    """Image Pixel module (PS3.3 C.7.6.3), and the whole range of values as the one window."""
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.Rows, ds.Columns = view.pixels.shape[-2:]
    bits = view.bits  # looks at every pixel
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, bits, bits - 1
    ds.PixelRepresentation = 0
    ds.PresentationLUTShape = "IDENTITY"


def whole_window(ds: Dataset, bits: int) -> None:
    """Linear over every value that `bits` can store (C.11.2.1.2)."""
    ds.WindowCenter, ds.WindowWidth, ds.VOILUTFunction = 1 << bits - 1, 1 << bits, "LINEAR"


def coded_breast() -> Dataset:
    """The anatomic region, of CID 4013."""
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "76752008", "SCT", "Breast"
    return item


def random_uid() -> str:
    """Return a UID that says nothing of anything (PS3.5 B.2)."""
    return str(uid.generate_uid(prefix=None))
