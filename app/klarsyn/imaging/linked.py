"""Linked zoom and pan: the other views show the same depth behind the chest wall and the same real size.

A look is told in mm from two landmarks that every view has: how deep from the chest wall towards the nipple,
and how far below the level of the nipple, the middle of the viewport lies. Depth has no left or right, so
views of opposite breasts move as mirror images of each other.
"""

from dataclasses import dataclass, replace

from klarsyn.domain.exam import Image, Laterality, Spacing
from klarsyn.imaging.transform import ViewTransform


@dataclass(frozen=True, slots=True)
class LinkedView:
    """What linking knows of one view.

    Parameters
    ----------
    home
        Where the image hangs before the reader zooms or pans (`geometry.hang` without a state).
    viewport_size
        Width and height of its viewport in device pixels.
    chest_wall
        Side of the screen where its chest wall hangs, "left" or "right".
    spacing
        Real size of a pixel. When one of two views has none, both are linked by shares of the image and by
        zoom against home instead of by mm.
    nipple_row
        Row of the nipple in the stored image; None takes the middle of the image.
    """

    home: ViewTransform
    viewport_size: tuple[int, int]
    chest_wall: str
    spacing: Spacing | None = None
    nipple_row: float | None = None


@dataclass(frozen=True, slots=True)
class _Look:
    """What stands in the middle of a viewport, and how large; in units of `_Units`."""

    depth: float
    below: float
    zoom: float


@dataclass(frozen=True, slots=True)
class _Units:
    """Device pixels of one unit across and down at home, and home's own zoom."""

    across: float
    down: float
    zoom: float


def may_link(image: Image) -> bool:
    """Return whether an image moves with others: full views of a stated side. Spots and pieces do not."""
    return image.is_full_view and image.laterality in (Laterality.LEFT, Laterality.RIGHT)


def linked(source: LinkedView, transform: ViewTransform, target: LinkedView) -> ViewTransform:
    """Return how `target` is shown when `source` is zoomed and panned to `transform`.

    Linking there and back gives the transform again, and home gives home where both views hang alike. Up to
    rounding, the result depends only on what `transform` shows, not on the steps that led to it.
    """
    in_mm = source.spacing is not None and target.spacing is not None
    look = _look(source, transform, _units(source, in_mm))
    return _shown(target, look, _units(target, in_mm))


def same_point(
    point: tuple[float, float],
    source: tuple[LinkedView, ViewTransform],
    target: tuple[LinkedView, ViewTransform],
) -> tuple[float, float]:
    """Return where a point of one viewport stands in another that shows the same compression of a breast.

    As deep from the chest wall and as far below the level of the nipple; in device pixels.
    """
    in_mm = source[0].spacing is not None and target[0].spacing is not None
    (x, y), (across, down), side = _measure(*source, in_mm)
    (there_x, there_y), (wide, high), there = _measure(*target, in_mm)
    depth, below = side * (point[0] - x) / across, (point[1] - y) / down
    return there_x + there * depth * wide, there_y + below * high


def _measure(
    view: LinkedView, transform: ViewTransform, in_mm: bool
) -> tuple[tuple[float, float], tuple[float, float], int]:
    """Return the landmark, device pixels of a unit across and down, and on which side depth grows."""
    units = _units(view, in_mm)
    enlarged = transform.column_scale / view.home.column_scale
    side = 1 if view.chest_wall == "left" else -1
    return _landmark(view, transform), (units.across * enlarged, units.down * enlarged), side


def state_of(
    home: ViewTransform, transform: ViewTransform, viewport_size: tuple[int, int]
) -> tuple[float, tuple[float, float]]:
    """Return the zoom and pan of `DisplayState` that lead from home to a transform of the same image.

    The inverse of `geometry.hang`: zoom about the middle of the viewport, then pan in pixels of the image.
    """
    zoom = transform.column_scale / home.column_scale
    middle = viewport_size[0] / 2, viewport_size[1] / 2
    zoomed = home.zoomed(zoom, about=middle)
    across, down = transform.offset[0] - zoomed.offset[0], transform.offset[1] - zoomed.offset[1]
    return zoom, (across / zoomed.column_scale, down / zoomed.row_scale)


def _units(view: LinkedView, in_mm: bool) -> _Units:
    home = view.home
    if in_mm and view.spacing is not None:
        across, down = home.column_scale / view.spacing.column_mm, home.row_scale / view.spacing.row_mm
        return _Units(across, down, across)
    return _Units(home.columns * home.column_scale, home.rows * home.row_scale, 1.0)


def _look(view: LinkedView, transform: ViewTransform, units: _Units) -> _Look:
    enlarged = transform.column_scale / view.home.column_scale
    x, y = _landmark(view, transform)
    width, height = view.viewport_size
    across = (width / 2 - x) / (units.across * enlarged)
    return _Look(
        depth=across if view.chest_wall == "left" else -across,
        below=(height / 2 - y) / (units.down * enlarged),
        zoom=units.zoom * enlarged,
    )


def _shown(view: LinkedView, look: _Look, units: _Units) -> ViewTransform:
    enlarged = look.zoom / units.zoom
    scaled = replace(
        view.home,
        column_scale=view.home.column_scale * enlarged,
        row_scale=view.home.row_scale * enlarged,
        offset=(0.0, 0.0),
    )
    x, y = _landmark(view, scaled)
    depth = look.depth if view.chest_wall == "left" else -look.depth
    width, height = view.viewport_size
    return scaled.moved(
        width / 2 - depth * units.across * enlarged - x, height / 2 - look.below * units.down * enlarged - y
    )


def _landmark(view: LinkedView, transform: ViewTransform) -> tuple[float, float]:
    """Return the viewport point where the level of the nipple meets the chest wall's edge of the image."""
    row = view.home.rows / 2 if view.nipple_row is None else view.nipple_row
    _, y = transform.to_viewport(0, row)
    x, _, width, _ = transform.shown_rect
    return (x if view.chest_wall == "left" else x + width), y
