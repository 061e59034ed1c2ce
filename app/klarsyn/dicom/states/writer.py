"""The domain's `PresentationState` -> a Grayscale Softcopy Presentation State file (PS3.3 A.33.1).

Patient and study are copied from a file of the study itself, so that the state lands in the same folder of
the archive as the images that it speaks of.
"""

from dataclasses import dataclass
from pathlib import Path

from pydicom.dataset import Dataset

from klarsyn.dicom.shutters import write_shutters
from klarsyn.dicom.stated_zone import put_zone
from klarsyn.dicom.states.grey import decimal, write_modality, write_presentation_lut, write_voi
from klarsyn.dicom.states.items import annotation_item, layer_item
from klarsyn.dicom.states.reader import PRESENTATION_STATE
from klarsyn.dicom.states.rules import require_legal
from klarsyn.dicom.states.scopes import image_reference
from klarsyn.dicom.study_modules import study_modules
from klarsyn.dicom.written_file import file_meta, write_whole
from klarsyn.domain.graphic import Scope
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState

_MAKER = "Klarsyn"


@dataclass(frozen=True, slots=True)
class StateSeries:
    """The series of presentation states in the study, and the number of this one in it.

    The series must be one of our own: a series has one modality (PR) and one maker.
    """

    series_instance_uid: str
    series_number: int
    instance_number: int = 1
    software: str = ""


def write_presentation_state(
    path: Path, state: PresentationState, study_file: Path, series: StateSeries
) -> None:
    """Write a presentation state; the file gets its name when it is whole.

    Parameters
    ----------
    state
        With the UID that it is to have; `creator` is a person name ("Family^Given" or a plain name).
    study_file
        An image of the same study: identity and study are copied from its header.

    Raises
    ------
    ValueError
        If the state is not legal, or the file is of another study.
    UnreadableFile
        If the header of `study_file` cannot be read.
    OSError
        If the state cannot be written; nothing is left behind then.
    """
    require_legal(state)
    ds = study_modules(study_file)
    if ds.StudyInstanceUID != state.study_instance_uid:
        raise ValueError(
            "The presentation state is about another study than the file that names the patient; it is not "
            "written."
        )
    _fill(ds, state, series, study_file)
    write_whole(path, ds)


def _fill(ds: Dataset, state: PresentationState, series: StateSeries, study_file: Path) -> None:
    ds.SOPClassUID, ds.SOPInstanceUID = PRESENTATION_STATE, state.sop_instance_uid
    ds.Modality, ds.SeriesInstanceUID = "PR", series.series_instance_uid
    ds.SeriesNumber, ds.InstanceNumber = series.series_number, series.instance_number
    # Unknown: the state is about images of both breasts, as a rule (C.7.3.1, type 2C).
    ds.Laterality = ""
    ds.Manufacturer, ds.ManufacturerModelName = _MAKER, _MAKER
    if series.software:
        ds.SoftwareVersions = series.software
    ds.ContentLabel, ds.ContentDescription = state.label, state.description
    ds.ContentCreatorName = state.creator
    if state.created is not None:
        created = put_zone(ds, state.created, study_file)
        ds.PresentationCreationDate = f"{created:%Y%m%d}"
        ds.PresentationCreationTime = f"{created:%H%M%S}"
    _write_references(ds, state)
    _write_display(ds, state)
    ds.file_meta = file_meta(PRESENTATION_STATE, state.sop_instance_uid)


def _write_references(ds: Dataset, state: PresentationState) -> None:
    by_series: dict[str, list[Dataset]] = {}
    for image in state.images:
        item = image_reference(image.sop_class_uid, image.sop_instance_uid, image.frames)
        by_series.setdefault(image.series_instance_uid, []).append(item)
    ds.ReferencedSeriesSequence = []
    for series_instance_uid, images in by_series.items():
        item = Dataset()
        item.ReferencedImageSequence = images
        item.SeriesInstanceUID = series_instance_uid
        ds.ReferencedSeriesSequence.append(item)


def _write_display(ds: Dataset, state: PresentationState) -> None:
    classes = {image.sop_instance_uid: image.sop_class_uid for image in state.images}

    def references(scope: Scope) -> list[Dataset]:
        return [image_reference(classes[o.sop_instance_uid], o.sop_instance_uid, o.frames) for o in scope]

    ds.DisplayedAreaSelectionSequence = [_area_item(area, references(area.scope)) for area in state.areas]
    # The module is required exactly when something is turned; "no turn" is said by its absence (A.33.1).
    if state.rotation or state.horizontal_flip:
        ds.ImageRotation = state.rotation
        ds.ImageHorizontalFlip = "Y" if state.horizontal_flip else "N"
    if state.shutters is not None:
        write_shutters(ds, state.shutters)
    write_modality(ds, state.rescale_slope, state.rescale_intercept, state.modality_lut)
    if state.vois:
        ds.SoftcopyVOILUTSequence = []
    for voi in state.vois:
        item = Dataset()
        if voi.scope:
            item.ReferencedImageSequence = references(voi.scope)
        write_voi(item, voi)
        ds.SoftcopyVOILUTSequence.append(item)
    write_presentation_lut(ds, state.inverse, state.presentation_lut)
    if state.annotations:
        ds.GraphicAnnotationSequence = [annotation_item(a, references) for a in state.annotations]
    if state.layers:
        ds.GraphicLayerSequence = [layer_item(layer) for layer in state.layers]


def _area_item(area: DisplayedArea, references: list[Dataset]) -> Dataset:
    item = Dataset()
    if references:
        item.ReferencedImageSequence = references
    item.DisplayedAreaTopLeftHandCorner = list(area.top_left)
    item.DisplayedAreaBottomRightHandCorner = list(area.bottom_right)
    item.PresentationSizeMode = area.size_mode.value
    if area.pixel_spacing is not None:
        item.PresentationPixelSpacing = [decimal(step) for step in area.pixel_spacing]
    if area.aspect is not None:
        item.PresentationPixelAspectRatio = list(area.aspect)
    if area.magnification is not None:
        item.PresentationPixelMagnificationRatio = area.magnification
    return item
