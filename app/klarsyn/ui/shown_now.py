"""How the images of the open exam stand on the screen at this moment: what is kept with a signed read."""

from copy import copy
from typing import TYPE_CHECKING

from klarsyn.reading.read_keeping import ShownImage

if TYPE_CHECKING:
    from klarsyn.ui.hanging_grid import HangingGrid


def shown_images(grid: "HangingGrid") -> dict[str, ShownImage]:
    """Return how every image of the open exam and its priors stands, those on the screen with their part."""
    shown = {uid: ShownImage(view.loaded.grayscale, copy(view.display)) for uid, view in grid.views.items()}
    for viewport in grid.viewports:
        transform, view = viewport.transform(), viewport.view
        if transform is None or view is None:
            continue
        uid, image = view.loaded.image.sop_instance_uid, view.loaded.image
        region = transform.visible_region(viewport.device_size)
        if region not in ((0, 0, 0, 0), (0, 0, image.columns, image.rows)):
            shown[uid] = ShownImage(view.loaded.grayscale, copy(view.display), region)
    return shown
