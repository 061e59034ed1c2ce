"""What a reader saw and drew in one read, as presentation states to be kept with it.

One state has one polarity and one Modality LUT for all its images (PS3.3 C.11.6, C.11.1). Where the images
of a read differ in those, the read has several states; nearly always it has one. How an image was turned
to hang is not part of it: that follows from its own coded orientation wherever it is opened.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np

from klarsyn.domain.annotation import Annotation
from klarsyn.domain.annotation_drawing import drawing_of
from klarsyn.domain.display import GrayscaleParameters, LutTable, Window
from klarsyn.domain.exam import Image
from klarsyn.domain.graphic import GraphicLayer, ImageFrames
from klarsyn.domain.presentation_state import (
    DisplayedArea,
    PresentationState,
    ReferencedImage,
    SizeMode,
    SoftcopyVoi,
)

LAYER = GraphicLayer("READER", 1, 65535, "Measurements and remarks of the reader")
LABEL = "READ"


@dataclass(frozen=True, slots=True, eq=False)
class ImageDisplay:
    """How one image stood on the screen.

    Parameters
    ----------
    voi
        The window or VOI LUT in force; None when the full range was shown.
    inverted
        The reader's own inversion (`DisplayState.inverted`); MONOCHROME1 is in `grayscale`.
    region
        The stored pixels in sight, half-open (column0, row0, column1, row1); None for the whole image.
    voi_of_frames
        Instead of `voi`, of an image whose frames have windows of their own: (frame numbers, window) each.
    """

    image: Image
    series_instance_uid: str
    grayscale: GrayscaleParameters
    voi: Window | LutTable | None = None
    inverted: bool = False
    region: tuple[int, int, int, int] | None = None
    voi_of_frames: tuple[tuple[tuple[int, ...], Window | LutTable | None], ...] = ()

    @property
    def inverse(self) -> bool:
        """True when the lowest value was white: what PresentationLUTShape INVERSE says."""
        return self.grayscale.monochrome1 != self.inverted


def states_of_read(
    displays: Sequence[ImageDisplay],
    annotations: Iterable[Annotation],
    sop_instance_uid: Callable[[int], str],
    creator: str,
    created: datetime,
    description: str = "",
) -> tuple[PresentationState, ...]:
    """Return the presentation states of one read; every image and every drawing is in exactly one.

    Parameters
    ----------
    sop_instance_uid
        Gives the UID of the first, second, ... state, counted from 0.

    Raises
    ------
    ValueError
        If a drawing is on an image that is not among `displays`, or images are of several studies.
    """
    drawn = tuple(annotations)
    shown = {display.image.sop_instance_uid for display in displays}
    if stray := [a.annotation_id for a in drawn if a.sop_instance_uid not in shown]:
        raise ValueError(f"Drawings {', '.join(stray)} are on images that were not shown; none is saved.")
    if len({display.image.study_instance_uid for display in displays}) > 1:
        raise ValueError("The images are of several studies; each study has presentation states of its own.")
    alike: dict[tuple[object, ...], list[ImageDisplay]] = {}
    for display in displays:
        alike.setdefault(_common(display), []).append(display)
    return tuple(
        _state(group, drawn, sop_instance_uid(place), creator, created, description)
        for place, group in enumerate(alike.values())
    )


def _common(display: ImageDisplay) -> tuple[object, ...]:
    """Return what must be the same for all images of one state."""
    grey = display.grayscale
    table = grey.modality_lut
    modality = (table.first, table.bits, table.values.tobytes()) if table is not None else None
    shown = grey.presentation_lut
    presentation = (shown.bits, shown.values.tobytes()) if shown is not None else None
    return display.inverse, grey.rescale_slope, grey.rescale_intercept, modality, presentation


def _state(
    group: Sequence[ImageDisplay],
    drawn: tuple[Annotation, ...],
    sop_instance_uid: str,
    creator: str,
    created: datetime,
    description: str,
) -> PresentationState:
    images = {display.image.sop_instance_uid: display.image for display in group}
    annotations = tuple(
        drawing_of(a, images[a.sop_instance_uid], LAYER.name) for a in drawn if a.sop_instance_uid in images
    )
    grey, inverse = group[0].grayscale, group[0].inverse
    table = grey.presentation_lut
    if table is not None and inverse:
        # A state has a table or a shape (C.11.6): the reader's inversion goes into the table.
        largest = np.uint16((1 << table.bits) - 1)
        table = replace(table, values=largest - np.minimum(table.values, largest))
    return PresentationState(
        sop_instance_uid=sop_instance_uid,
        study_instance_uid=group[0].image.study_instance_uid,
        label=LABEL,
        description=description,
        creator=creator,
        created=created,
        images=tuple(_reference(display) for display in group),
        areas=tuple(_area(display) for display in group),
        rescale_slope=grey.rescale_slope,
        rescale_intercept=grey.rescale_intercept,
        modality_lut=grey.modality_lut,
        vois=tuple(voi for display in group for voi in _vois(display)),
        inverse=inverse and table is None,
        presentation_lut=table,
        layers=(LAYER,) if annotations else (),
        annotations=annotations,
    )


def _reference(display: ImageDisplay) -> ReferencedImage:
    image = display.image
    return ReferencedImage(image.sop_instance_uid, image.sop_class_uid, display.series_instance_uid)


def _area(display: ImageDisplay) -> DisplayedArea:
    image = display.image
    column0, row0, column1, row1 = display.region or (0, 0, image.columns, image.rows)
    spacing = (image.spacing.row_mm, image.spacing.column_mm) if image.spacing else None
    return DisplayedArea(
        top_left=(column0 + 1, row0 + 1),
        bottom_right=(column1, row1),
        size_mode=SizeMode.FIT,
        pixel_spacing=spacing,
        aspect=None if spacing else (1, 1),
        scope=(ImageFrames(image.sop_instance_uid),),
    )


def _vois(display: ImageDisplay) -> tuple[SoftcopyVoi, ...]:
    """Return the windows in force; frames that were shown in their full range have none (PS3.4 N.2)."""
    found = []
    for frames, voi in display.voi_of_frames or (((), display.voi),):
        scope = (ImageFrames(display.image.sop_instance_uid, frames),)
        if isinstance(voi, LutTable):
            found.append(SoftcopyVoi(voi_luts=(voi,), scope=scope))
        elif voi is not None:
            found.append(SoftcopyVoi(windows=(voi,), scope=scope))
    return tuple(found)
