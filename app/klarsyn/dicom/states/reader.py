"""A Grayscale Softcopy Presentation State file -> the domain's `PresentationState` (PS3.3 A.33.1).

Whatever the state asks for and does not get is told by a notice, also what this reader has never heard of.
"""

from pathlib import Path

from pydicom import uid
from pydicom.dataset import Dataset

from klarsyn.dicom.attributes import items, moment, number, numbers, text, whole_number
from klarsyn.dicom.errors import PARSE_FAILURES, SEND_AGAIN, UnreadableFile
from klarsyn.dicom.overlay_planes import read_overlay_planes
from klarsyn.dicom.person import shown_name
from klarsyn.dicom.shutters import SHUTTER_KEYWORDS, read_shutters
from klarsyn.dicom.source import Source, open_source
from klarsyn.dicom.stated_zone import in_zone
from klarsyn.dicom.states.annotations import read_annotations, read_layers
from klarsyn.dicom.states.grey import GREY_KEYWORDS, read_modality, read_presentation_lut, read_vois
from klarsyn.dicom.states.notices import each_once, not_used, state_notice
from klarsyn.dicom.states.scopes import read_frames, read_scope
from klarsyn.domain.exam import Notice
from klarsyn.domain.presentation_state import (
    DisplayedArea,
    OverlayActivation,
    PresentationState,
    ReferencedImage,
    SizeMode,
)

PRESENTATION_STATE = "1.2.840.10008.5.1.4.1.1.11.1"

_USED = (
    *("ContentLabel", "ContentDescription", "ContentCreatorName", "PresentationCreationDate"),
    *("PresentationCreationTime", "DisplayedAreaSelectionSequence", "GraphicAnnotationSequence"),
    *("GraphicLayerSequence", "ImageRotation", "ImageHorizontalFlip", "GraphicGroupSequence"),
    *("AlternateContentDescriptionSequence", "ContentCreatorIdentificationCodeSequence"),
    *SHUTTER_KEYWORDS,
    *GREY_KEYWORDS,
    *("MaskSubtractionSequence", "RecommendedViewingMode"),
    # Facts about series and equipment, not about display.
    *("BodyPartExamined", "ProtocolName", "PatientPosition", "DeviceSerialNumber", "SoftwareVersions"),
    *("SpatialResolution", "DateOfLastCalibration", "TimeOfLastCalibration", "DeviceUID", "GantryID"),
    *("UDISequence", "ManufacturerDeviceClassUID", "PixelPaddingValue", "LossyImageCompression"),
)
_AREA = (
    *("DisplayedAreaTopLeftHandCorner", "DisplayedAreaBottomRightHandCorner", "PresentationSizeMode"),
    *("PresentationPixelSpacing", "PresentationPixelAspectRatio", "PresentationPixelMagnificationRatio"),
)
_ACTIVATION = 0x1001


def is_presentation_state(path: Path) -> bool:
    """True when the file says that it is such a state.

    Raises
    ------
    UnreadableFile
        If the header cannot be read.
    """
    with open_source(path) as source:
        return _class_of(source.header, source.meta) == PRESENTATION_STATE


def read_presentation_state(path: Path) -> PresentationState:
    """Read a presentation state.

    Raises
    ------
    UnreadableFile
        With the reason and what to do: not DICOM, truncated, an object of another kind, without UIDs, or
        about no image.
    """
    with open_source(path) as source:
        try:
            return _state(source)
        except UnreadableFile:
            raise
        except PARSE_FAILURES as error:
            raise UnreadableFile(
                f"The presentation state is damaged and cannot be understood ({type(error).__name__}).",
                SEND_AGAIN,
            ) from error


def _state(source: Source) -> PresentationState:
    ds = source.header
    _require_class(ds, source.meta)
    images = _images(ds)
    notices: list[Notice] = []
    slope, intercept, modality_lut = read_modality(ds, notices)
    negative = intercept < 0 or slope < 0
    inverse, table = read_presentation_lut(ds, notices)
    shutters, shutter_notices = read_shutters(ds)
    layers, layer_notices = read_layers(ds)
    annotations, annotation_notices = read_annotations(ds)
    overlays, overlay_notices = read_overlay_planes(ds)
    return PresentationState(
        sop_instance_uid=_uid(ds, "SOPInstanceUID"),
        study_instance_uid=_uid(ds, "StudyInstanceUID"),
        label=text(ds, "ContentLabel"),
        images=images,
        areas=_areas(ds, notices),
        description=text(ds, "ContentDescription"),
        creator=shown_name(text(ds, "ContentCreatorName")),
        created=in_zone(moment(ds, "", "PresentationCreationDate", "PresentationCreationTime"), ds),
        rotation=_rotation(ds, notices),
        horizontal_flip=text(ds, "ImageHorizontalFlip") == "Y",
        rescale_slope=slope,
        rescale_intercept=intercept,
        modality_lut=modality_lut,
        vois=read_vois(ds, negative and modality_lut is None, notices),
        inverse=inverse,
        presentation_lut=table,
        shutters=shutters,
        layers=layers,
        annotations=annotations,
        overlays=overlays,
        overlay_layers=_activations(ds),
        notices=each_once(
            (
                *notices,
                *shutter_notices,
                *layer_notices,
                *annotation_notices,
                *overlay_notices,
                *_elsewhere(ds),
            )
        ),
    )


def _require_class(ds: Dataset, meta: Dataset) -> None:
    named = _class_of(ds, meta)
    if named != PRESENTATION_STATE:
        label = uid.UID(named).name[:64] if named else "of no stated SOP class"
        raise UnreadableFile(
            f"The object is {label}, not a Grayscale Softcopy Presentation State.",
            "Images open from the queue; presentation states in colour are not read.",
        )


def _class_of(ds: Dataset, meta: Dataset) -> str:
    return text(ds, "SOPClassUID") or text(meta, "MediaStorageSOPClassUID")


def _images(ds: Dataset) -> tuple[ReferencedImage, ...]:
    found = tuple(
        ReferencedImage(
            text(one, "ReferencedSOPInstanceUID"),
            text(one, "ReferencedSOPClassUID"),
            text(series, "SeriesInstanceUID"),
            read_frames(one),
        )
        for series in items(ds, "ReferencedSeriesSequence")
        for one in items(series, "ReferencedImageSequence")
        if text(one, "ReferencedSOPInstanceUID")
    )
    if not found:
        raise UnreadableFile(
            "The presentation state names no image, so that it can be applied to none.", SEND_AGAIN
        )
    return found


def _areas(ds: Dataset, notices: list[Notice]) -> tuple[DisplayedArea, ...]:
    sequence = items(ds, "DisplayedAreaSelectionSequence")
    if not sequence:
        notices.append(state_notice("state-area-missing"))
    found = []
    for item in sequence:
        area = _area(item, notices)
        if area is None:
            notices.append(state_notice("state-area-invalid"))
        else:
            found.append(area)
        notices += not_used(item, _AREA)
    return tuple(found)


def _area(item: Dataset, notices: list[Notice]) -> DisplayedArea | None:
    first = numbers(item, "DisplayedAreaTopLeftHandCorner")
    last = numbers(item, "DisplayedAreaBottomRightHandCorner")
    if len(first) != 2 or len(last) != 2:
        return None
    spacing = _positive(item, "PresentationPixelSpacing")
    aspect = _positive(item, "PresentationPixelAspectRatio")
    ratio = number(item, "PresentationPixelMagnificationRatio")
    ratio = ratio if ratio is not None and ratio > 0 else None
    named = text(item, "PresentationSizeMode")
    mode = SizeMode(named) if named in list(SizeMode) else None
    lacks = (mode is SizeMode.TRUE and spacing is None) or (mode is SizeMode.MAGNIFY and ratio is None)
    if mode is None or lacks:
        notices.append(state_notice("state-size-unusable", named[:16] or "no size mode"))
        mode = SizeMode.FIT
    return DisplayedArea(
        (int(first[0]), int(first[1])),
        (int(last[0]), int(last[1])),
        mode,
        spacing,
        (int(aspect[0]), int(aspect[1])) if aspect else None,
        ratio,
        read_scope(item),
    )


def _positive(item: Dataset, keyword: str) -> tuple[float, float] | None:
    pair = numbers(item, keyword)
    return (pair[0], pair[1]) if len(pair) == 2 and min(pair) > 0 else None


def _rotation(ds: Dataset, notices: list[Notice]) -> int:
    degrees = whole_number(ds, "ImageRotation", 0)
    if degrees in (0, 90, 180, 270):
        return degrees
    notices.append(state_notice("state-rotation-invalid", text(ds, "ImageRotation")[:8]))
    return 0


def _activations(ds: Dataset) -> tuple[OverlayActivation, ...]:
    return tuple(
        OverlayActivation(group, str(ds[group, _ACTIVATION].value or "").strip())
        for group in range(0x6000, 0x6020, 2)
        if (group, _ACTIVATION) in ds
    )


def _elsewhere(ds: Dataset) -> list[Notice]:
    found = not_used(ds, _USED)
    if items(ds, "MaskSubtractionSequence"):
        found.append(state_notice("state-mask"))
    references = [
        one
        for series in items(ds, "ReferencedSeriesSequence")
        for one in items(series, "ReferencedImageSequence")
    ]
    if any("ReferencedSegmentNumber" in one for one in references):
        found.append(state_notice("state-segments"))
    return found


def _uid(ds: Dataset, keyword: str) -> str:
    found = text(ds, keyword)
    if not found:
        raise UnreadableFile(f"The presentation state has no {keyword}.", SEND_AGAIN)
    return found
