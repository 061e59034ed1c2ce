"""Hanging one exam: the same real size for every full view, chest walls against the middle.

`Flip`, `hanging_flip` and `ViewTransform` live beside and are offered here, where readers look for them.
"""

from collections.abc import Iterable
from dataclasses import replace

from klarsyn.domain.display import DisplayState
from klarsyn.domain.exam import Image, Laterality
from klarsyn.imaging.orientation import Flip, hanging_chest_wall, hanging_flip
from klarsyn.imaging.transform import ViewTransform

__all__ = [
    "Flip",
    "ViewTransform",
    "chest_wall_align",
    "common_scale",
    "fit",
    "hang",
    "hanging_chest_wall",
    "hanging_flip",
]


def common_scale(images: Iterable[Image], viewport_size: tuple[int, int]) -> float | None:
    """Return the one mm per device pixel at which the largest full view just fits its viewport.

    Parameters
    ----------
    images
        All images of the hanging, priors too. Spot, magnified and partial views do not count.
    viewport_size
        Width and height of one viewport in device pixels.

    Returns
    -------
    None when there is no full view, or one has no spacing: then nothing may claim the same size, and each
    image is fitted on its own.
    """
    width, height = viewport_size
    largest = 0.0
    for image in images:
        if not image.is_full_view:
            continue
        if image.spacing is None:
            return None
        largest = max(
            largest,
            image.columns * image.spacing.column_mm / width,
            image.rows * image.spacing.row_mm / height,
        )
    return largest or None


def fit(image: Image, flip: Flip, viewport_size: tuple[int, int]) -> ViewTransform:
    """Return the largest transform that shows the whole image, centred; pixels keep their real shape."""
    row_mm, column_mm = _pixel_shape(image)
    width, height = viewport_size
    mm_per_px = max(image.columns * column_mm / width, image.rows * row_mm / height)
    return _at_scale(image, flip, mm_per_px, viewport_size)


def hang(
    image: Image,
    flip: Flip,
    viewport_size: tuple[int, int],
    mm_per_px: float | None = None,
    state: DisplayState | None = None,
) -> ViewTransform:
    """Return where an image stands in its viewport: common size or fit, chest wall, then zoom and pan.

    `mm_per_px` is `common_scale` of the hanging; it is left aside for images that are no full view or have
    no spacing, which are fitted. Zoom is about the viewport's centre. Pan is in pixels of the image: what
    stands in the middle then stands there on a screen of any scale.
    """
    if mm_per_px is not None and image.is_full_view and image.spacing is not None:
        transform = _at_scale(image, flip, mm_per_px, viewport_size)
    else:
        transform = fit(image, flip, viewport_size)
    transform = chest_wall_align(transform, viewport_size, image.laterality)
    if state is None:
        return transform
    centre = (viewport_size[0] / 2, viewport_size[1] / 2)
    zoomed = transform.zoomed(state.zoom, about=centre)
    return zoomed.moved(state.pan[0] * zoomed.column_scale, state.pan[1] * zoomed.row_scale)


def chest_wall_align(
    transform: ViewTransform, viewport_size: tuple[int, int], laterality: Laterality | None
) -> ViewTransform:
    """Move the image sideways until its chest wall touches the middle of the hanging.

    Right breasts hang in the left half, chest wall at the viewport's right edge; left breasts mirrored.
    Without a laterality the image is centred. Up and down it is centred always.
    """
    width, height = transform.shown_size
    space = viewport_size[0] - width
    x = {"right": space, "left": 0.0}.get(hanging_chest_wall(laterality) or "", space / 2)
    return replace(transform, offset=(x, (viewport_size[1] - height) / 2))


def _at_scale(image: Image, flip: Flip, mm_per_px: float, viewport_size: tuple[int, int]) -> ViewTransform:
    row_mm, column_mm = _pixel_shape(image)
    transform = ViewTransform(image.columns, image.rows, flip, column_mm / mm_per_px, row_mm / mm_per_px)
    return chest_wall_align(transform, viewport_size, None)


def _pixel_shape(image: Image) -> tuple[float, float]:
    """Row and column step: real ones, or squares of 1 when the file has none."""
    return (image.spacing.row_mm, image.spacing.column_mm) if image.spacing else (1.0, 1.0)
