"""One DICOM file -> one `Image` of the domain, with everything the reader must be told about it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import day, items, text, texts
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.flags import image_flags, is_lossy, slice_flags
from klarsyn.dicom.frame_grey import read_frame_grayscales
from klarsyn.dicom.grey import read_grayscale
from klarsyn.dicom.limits import PixelShape, pixel_shape
from klarsyn.dicom.orientation import contradicts_side, read_orientation, stated_orientation
from klarsyn.dicom.person import read_patient
from klarsyn.dicom.pixel_data import PixelPlace, find_pixels
from klarsyn.dicom.repairs import HeaderRepair, Repaired, apply_repairs
from klarsyn.dicom.shutters import read_shutters
from klarsyn.dicom.sop_classes import SopClass, is_projection, is_synthetic, read_sop_class
from klarsyn.dicom.source import Source, open_source
from klarsyn.dicom.spacing import read_spacing
from klarsyn.dicom.stack import read_stack
from klarsyn.dicom.states.notices import state_notice
from klarsyn.dicom.technique import acquired_at, read_technique
from klarsyn.dicom.view import missing_view_notices, read_view
from klarsyn.domain.display import GrayscaleParameters
from klarsyn.domain.exam import ExamType, Image, Notice, Patient, SourceImage
from klarsyn.domain.shutter import Shutters, hides_all

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
    place = find_pixels(source, shape)
    image = _image(source, shape, place, sop_class, sop_class_uid, study)
    shutters, shutter_notices = read_shutters(ds)
    if shutters is not None and hides_all(shutters, image.rows, image.columns, image.spacing):
        shutter_notices.append(state_notice("shutter-hides-all"))
    grayscale, grey_notices = _grayscale(ds, shape, sop_class, image)
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


def _grayscale(
    ds: Dataset, shape: PixelShape, sop_class: SopClass, image: Image
) -> tuple[GrayscaleParameters, list[Notice]]:
    """Return the grey scale of the frame that is shown of a stack that cannot be scrolled."""
    if not sop_class.tomosynthesis:
        return read_grayscale(ds, shape, False)
    found = read_frame_grayscales(ds, shape, True, image.frames)
    return found.of(image.middle_frame), list(found.notices)


def _image(
    source: Source, shape: PixelShape, place: PixelPlace, sop_class: SopClass, sop_class_uid: str, study: str
) -> Image:
    ds = source.header
    frames = len(place.frames)
    view = read_view(ds, frames, single_slice=sop_class.single_slice)
    stack, speaks, stack_notices = None, 1, list[Notice]()
    if sop_class.tomosynthesis or sop_class.single_slice:
        stack, speaks, stack_notices = read_stack(
            ds, frames, shape.frames, view, single_slice=sop_class.single_slice
        )
    orientation, orientation_notices = read_orientation(ds, speaks)
    spacing, spacing_notices = read_spacing(
        ds, sop_class.tomosynthesis, speaks, single_slice=sop_class.single_slice
    )
    sources = _sources(ds)
    image = Image(
        sop_instance_uid=_uid(ds, "SOPInstanceUID"),
        sop_class_uid=sop_class_uid,
        study_instance_uid=study,
        rows=shape.rows,
        columns=shape.columns,
        frames=frames,
        laterality=view.laterality,
        view_position=view.view_position,
        modifiers=view.modifiers,
        patient_orientation=orientation,
        spacing=spacing,
        for_processing=sop_class.for_processing or text(ds, "PresentationIntentType") == "FOR PROCESSING",
        partial_view=text(ds, "PartialView") == "YES",
        implant=text(ds, "BreastImplantPresent") == "YES",
        lossy=is_lossy(source),
        acquired=acquired_at(ds),
        manufacturer=" ".join(t for t in (text(ds, "Manufacturer"), text(ds, "ManufacturerModelName")) if t),
        software_versions=", ".join(t for t in texts(ds, "SoftwareVersions") if t),
        technique=read_technique(ds),
        synthetic=is_synthetic(ds),
        projections=sop_class.projections or is_projection(ds),
        notices=(*view.notices, *orientation_notices, *spacing_notices, *stack_notices),
        stack=stack,
        made_from=tuple(source.uid for source in sources),
        sources=sources,
    )
    notices = (*image.notices, *slice_flags(ds, shape, place, sop_class), *image_flags(ds, image, sop_class))
    return replace(image, notices=notices)


def _sources(ds: Dataset) -> tuple[SourceImage, ...]:
    """Return the sources that are named by legal UIDs; whatever else stands there names no image."""
    return tuple(
        SourceImage(uid, text(item, "SpatialLocationsPreserved")[:16], stated_orientation(item))
        for item in items(ds, "SourceImageSequence")
        if _UID.fullmatch(uid := text(item, "ReferencedSOPInstanceUID"))
    )


def _with_view_checks(image: Image) -> Image:
    """Say what is still missing or contradictory once header repairs have had their turn."""
    notices = missing_view_notices(image.laterality, image.view_position)
    if image.patient_orientation is not None:
        wrong = contradicts_side(image.patient_orientation, image.laterality, image.view_position)
        notices += [wrong] if wrong is not None else []
    return replace(image, notices=(*notices, *image.notices))


def _uid(ds: Dataset, keyword: str) -> str:
    found = text(ds, keyword)
    if not found:
        raise UnreadableFile(f"The file has no {keyword}, so that it belongs to no exam.", SEND_AGAIN)
    if not _UID.fullmatch(found):
        raise UnreadableFile(f"{keyword} is no legal UID (digits and dots, 64 at most).", SEND_AGAIN)
    return found
