"""What a reader can do to the place of one image, beside its grey values; no Qt, tested without a window.

The state is `DisplayState` and nothing else: what is on the screen follows from it, the header and the stored
values (invariant 4).
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from klarsyn.domain.display import DisplayState
from klarsyn.imaging.coverage import Coverage
from klarsyn.imaging.geometry import ViewTransform, hang, hanging_chest_wall
from klarsyn.imaging.linked import state_of
from klarsyn.ui.slices.stack_view import StackView
from klarsyn.ui.view.grey_state import AUTO, OWN, SITE, GreyState

if TYPE_CHECKING:
    from klarsyn.domain.shown_slices import ShownSlices
    from klarsyn.reading.images import LoadedImage

__all__ = ["AUTO", "OWN", "SITE", "ViewState"]

LARGEST_ZOOM = 16.0
SMALLEST_ZOOM = 0.5


class ViewState(GreyState):
    """The display state of one image and the commands on it.

    Attributes
    ----------
    piece
        The image hangs as a piece of a mosaic: at the scale of the pieces beside it instead of its own.
    coverage
        Which part of the breast has been on the screen at 1:1, in whatever step and slice.
    stack
        Of a tomosynthesis, where in it the reader stands; None of other images.
    """

    def __init__(self, loaded: "LoadedImage") -> None:
        """Start whole, with nothing seen."""
        super().__init__(loaded)
        self.piece = False
        self.coverage = Coverage(loaded.image.columns, loaded.image.rows, loaded.breast)
        self.stack: StackView | None = None
        if loaded.volume is not None and loaded.stack is not None:
            self.stack = StackView(loaded, loaded.volume, loaded.stack)

    @property
    def shown_slices(self) -> "ShownSlices | None":
        """Which slices are shown of a tomosynthesis; None of other images."""
        return self.stack.shown if self.stack is not None else None

    def turn_the_stack(self) -> bool:
        """Take what is to be shown of a tomosynthesis; returns whether there is something, also of others."""
        if self.stack is None:
            return True
        now = self.stack.picture()
        if now is not None and now is not self.loaded:
            self.turn_to(now)
        return now is not None

    def transform(self, size: tuple[int, int], mm_per_px: float | None) -> ViewTransform:
        """Return where the image stands in a viewport of `size` device pixels."""
        return self._hung(size, mm_per_px, self.display)

    def home(self, size: tuple[int, int], mm_per_px: float | None) -> ViewTransform:
        """Return where it hangs before the reader zooms or pans."""
        return self._hung(size, mm_per_px, None)

    def _hung(
        self, size: tuple[int, int], mm_per_px: float | None, state: DisplayState | None
    ) -> ViewTransform:
        image = self.loaded.image
        if self.piece:
            image = replace(image, partial_view=False)
        return hang(image, self.loaded.flip, size, mm_per_px, state)

    def show(self, transform: ViewTransform, size: tuple[int, int], mm_per_px: float | None) -> None:
        """Zoom and pan so that the image stands as `transform` says."""
        self.display.zoom, self.display.pan = state_of(self.home(size, mm_per_px), transform, size)

    def zoom_by(
        self, factor: float, about: tuple[float, float], size: tuple[int, int], mm_per_px: float | None
    ) -> None:
        """Zoom within limits; the image point under `about` (device pixels) stays there."""
        largest = LARGEST_ZOOM / self.transform(size, mm_per_px).scale
        factor = min(max(factor, SMALLEST_ZOOM / self.display.zoom), max(largest, 1.0))
        self._zoom(factor, about, size, mm_per_px)

    def _zoom(
        self, factor: float, about: tuple[float, float], size: tuple[int, int], mm_per_px: float | None
    ) -> None:
        now = self.transform(size, mm_per_px)
        centre = (size[0] / 2, size[1] / 2)
        self._pan_px(
            (about[0] - centre[0]) * (1 / factor - 1), (about[1] - centre[1]) * (1 / factor - 1), now
        )
        self.display.zoom *= factor
        if now.pixel_at(*about) is None:
            # Over air the point that stays is no image, and zooming would lose it.
            self._keep_in_sight(size, mm_per_px)
        self._keep_at_wall(size, mm_per_px)

    def one_to_one(self, about: tuple[float, float], size: tuple[int, int], mm_per_px: float | None) -> None:
        """Give each pixel of the image one of the screen, or go back to the whole when it has."""
        scale = self.transform(size, mm_per_px).scale
        if abs(scale - 1.0) < 1e-6:
            self.fit()
            return
        self._zoom(1.0 / scale, about, size, mm_per_px)

    def true_size(
        self, pixel_mm: float, about: tuple[float, float], size: tuple[int, int], mm_per_px: float | None
    ) -> bool:
        """Draw the image as large as the breast was on a screen of `pixel_mm` mm a device pixel.

        Returns False, and changes nothing, when the image has no real size.
        """
        spacing = self.loaded.image.spacing
        if spacing is None:
            return False
        now = self.transform(size, mm_per_px)
        self._zoom(spacing.column_mm / pixel_mm / now.column_scale, about, size, mm_per_px)
        return True

    def look_at(self, column: float, row: float, size: tuple[int, int], mm_per_px: float | None) -> None:
        """Show an image point in the middle of the viewport, at 1:1 or at the present zoom if closer.

        A point near the chest wall stands as near to the middle as the wall, kept at its side, allows.
        """
        scale = self.transform(size, mm_per_px).scale
        if scale < 1.0:
            self.zoom_by(1.0 / scale, (size[0] / 2, size[1] / 2), size, mm_per_px)
        x, y = self.transform(size, mm_per_px).to_viewport(column, row)
        self.pan_by(size[0] / 2 - x, size[1] / 2 - y, size, mm_per_px)

    def pan_by(self, dx: float, dy: float, size: tuple[int, int], mm_per_px: float | None) -> None:
        """Move the image by device pixels; a part of it stays in sight."""
        self._pan_px(dx, dy, self.transform(size, mm_per_px))
        self._keep_in_sight(size, mm_per_px)
        self._keep_at_wall(size, mm_per_px)

    def _pan_px(self, dx: float, dy: float, now: ViewTransform) -> None:
        across, down = self.display.pan
        self.display.pan = (across + dx / now.column_scale, down + dy / now.row_scale)

    def centre(self, size: tuple[int, int], mm_per_px: float | None) -> tuple[float, float]:
        """Return the point that a command without a mouse means, in device pixels.

        The middle of the viewport, but of the breast while the whole image is shown: it hangs at the
        midline, and the middle of its place is air. While that is so after a zoom too, the middle of the
        part of the breast that is in sight, or else a key pressed some times would zoom into air.
        """
        middle = (size[0] / 2, size[1] / 2)
        breast, now = self.loaded.breast_centre, self.transform(size, mm_per_px)
        if breast is not None and (self.display.zoom, self.display.pan) == (1.0, (0.0, 0.0)):
            return now.to_viewport(*breast)
        left, top, right, bottom = self.coverage.breast_box
        ends = zip(now.to_viewport(left, top), now.to_viewport(right, bottom), strict=True)
        (x0, x1), (y0, y1) = (sorted(pair) for pair in ends)
        if x0 <= middle[0] <= x1 and y0 <= middle[1] <= y1:
            return middle
        x0, x1, y0, y1 = max(x0, 0.0), min(x1, size[0]), max(y0, 0.0), min(y1, size[1])
        return ((x0 + x1) / 2, (y0 + y1) / 2) if x0 < x1 and y0 < y1 else middle

    def _keep_in_sight(self, size: tuple[int, int], mm_per_px: float | None) -> None:
        # At least half the viewport, or half of an image that is smaller, shows image in each direction.
        now = self.transform(size, mm_per_px)
        x, y, width, height = now.shown_rect
        dx, dy = (
            _pushed_back(start, length, room)
            for start, length, room in ((x, width, size[0]), (y, height, size[1]))
        )
        self._pan_px(dx, dy, now)

    def _keep_at_wall(self, size: tuple[int, int], mm_per_px: float | None) -> None:
        # No black beyond the chest wall: both breasts meet there, and a gap would look like tissue cut off.
        now = self.transform(size, mm_per_px)
        wall = hanging_chest_wall(self.loaded.image.laterality)
        x, _, width, _ = now.shown_rect
        gap = {"left": min(-x, 0.0), "right": max(size[0] - x - width, 0.0)}.get(wall or "", 0.0)
        self._pan_px(gap, 0.0, now)

    def fit(self) -> None:
        """Show the whole image in its place."""
        self.display.zoom, self.display.pan = 1.0, (0.0, 0.0)

    def take_over(self, before: "ViewState") -> None:
        """Stand where a first look at the same image stood; what was seen of that does not count."""
        if before.chosen is None:
            self.display = before.display
        else:
            if not before.stands_in:
                self.choose(before.chosen)
            self.display.inverted = before.display.inverted
            self.display.zoom, self.display.pan = before.display.zoom, before.display.pan
        self.piece = before.piece
        if self.stack is not None and before.stack is not None:
            self.stack.follow(before.stack)


def _pushed_back(start: float, length: float, room: float) -> float:
    """Return how far a stretch must move so that enough of it lies within 0 to `room`."""
    kept = min(length, room) / 2
    if start > room - kept:
        return room - kept - start
    if start + length < kept:
        return kept - start - length
    return 0.0
