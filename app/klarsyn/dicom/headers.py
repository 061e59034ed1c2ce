"""One DICOM file -> one `Image` of the domain, with everything the reader must be told about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import day, items, short, text, texts
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.grey import read_grayscale
from klarsyn.dicom.limits import PixelShape, pixel_shape
from klarsyn.dicom.notices import notice
from klarsyn.dicom.orientation import contradicts_side, read_orientation
from klarsyn.dicom.person import read_patient
from klarsyn.dicom.pixel_data import find_pixels
from klarsyn.dicom.repairs import HeaderRepair, Repaired, apply_repairs
from klarsyn.dicom.shutters import read_shutters
from klarsyn.dicom.sop_classes import SopClass, is_projection, is_synthetic, read_sop_class
from klarsyn.dicom.source import Source, open_source
from klarsyn.dicom.spacing import read_spacing
from klarsyn.dicom.syntaxes import ALWAYS_LOSSY, MAYBE_LOSSY
from klarsyn.dicom.technique import acquired_at, read_technique
from klarsyn.dicom.view import missing_view_notices, read_view
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import ExamType, Image, Notice, Patient
from klarsyn.domain.shutter import Shutters

_UID = re.compile(r"[0-9.]{1,64}")


@dataclass(frozen=True, slots=True, eq=False)
class Instance:
    """What one file says: an image and the exam that it belongs to.

    `exam_key` is the same for all files of one exam: "study:" and the StudyInstanceUID, or what a header
    repair groups by. It is a key of ours and is not shown.
    """

    image: Image
    grayscale: GrayscaleParameters
    exam_key: str
    patient: Patient
    study_date: date | None
    accession_number: str
    exam_type: ExamType
    transfer_syntax_uid: str
    repairs_applied: tuple[str, ...] = ()
    shutters: Shutters | None = None


def read_instance(path: Path, repairs: Sequence[HeaderRepair] = ()) -> Instance:
    """Read the header of a DICOM image; its pixels are located and measured, not decoded.

    Parameters
    ----------
    repairs
        Header repairs that the site has switched on (`klarsyn.dicom.repairs.load_repairs`).

    Raises
    ------
    UnreadableFile
        With the reason and what to do: not DICOM, truncated, no UIDs, an object of another kind, an
        impossible size, an unknown transfer syntax, or pixels that are not grey.
    """
    with open_source(path) as source:
        try:
            return _instance(source, repairs)
        except UnreadableFile:
            raise
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The header is damaged and cannot be understood ({type(error).__name__}).", SEND_AGAIN
            ) from error


def _instance(source: Source, repairs: Sequence[HeaderRepair]) -> Instance:
    ds = source.header
    sop_class_uid, sop_class = read_sop_class(ds, source.meta)
    study = _uid(ds, "StudyInstanceUID")
    shape = pixel_shape(ds)
    find_pixels(source, shape)
    grayscale, grey_notices = read_grayscale(ds, shape, sop_class.tomosynthesis)
    shutters, shutter_notices = read_shutters(ds)
    image = _image(source, shape, sop_class, sop_class_uid, study)
    exam_type = ExamType.DBT if image.synthetic or image.projections else sop_class.exam_type
    as_read = Repaired(image, read_patient(ds), f"study:{study}", exam_type)
    told = apply_repairs(ds, as_read, repairs)
    image = _with_view_checks(told.image)
    return Instance(
        image=replace(image, notices=(*image.notices, *grey_notices, *shutter_notices)),
        grayscale=grayscale,
        exam_key=told.exam_key,
        patient=told.patient,
        study_date=day(ds, "StudyDate"),
        accession_number=text(ds, "AccessionNumber"),
        exam_type=told.exam_type,
        transfer_syntax_uid=str(source.transfer_syntax),
        repairs_applied=told.applied,
        shutters=shutters,
    )


def _image(source: Source, shape: PixelShape, sop_class: SopClass, sop_class_uid: str, study: str) -> Image:
    ds = source.header
    view = read_view(ds)
    orientation, orientation_notices = read_orientation(ds)
    spacing, spacing_notices = read_spacing(ds, sop_class.tomosynthesis)
    image = Image(
        sop_instance_uid=_uid(ds, "SOPInstanceUID"),
        sop_class_uid=sop_class_uid,
        study_instance_uid=study,
        rows=shape.rows,
        columns=shape.columns,
        frames=shape.frames,
        laterality=view.laterality,
        view_position=view.view_position,
        modifiers=view.modifiers,
        patient_orientation=orientation,
        spacing=spacing,
        for_processing=sop_class.for_processing or text(ds, "PresentationIntentType") == "FOR PROCESSING",
        partial_view=text(ds, "PartialView") == "YES",
        implant=text(ds, "BreastImplantPresent") == "YES",
        lossy=_is_lossy(source),
        acquired=acquired_at(ds),
        manufacturer=" ".join(t for t in (text(ds, "Manufacturer"), text(ds, "ManufacturerModelName")) if t),
        software_versions=", ".join(t for t in texts(ds, "SoftwareVersions") if t),
        technique=read_technique(ds),
        synthetic=is_synthetic(ds),
        projections=sop_class.projections or is_projection(ds),
        made_from=_made_from(ds),
        notices=(*view.notices, *orientation_notices, *spacing_notices),
    )
    return replace(image, notices=(*image.notices, *_flags(ds, image, sop_class)))


def _made_from(ds: Dataset) -> tuple[str, ...]:
    """Return the sources that are named by legal UIDs; whatever else stands there names no image."""
    named = (text(item, "ReferencedSOPInstanceUID") for item in items(ds, "SourceImageSequence"))
    return tuple(uid for uid in named if _UID.fullmatch(uid))


def _with_view_checks(image: Image) -> Image:
    """Say what is still missing or contradictory once header repairs have had their turn."""
    notices = missing_view_notices(image.laterality, image.view_position)
    if image.patient_orientation is not None:
        wrong = contradicts_side(image.patient_orientation, image.laterality, image.view_position)
        notices += [wrong] if wrong is not None else []
    return replace(image, notices=(*notices, *image.notices))


def _flags(ds: Dataset, image: Image, sop_class: SopClass) -> list[Notice]:
    ratio = text(ds, "LossyImageCompressionRatio")
    shown = {
        "secondary-capture": sop_class.secondary_capture,
        "for-processing": image.for_processing,
        "lossy": image.lossy,
        "partial-view": image.partial_view,
        "implant": image.implant,
        "burned-in": text(ds, "BurnedInAnnotation") == "YES",
    }
    facts = {"lossy": f" ({ratio[:8]}:1)" if ratio else ""}
    notices = [notice(code, facts.get(code, "")) for code, is_so in shown.items() if is_so]
    for keyword, known, code in (
        ("LossyImageCompression", ("", "00", "01"), "lossy-unclear"),
        ("PartialView", ("", "YES", "NO"), "partial-view-unclear"),
    ):
        stated = text(ds, keyword)
        if stated not in known:
            notices.append(notice(code, short(stated)))
    return notices


def _is_lossy(source: Source) -> bool:
    stated = text(source.header, "LossyImageCompression")
    syntax = source.transfer_syntax
    return stated == "01" or syntax in ALWAYS_LOSSY or (syntax in MAYBE_LOSSY and stated != "00")


def _uid(ds: Dataset, keyword: str) -> str:
    found = text(ds, keyword)
    if not found:
        raise UnreadableFile(f"The file has no {keyword}, so that it belongs to no exam.", SEND_AGAIN)
    if not _UID.fullmatch(found):
        raise UnreadableFile(f"{keyword} is no legal UID (digits and dots, 64 at most).", SEND_AGAIN)
    return found
