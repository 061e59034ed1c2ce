"""Where an image stands when a presentation state says which part of it is to be seen (PS3.3 C.10.4)."""

from klarsyn.domain.exam import Image
from klarsyn.domain.presentation_state import DisplayedArea, PresentationState, SizeMode
from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.transform import ViewTransform


def shows_whole(area: DisplayedArea, image: Image) -> bool:
    """True when the area asks for the whole image, fitted: then it hangs as it always does."""
    column0, row0, column1, row1 = area.region
    whole = column0 <= 0 and row0 <= 0 and column1 >= image.columns and row1 >= image.rows
    return whole and area.size_mode is SizeMode.FIT


def transform_of(
    area: DisplayedArea, image: Image, flip: Flip, size: tuple[int, int], pixel_mm: float
) -> ViewTransform:
    """Return the transform that shows an area in the middle of a viewport.

    Parameters
    ----------
    size, pixel_mm
        Width and height of the viewport in device pixels, and mm of one of these.
    """
    column0, row0, column1, row1 = area.region
    row_step, column_step = _pixel_shape(area, image)
    if area.size_mode is SizeMode.TRUE and area.pixel_spacing is not None:
        mm_per_px = pixel_mm
    elif area.size_mode is SizeMode.MAGNIFY and area.magnification is not None:
        # The ratio is that of the screen's pixels to the image's; it is meant for the shorter side of a
        # pixel, the other follows from its shape.
        mm_per_px = min(row_step, column_step) / area.magnification
    else:
        mm_per_px = max((column1 - column0) * column_step / size[0], (row1 - row0) * row_step / size[1])
    transform = ViewTransform(image.columns, image.rows, flip, column_step / mm_per_px, row_step / mm_per_px)
    x, y = transform.to_viewport((column0 + column1) / 2, (row0 + row1) / 2)
    return transform.moved(size[0] / 2 - x, size[1] / 2 - y)


def flip_of(state: PresentationState) -> Flip | None:
    """Return the mirroring that a state asks for; None when it asks for none, or for a quarter turn.

    A half turn mirrors both ways. A state without a spatial transformation leaves the hanging as it is: how
    a mammogram hangs follows from its own orientation, and the states of most makers say nothing of it.
    """
    if state.rotation not in (0, 180) or not (state.rotation or state.horizontal_flip):
        return None
    turned = state.rotation == 180
    return Flip(horizontal=turned != state.horizontal_flip, vertical=turned)


def _pixel_shape(area: DisplayedArea, image: Image) -> tuple[float, float]:
    """Row and column step of a pixel: in mm where the state or the image knows them."""
    if area.pixel_spacing is not None:
        return area.pixel_spacing
    if area.aspect is not None and area.aspect != (1, 1):
        return area.aspect[0] / area.aspect[1], 1.0
    return (image.spacing.row_mm, image.spacing.column_mm) if image.spacing else (1.0, 1.0)
