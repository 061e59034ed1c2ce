"""What a worker does with a decoded image before the window takes it: shrunk and looked up for its place."""

from typing import TYPE_CHECKING

from klarsyn.imaging.screen import ScreenLut
from klarsyn.ui.view.picture import Picture
from klarsyn.ui.view.view_state import ViewState

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

Prepared = tuple[Picture, ViewState]


def prepared(
    loaded: "LoadedImage", size: tuple[int, int], mm_per_px: float | None, screen: ScreenLut | None = None
) -> Prepared:
    """Return an image made ready for a viewport of `size` device pixels at the common real scale.

    `screen` is the table of the monitor that it will be drawn on.
    The shrink is by far the dearest part of a first painting; when the viewport has another size by
    then, it is done again there.
    """
    picture, view = Picture(loaded, screen), ViewState(loaded)
    if view.turn_the_stack():
        picture.turn_to(view.loaded)
    picture.draw(view.display, view.transform(size, mm_per_px), size)
    return picture, view
