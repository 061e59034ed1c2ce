"""Views that are looked at together: at one real size, and what they say of sizes."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from klarsyn.imaging.linked import linked, may_link
from klarsyn.ui.hanging.linking import linked_view

if TYPE_CHECKING:
    from klarsyn.ui.view.view_place import ViewPlace
    from klarsyn.ui.view.viewport import Viewport

_CLOSE = 1e-3


def px_per_mm(viewport: "ViewPlace") -> float | None:
    """Return how many device pixels a mm is drawn with; None where no real size is known, or no image is."""
    transform = viewport.transform()
    spacing = viewport.view.loaded.image.spacing if viewport.view is not None else None
    return transform.column_scale / spacing.column_mm if transform is not None and spacing else None


def look_at_all(viewports: Iterable["Viewport"], points: Mapping[int, tuple[float, float]]) -> None:
    """Show an image point in the middle of each of some places, at one real size: 1:1 of the finest image.

    Or as large as the largest of them is drawn already. Where another place shows the same side and view,
    it goes to the same place in the breast at that size: an FFDM beside the volume that has the mark.
    """
    views = dict(enumerate(viewports))
    beside = {n: lead for n in views if n not in points and (lead := _lead(views, n, points)) is not None}
    together = [views[n] for n in (*points, *beside)]
    wanted = [_at_every_pixel(each) for each in together] + [px_per_mm(views[n]) for n in points]
    size = max((each for each in wanted if each is not None), default=None)
    for place, point in points.items():
        views[place].look_at(*point, size)
    for place, lead in beside.items():
        here, transform = linked_view(views[lead]), views[lead].transform()
        there = linked_view(views[place])
        if here is not None and there is not None and transform is not None:
            views[place].show_at(linked(here, transform, there))


def sizes_compare(viewport: "ViewPlace") -> bool:
    """Return whether another view of the step is drawn at the real size of this one; True without another."""
    others = [px_per_mm(each) for each in viewport.neighbours() if each is not viewport]
    own, known = px_per_mm(viewport), [other for other in others if other is not None]
    return own is None or not known or any(abs(other / own - 1.0) < _CLOSE for other in known)


def _at_every_pixel(viewport: "Viewport") -> float | None:
    spacing = viewport.view.loaded.image.spacing if viewport.view is not None else None
    return 1.0 / max(spacing.row_mm, spacing.column_mm) if spacing is not None else None


def _lead(views: Mapping[int, "Viewport"], place: int, points: Iterable[int]) -> int | None:
    """Return the place among `points` that shows the side and view of another, where both are full views."""
    own = _side_and_view(views[place])
    return next((n for n in points if own is not None and _side_and_view(views[n]) == own), None)


def _side_and_view(viewport: "Viewport") -> tuple[object, object] | None:
    image = viewport.view.loaded.image if viewport.view is not None else None
    if image is None or image.view_position is None or not may_link(image):
        return None
    return image.laterality, image.view_position
