"""The SOP classes that are read as images of an exam, and a plain word for those that are not."""

from dataclasses import dataclass

from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import text, texts
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


_CAPTURE = SopClass(ExamType.FFDM, secondary_capture=True)
_CLASSES = {
    "1.2.840.10008.5.1.4.1.1.1.2": SopClass(ExamType.FFDM),
    "1.2.840.10008.5.1.4.1.1.1.2.1": SopClass(ExamType.FFDM, for_processing=True),
    "1.2.840.10008.5.1.4.1.1.13.1.3": SopClass(ExamType.DBT, tomosynthesis=True),
    "1.2.840.10008.5.1.4.1.1.13.1.4": SopClass(ExamType.DBT, projections=True),
    "1.2.840.10008.5.1.4.1.1.13.1.5": SopClass(ExamType.DBT, for_processing=True, projections=True),
    "1.2.840.10008.5.1.4.1.1.7": _CAPTURE,
    "1.2.840.10008.5.1.4.1.1.7.2": _CAPTURE,
    "1.2.840.10008.5.1.4.1.1.7.3": _CAPTURE,
}
_ADVICE = {
    "1.2.840.10008.1.3.10": "A DICOMDIR is a list of files; import the image files beside it.",
    "1.2.840.10008.5.1.4.1.1.2": "If this is tomosynthesis, ask the sender for Breast Tomosynthesis objects.",
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
    found = _CLASSES.get(named)
    if found is None:
        label = uid.UID(named).name if named else ""
        what = f"{label[:64]} ({named[:64]})" if label != named else f"of the unknown class {named[:64]}"
        raise UnreadableFile(
            f"The object is {what if named else 'of no stated SOP class'}, not an image that is read here.",
            _ADVICE.get(named, _SKIP),
        )
    if found.secondary_capture and text(ds, "ConversionType") == "DF":
        found = SopClass(ExamType.FILM, secondary_capture=True)
    if found.secondary_capture and _hides_tomosynthesis(ds):
        raise UnreadableFile(
            "The file holds tomosynthesis in a private form (Hologic secondary capture).",
            "Ask the sender for Breast Tomosynthesis objects.",
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


def _hides_tomosynthesis(ds: Dataset) -> bool:
    return any(
        0x7E010010 <= element.tag <= 0x7E0100FF and str(element.value).upper().startswith("HOLOGIC")
        for element in ds.group_dataset(0x7E01)
    )
