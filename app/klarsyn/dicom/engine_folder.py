"""The input folder of an engine that is a program: one DICOM file a view, made anew.

Nothing of the images' own headers comes here: what is written is what `klarsyn.engine.contract` lets an
engine know, under UIDs that are random for each run, with the exam's token in the place of an identity
(docs/architecture.md, invariant 9).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from struct import pack

import numpy as np
import numpy.typing as npt
from pydicom import uid
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import dcmwrite, write_file_meta_info

from klarsyn.dicom.codes import view_item
from klarsyn.domain.exam import Laterality, Spacing, ViewPosition

_PIXEL_DATA = b"\xe0\x7f\x10\x00OW\0\0"
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


class TooLarge(Exception):
    """A view does not fit into an uncompressed file, whose pixels have a length of 32 bits (PS3.5 7.1.1)."""


@dataclass(frozen=True, slots=True)
class AnonymousExam:
    """The UIDs of one run, and the token that stands where a patient would."""

    token: str
    study_instance_uid: str
    frame_of_reference_uid: str


def write_folder(
    folder: Path, token: str, views: Iterable[AnonymousView], look: Callable[[], None] = lambda: None
) -> tuple[str, ...]:
    """Write each view as `view-N.dcm`, N from 1, and return the SOPInstanceUIDs in the same order.

    `look` is called before each image and slice, and may raise to break off.

    Raises
    ------
    OSError
        When a file cannot be written.
    TooLarge
        When a view is too large for its file.
    """
    from klarsyn.dicom.engine_mammogram import mammogram
    from klarsyn.dicom.engine_volume import volume

    exam = AnonymousExam(token, _random_uid(), _random_uid())
    uids = []
    for number, view in enumerate(views, 1):
        look()
        ds = (volume if view.pixels.ndim == 3 else mammogram)(exam, view, number)
        _write(folder / f"view-{number}.dcm", ds, view.pixels, look)
        uids.append(str(ds.SOPInstanceUID))
    return tuple(uids)


def identified(exam: AnonymousExam, sop_class_uid: str, view: AnonymousView, number: int) -> Dataset:
    """Return an object that says which it is, and whose: patient, study, series, equipment, SOP common."""
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class_uid, _random_uid()
    ds.PatientName, ds.PatientID = f"{exam.token}^", exam.token
    ds.PatientIdentityRemoved, ds.DeidentificationMethod = "YES", "Made anew without identity"
    ds.PatientBirthDate = ds.PatientSex = ""
    ds.StudyInstanceUID = exam.study_instance_uid
    ds.StudyDate = ds.StudyTime = ds.StudyID = ds.AccessionNumber = ds.ReferringPhysicianName = ""
    ds.Modality = "MG"
    ds.SeriesInstanceUID, ds.SeriesNumber = _random_uid(), number
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


def _random_uid() -> str:
    return str(uid.generate_uid(prefix=None))


def _write(path: Path, ds: Dataset, pixels: npt.NDArray[np.uint16], look: Callable[[], None]) -> None:
    """Slice by slice, so that a tomosynthesis is never in memory."""
    if pixels.size * 2 >= 0xFFFFFFFF:
        raise TooLarge(f"{pixels.size * 2 / 1e9:.1f} GB")
    meta = FileMetaDataset()
    meta.FileMetaInformationVersion = b"\0\1"
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = ds.SOPClassUID, ds.SOPInstanceUID
    meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid.PYDICOM_IMPLEMENTATION_UID
    head, body = DicomBytesIO(), DicomBytesIO()
    write_file_meta_info(head, meta)
    dcmwrite(body, ds, implicit_vr=False, little_endian=True)
    with path.open("xb") as out:
        out.write(b"\0" * 128 + b"DICM" + head.getvalue() + body.getvalue())
        out.write(_PIXEL_DATA + pack("<L", pixels.size * 2))
        for frame in pixels if pixels.ndim == 3 else pixels[np.newaxis]:
            look()
            out.write(np.ascontiguousarray(frame, dtype="<u2").tobytes())
