"""A Grayscale Softcopy Presentation State: how somebody wants images of one study to be shown (PS3.3 A.33.1).

It replaces everything that the image itself says about its display: a step that the state does not name
is left out, also when the image has one (PS3.4 N.2).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from klarsyn.domain.display import GrayscaleParameters, LutTable, Window
from klarsyn.domain.exam import Notice
from klarsyn.domain.graphic import GraphicAnnotation, GraphicLayer, Scope
from klarsyn.domain.overlay_plane import OverlayPlane
from klarsyn.domain.shutter import Shutters


class SizeMode(StrEnum):
    """PresentationSizeMode (0070,0100)."""

    FIT = "SCALE TO FIT"
    TRUE = "TRUE SIZE"
    MAGNIFY = "MAGNIFY"


@dataclass(frozen=True, slots=True)
class ReferencedImage:
    """An image that the state speaks of, and where the archive keeps it; no frames means all."""

    sop_instance_uid: str
    sop_class_uid: str
    series_instance_uid: str
    frames: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DisplayedArea:
    """DisplayedAreaSelection (PS3.3 C.10.4).

    Parameters
    ----------
    top_left, bottom_right
        (column, row) of the pixels in those corners *of the screen*, counted from 1 in the stored image;
        after a flip the first may lie right of the second. They may lie outside of the image.
    pixel_spacing
        (row, column) mm of a pixel, or None. TRUE SIZE needs it.
    aspect
        Height to width of a pixel, where no spacing is given.
    magnification
        Screen pixels per image pixel; MAGNIFY needs it.
    """

    top_left: tuple[int, int]
    bottom_right: tuple[int, int]
    size_mode: SizeMode = SizeMode.FIT
    pixel_spacing: tuple[float, float] | None = None
    aspect: tuple[int, int] | None = None
    magnification: float | None = None
    scope: Scope = ()

    @property
    def region(self) -> tuple[int, int, int, int]:
        """The stored pixels shown, as the half-open range (column0, row0, column1, row1) from 0."""
        (c1, r1), (c2, r2) = self.top_left, self.bottom_right
        return min(c1, c2) - 1, min(r1, r2) - 1, max(c1, c2), max(r1, r2)


@dataclass(frozen=True, slots=True)
class SoftcopyVoi:
    """Windows and VOI LUTs for some images; the first one is meant, the others are offered."""

    windows: tuple[Window, ...] = ()
    voi_luts: tuple[LutTable, ...] = ()
    scope: Scope = ()


@dataclass(frozen=True, slots=True)
class OverlayActivation:
    """An overlay of the images, or of the state itself, by group; "" as layer hides it (C.11.7)."""

    group: int
    layer: str


@dataclass(frozen=True, slots=True)
class PresentationState:
    """One presentation state.

    Parameters
    ----------
    rotation, horizontal_flip
        Clockwise, 0, 90, 180 or 270 degrees; then, where asked for, left and right are swapped.
    inverse
        PresentationLUTShape INVERSE: the lowest value is white, whatever the image says of itself.
    presentation_lut
        A table instead of that shape.
    overlays
        Overlay planes that the state itself carries.
    notices
        What it asks for that is not done here: told to the reader, never left out silently.
    """

    sop_instance_uid: str
    study_instance_uid: str
    label: str
    images: tuple[ReferencedImage, ...]
    areas: tuple[DisplayedArea, ...]
    description: str = ""
    creator: str = ""
    created: datetime | None = None
    rotation: int = 0
    horizontal_flip: bool = False
    rescale_slope: float = 1.0
    rescale_intercept: float = 0.0
    modality_lut: LutTable | None = None
    vois: tuple[SoftcopyVoi, ...] = ()
    inverse: bool = False
    presentation_lut: LutTable | None = None
    shutters: Shutters | None = None
    layers: tuple[GraphicLayer, ...] = ()
    annotations: tuple[GraphicAnnotation, ...] = ()
    overlays: tuple[OverlayPlane, ...] = ()
    overlay_layers: tuple[OverlayActivation, ...] = ()
    notices: tuple[Notice, ...] = ()

    def references(self, sop_instance_uid: str, frame: int = 1) -> bool:
        """True when the state may be applied to this frame of this image (invariant 3)."""
        return any(
            i.sop_instance_uid == sop_instance_uid and (not i.frames or frame in i.frames)
            for i in self.images
        )

    def area_of(self, sop_instance_uid: str, frame: int = 1) -> DisplayedArea | None:
        """Return the displayed area of one frame; None when the state names none for it."""
        return next((a for a in self.areas if self._meant(a.scope, sop_instance_uid, frame)), None)

    def voi_of(self, sop_instance_uid: str, frame: int = 1) -> SoftcopyVoi | None:
        """Return windows and VOI LUTs of one frame; None: its full range is shown, no window applied."""
        return next((v for v in self.vois if self._meant(v.scope, sop_instance_uid, frame)), None)

    def drawn_on(self, sop_instance_uid: str, frame: int = 1) -> tuple[GraphicAnnotation, ...]:
        """Return the graphics of one frame, the lowest layer first."""
        order = {layer.name: layer.order for layer in self.layers}
        meant = [a for a in self.annotations if self._meant(a.scope, sop_instance_uid, frame)]
        return tuple(sorted(meant, key=lambda a: order.get(a.layer, 0)))

    def grey_of(self, layer: str) -> int | None:
        """Return the P-value that a layer asks to be drawn with."""
        return next((found.grey for found in self.layers if found.name == layer), None)

    def _meant(self, scope: Scope, sop_instance_uid: str, frame: int) -> bool:
        if not self.references(sop_instance_uid, frame):
            return False
        return not scope or any(one.covers(sop_instance_uid, frame) for one in scope)


def under_state(
    state: PresentationState, parameters: GrayscaleParameters, sop_instance_uid: str, frame: int = 1
) -> GrayscaleParameters:
    """Return the grey-scale parameters of an image when it is shown through a presentation state.

    Modality, VOI and polarity come from the state alone; what pixels there are, and which of them are
    padding, stays a fact of the image.
    """
    voi = state.voi_of(sop_instance_uid, frame) or SoftcopyVoi()
    return replace(
        parameters,
        monochrome1=state.inverse,
        rescale_slope=state.rescale_slope,
        rescale_intercept=state.rescale_intercept,
        modality_lut=state.modality_lut,
        windows=voi.windows,
        voi_luts=voi.voi_luts,
        presentation_lut=state.presentation_lut,
    )
