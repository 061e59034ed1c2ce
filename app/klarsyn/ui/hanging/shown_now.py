"""How the images of the open exam stand on the screen at this moment: what is kept with a signed read."""

from copy import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from klarsyn.domain.display import GrayscaleParameters
from klarsyn.reading.read_keeping import ShownImage

if TYPE_CHECKING:
    from klarsyn.ui.hanging.hanging_grid import HangingGrid
    from klarsyn.ui.view.view_state import ViewState


def shown_images(grid: "HangingGrid") -> dict[str, ShownImage]:
    """Return how every image of the open exam and its priors stands, those on the screen with their part."""
    shown = {uid: _stands(view) for uid, view in grid.views.items()}
    for viewport in grid.viewports:
        transform, view = viewport.transform(), viewport.view
        if transform is None or view is None:
            continue
        uid, image = view.loaded.image.sop_instance_uid, view.loaded.image
        region = transform.visible_region(viewport.device_size)
        if region not in ((0, 0, 0, 0), (0, 0, image.columns, image.rows)):
            shown[uid] = replace(shown[uid], region=region)
    return shown


def _stands(view: "ViewState") -> ShownImage:
    if view.stack is None or not view.stands_in:
        return ShownImage(view.loaded.grayscale, copy(view.display), frames=_frames(view))
    # "auto" is shown of the slices whose header says nothing, not of the whole volume.
    display = replace(view.display, window=None)
    return ShownImage(view.grey_of_slice(view.loaded.grayscale), display, frames=_frames(view))


def _frames(view: "ViewState") -> dict[int, GrayscaleParameters] | None:
    """Return the grey scale of each frame of the leading file of a tomosynthesis."""
    if view.stack is None:
        return None
    uid, change = view.loaded.image.sop_instance_uid, view.loaded.grey_of_slice
    found = {}
    for index, one in enumerate(view.stack.volume.slices):
        if one.sop_instance_uid == uid:
            grey = view.stack.stack.grayscale(index)
            found[one.frame] = view.grey_of_slice(grey if change is None else change(one, grey))
    return found
