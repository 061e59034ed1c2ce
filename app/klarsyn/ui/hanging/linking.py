"""Views that move together: what the reader does to one is done to the others, mirrored left and right."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from klarsyn.imaging.geometry import hanging_chest_wall, hanging_flip
from klarsyn.imaging.linked import LinkedView, linked, may_link

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport


def move_along(source: "Viewport", others: Iterable["Viewport"]) -> None:
    """Show in the other views the depth and size that `source` shows; others stay: see `_moving_view`."""
    here, transform = _moving_view(source), source.transform()
    if here is None or transform is None:
        return
    for other in others:
        there = _moving_view(other)
        if other is not source and there is not None:
            other.show_at(linked(here, transform, there), gliding=source.gliding)


def _moving_view(viewport: "Viewport") -> LinkedView | None:
    """As `linked_view`, and None for spots and pieces, which show another stretch of the breast."""
    view = viewport.view
    return linked_view(viewport) if view is not None and may_link(view.loaded.image) else None


def linked_view(viewport: "Viewport") -> LinkedView | None:
    """Return what linking knows of a view; None for an empty place, and for what a state has turned."""
    view = viewport.view
    if view is None:
        return None
    # The chest wall of a turned image is not where linking looks for it, and depth would run backwards.
    if view.loaded.flip != hanging_flip(view.loaded.image, view.loaded.breast_side)[0]:
        return None
    image, size = view.loaded.image, viewport.device_size
    wall = hanging_chest_wall(image.laterality) or "left"
    return LinkedView(view.home(size, viewport.mm_per_px), size, wall, image.spacing)
