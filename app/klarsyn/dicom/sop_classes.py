"""The SOP classes that are read as images of an exam, and a plain word for those that are not."""

from dataclasses import dataclass

from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, text, texts
from klarsyn.dicom.codes import is_breast, view_position
from klarsyn.dicom.errors import UnreadableFile
from klarsyn.domain.exam import ExamType


@dataclass(frozen=True, slots=True)
class SopClass:
    """How images of one SOP class are read."""

    exam_type: ExamType
    for_processing: bool = False
    tomosynthesis: bool = False
    projections: bool = False
    secondary_capture: bool = False
    single_slice: bool = False


TOMOSYNTHESIS = "1.2.840.10008.5.1.4.1.1.13.1.3"
_CT = "1.2.840.10008.5.1.4.1.1.2"
_CT_SLICE = SopClass(ExamType.DBT, single_slice=True)
_CAPTURE = SopClass(ExamType.FFDM, secondary_capture=True)
_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.1.2": SopClass(ExamType.FFDM),
    "1.2.840.10008.5.1.4.1.1.1.2.1": SopClass(ExamType.FFDM, for_processing=True),
    TOMOSYNTHESIS: SopClass(ExamType.DBT, tomosynthesis=True),
    "1.2.840.10008.5.1.4.1.1.13.1.4": SopClass(ExamType.DBT, projections=True),
    "1.2.840.10008.5.1.4.1.1.13.1.5": SopClass(ExamType.DBT, for_processing=True, projections=True),
    "1.2.840.10008.5.1.4.1.1.7": _CAPTURE,
    "1.2.840.10008.5.1.4.1.1.7.2": _CAPTURE,
    "1.2.840.10008.5.1.4.1.1.7.3": _CAPTURE,
}
_ADVICE = {
    "1.2.840.10008.1.3.10": "A DICOMDIR is a list of files; import the image files beside it.",
    _CT: "If this is tomosynthesis, ask the sender for Breast Tomosynthesis objects.",
}
_SKIP = "Nothing is lost from the exam; only mammograms, tomosynthesis and grey secondary captures are shown."


def read_sop_class(ds: Dataset, meta: Dataset) -> tuple[str, SopClass]:
    """Return (SOPClassUID, how it is read).

    Raises
    ------
    UnreadableFile
        If the object is of another class, which the reason names.
    """
    named = text(ds, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID")
    found = _CT_SLICE if named == _CT and _is_breast_slice(ds) else _CLASSES.get(named)
    if found is None:
        label = uid.UID(named).name if named else ""
        what = f"{label[:64]} ({named[:64]})" if label != named else f"of the unknown class {named[:64]}"
        raise UnreadableFile(
            f"The object is {what if named else 'of no stated SOP class'}, not an image that is read here.",
            _ADVICE.get(named, _SKIP),
        )
    if found.secondary_capture and text(ds, "ConversionType") == "DF":
        found = SopClass(ExamType.FILM, secondary_capture=True)
    if found.secondary_capture and hides_tomosynthesis(ds):
        raise UnreadableFile(
            "The file holds tomosynthesis in a private form (Hologic secondary capture, SCO), which only "
            "the maker documents.",
            "Have IT set this destination to Breast Tomosynthesis Image Storage (BTO) instead of Secondary "
            "Capture for reconstructed slices in the DICOM output settings of the unit, see that the archive "
            "accepts that class, and send the study again; Hologic's service can convert what is archived.",
        )
    return named, found


def is_synthetic(ds: Dataset) -> bool:
    """True for a 2D image computed from tomosynthesis.

    It is an ordinary mammogram but for a word in ImageType, value 3 or 4 by maker (PS3.3 C.8.11.7.1.4).
    """
    return bool({"GENERATED_2D", "TOMO_2D"} & set(texts(ds, "ImageType")[2:]))


def is_projection(ds: Dataset) -> bool:
    """True for a projection of a tomosynthesis that is sent as a single mammogram (ImageType)."""
    return "TOMO_PROJ" in texts(ds, "ImageType")[2:]


def hides_tomosynthesis(ds: Dataset) -> bool:
    """True for a secondary capture with tomosynthesis in Hologic's private form (SCO)."""
    return any(
        0x7E010010 <= element.tag <= 0x7E0100FF and str(element.value).upper().startswith("HOLOGIC")
        for element in ds.group_dataset(0x7E01)
    )


def _is_breast_slice(ds: Dataset) -> bool:
    """True for a CT image of a mammography unit: a coded mammographic view, or a breast whose side is stated.

    Units from before the Breast Tomosynthesis object send each slice as one.
    """
    views = items(ds, "ViewCodeSequence")
    if views and view_position(views[0]) is not None:
        return True
    breast = text(ds, "BodyPartExamined").upper() == "BREAST" or any(
        is_breast(code) for code in items(ds, "AnatomicRegionSequence")
    )
    return breast and bool({text(ds, k) for k in ("ImageLaterality", "Laterality")} & {"R", "L"})
