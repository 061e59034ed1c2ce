"""One painting of a view: image, what covers it, marks, drawings, frames, texts, bar of slices, magnifier."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QSizeF
from PySide6.QtGui import QPainter

from klarsyn.imaging.geometry import ViewTransform
from klarsyn.ui.findings import overlay
from klarsyn.ui.hanging.one_size import sizes_compare
from klarsyn.ui.monitors.screen_book import screen_book
from klarsyn.ui.slices.stack_words import doubts, slab_line, slice_line, told_instead
from klarsyn.ui.view.corners import paint_corners, paint_message
from klarsyn.ui.view.frames import paint_frames, paint_surround
from klarsyn.ui.view.in_sight import in_sight
from klarsyn.ui.view.magnifier import draw_grey, paint_glass
from klarsyn.ui.view.picture import Drawn
from klarsyn.ui.view.true_size import size_words

if TYPE_CHECKING:
    from klarsyn.ui.view.viewport import Viewport


def paint_view(viewport: "Viewport") -> ViewTransform | None:
    """Paint a view; returns where its image stands, None where there is none."""
    painter = QPainter(viewport)
    has_pixels = viewport.turn_the_stack()
    transform = viewport.transform()
    shown = transform if has_pixels else None
    drawn = _drawn(viewport, shown) if shown is not None else None
    paint_surround(painter, viewport, drawn)
    size = QSizeF(viewport.size())
    if shown is not None and viewport.view is not None:
        if drawn is not None:
            draw_grey(painter, drawn, viewport.ratio)
            _count_as_seen(viewport, shown)
        viewport.paint_covers(painter, shown)
        overlay.paint(painter, viewport.placed_marks(), viewport.highlighted)
        for layer in viewport.layers:
            layer.paint(painter, viewport, shown)
    else:
        paint_message(painter, "" if viewport.stack_message else viewport.message, size)
    _word(viewport, transform)
    paint_frames(painter, viewport)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_corners(painter, viewport.corners, size, in_full=viewport.tells_in_full)
    if viewport.bar.is_shown(shown):
        viewport.bar.paint(painter)
    if shown is not None:
        paint_glass(painter, viewport, shown)
    painter.end()
    viewport.painted_slice = viewport.stack.index if viewport.stack is not None else None
    return transform


def _drawn(viewport: "Viewport", transform: ViewTransform) -> Drawn | None:
    picture, view = viewport.picture, viewport.view
    if picture is None or view is None:
        return None
    # The monitor's table: a window may have gone to another one since.
    picture.screen, picture.moving = screen_book().look(viewport).lut, viewport.gliding
    return picture.draw(view.display, transform, viewport.device_size)


def _count_as_seen(viewport: "Viewport", transform: ViewTransform) -> None:
    """A preview is not what is in the file, and in a slab no slice is seen by itself."""
    view, picture = viewport.view, viewport.picture
    if view is None or picture is None or picture.loaded.pyramid.is_preview:
        return
    if view.stack is not None and not view.stack.is_single:
        return
    if viewport.bar.covers(transform) or not in_sight(viewport, transform):
        return
    view.coverage.look(transform, viewport.device_size)
    if view.stack is not None:
        view.stack.seen.look(view.stack.index, transform, viewport.device_size)


def _word(viewport: "Viewport", transform: ViewTransform | None) -> None:
    """Say how the image is shown; the monitor's words too: a window may have gone to another one since."""
    corners, view = viewport.corners, viewport.view
    corners.device_asked = viewport.device_asked
    # Below the texts, where nothing lies under it; what only helps IT, with the notices in full.
    corners.instead, corners.cause = told_instead(viewport.stack_message)
    if view is None or transform is None:
        return
    _say_whether_sizes_differ(viewport)
    screen = screen_book().look(viewport)
    corners.screen, corners.screen_is_sound = screen.statement, screen.sound
    corners.grey, corners.hidden = view.label, viewport.below_minimum
    walk = viewport.walk
    walked = walk.words if walk is not None and walk.is_of(viewport) else ""
    corners.size = size_words(view, transform, viewport.pixel_mm, walked, viewport.neighbours())
    if view.stack is not None:
        corners.slices = (slice_line(view.stack), slab_line(view.stack), doubts(view.stack))


def _say_whether_sizes_differ(viewport: "Viewport") -> None:
    corners = viewport.corners
    if not any(notice.code == "sizes-differ" for notice in corners.notices):
        return
    now = sizes_compare(viewport)
    if now != corners.sizes_compare:
        corners.sizes_compare = now
        # They may have been compared with this one.
        for other in viewport.neighbours():
            other.update()
