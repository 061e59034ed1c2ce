"""What a reader can do to the grey values and the place of one image; no Qt, tested without a window.

The state is `DisplayState` and nothing else: what is on the screen follows from it, the header and the stored
values (invariant 4).
"""

from typing import TYPE_CHECKING

from klarsyn.domain.display import DisplayState, Window
from klarsyn.imaging.geometry import ViewTransform, hang
from klarsyn.imaging.grayscale import active_window, presets, window_of_drag

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

AUTO = "auto"
OWN = "own window"

DRAG_SPAN = 400.0
"""Device-independent pixels of dragging that change a window by its own width."""

LARGEST_ZOOM = 16.0
SMALLEST_ZOOM = 0.5


class ViewState:
    """The display state of one image and the commands on it."""

    def __init__(self, loaded: "LoadedImage") -> None:
        """Start with the file's first preset, or visibly with "auto" when it offers none."""
        self.loaded = loaded
        self.display = DisplayState()
        self.offered = presets(loaded.grayscale)
        if not loaded.grayscale.windows and not loaded.grayscale.voi_luts:
            self.choose(len(self.offered))

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all presets; the last is computed from this image and called "auto"."""
        return (*self.offered, AUTO)

    @property
    def chosen(self) -> int | None:
        """Number of the preset in force, None when the reader has set a window."""
        if self.display.window is None:
            return self.display.preset
        return len(self.offered) if self.display.window == self.loaded.auto_window else None

    @property
    def label(self) -> str:
        """What stands on the image, e.g. "NORMAL 2048/1024" or "own window 900/400 inverted"."""
        name = OWN if self.chosen is None else self.names[self.chosen]
        window = active_window(self.loaded.grayscale, self.display)
        values = f" {window.center:.0f}/{window.width:.0f}" if window is not None else ""
        return f"{name}{values}{' inverted' if self.display.inverted else ''}"

    def choose(self, number: int) -> None:
        """Choose a preset by its number in `names`."""
        number %= len(self.names)
        if number == len(self.offered):
            self.display.window = self.loaded.auto_window
        else:
            self.display.preset, self.display.window = number, None

    def next_preset(self) -> None:
        """Choose the preset after this one; a window of the reader's own is followed by the first."""
        self.choose(0 if self.chosen is None else self.chosen + 1)

    def window(self) -> Window:
        """Return the window in force; "auto" where the grey comes from a table."""
        return active_window(self.loaded.grayscale, self.display) or self.loaded.auto_window

    def drag_window(self, dx: float, dy: float) -> None:
        """Change the window by a drag of logical pixels; two equal drags change two images equally."""
        window = self.window()
        scale = window.width / DRAG_SPAN
        if self.loaded.grayscale.monochrome1 != self.display.inverted:
            dy = -dy
        self.display.window = window_of_drag(window, dx, dy, scale)

    def transform(self, size: tuple[int, int], mm_per_px: float | None) -> ViewTransform:
        """Return where the image stands in a viewport of `size` device pixels."""
        return hang(self.loaded.image, self.loaded.flip, size, mm_per_px, self.display)

    def zoom_by(
        self, factor: float, about: tuple[float, float], size: tuple[int, int], mm_per_px: float | None
    ) -> None:
        """Zoom; the image point under `about` (device pixels) stays there."""
        now = self.transform(size, mm_per_px)
        largest = LARGEST_ZOOM / now.scale
        factor = min(max(factor, SMALLEST_ZOOM / self.display.zoom), max(largest, 1.0))
        centre = (size[0] / 2, size[1] / 2)
        pan = self.display.pan
        self.display.pan = (
            about[0] - centre[0] - factor * (about[0] - centre[0] - pan[0]),
            about[1] - centre[1] - factor * (about[1] - centre[1] - pan[1]),
        )
        self.display.zoom *= factor
        if now.pixel_at(*about) is None:
            # Over air the point that stays is no image, and zooming would lose it.
            self._keep_in_sight(size, mm_per_px)

    def one_to_one(self, about: tuple[float, float], size: tuple[int, int], mm_per_px: float | None) -> None:
        """Give each pixel of the image one of the screen, or go back to the whole when it has."""
        scale = self.transform(size, mm_per_px).scale
        if abs(scale - 1.0) < 1e-6:
            self.fit()
            return
        self.zoom_by(1.0 / scale, about, size, mm_per_px)

    def look_at(self, column: float, row: float, size: tuple[int, int], mm_per_px: float | None) -> None:
        """Show an image point in the middle of the viewport, at 1:1 or at the present zoom if closer."""
        scale = self.transform(size, mm_per_px).scale
        if scale < 1.0:
            self.zoom_by(1.0 / scale, (size[0] / 2, size[1] / 2), size, mm_per_px)
        x, y = self.transform(size, mm_per_px).to_viewport(column, row)
        self.pan_by(size[0] / 2 - x, size[1] / 2 - y, size, mm_per_px)

    def pan_by(self, dx: float, dy: float, size: tuple[int, int], mm_per_px: float | None) -> None:
        """Move the image by device pixels; a part of it stays in sight."""
        self.display.pan = (self.display.pan[0] + dx, self.display.pan[1] + dy)
        self._keep_in_sight(size, mm_per_px)

    def centre(self, size: tuple[int, int], mm_per_px: float | None) -> tuple[float, float]:
        """Return the point that a command without a mouse means, in device pixels.

        The middle of the viewport, but of the breast while the whole image is shown: it hangs at the
        midline, and the middle of its place is air.
        """
        middle = (size[0] / 2, size[1] / 2)
        breast = self.loaded.breast_centre
        if breast is None or (self.display.zoom, self.display.pan) != (1.0, (0.0, 0.0)):
            return middle
        return self.transform(size, mm_per_px).to_viewport(*breast)

    def _keep_in_sight(self, size: tuple[int, int], mm_per_px: float | None) -> None:
        # At least half the viewport, or half of an image that is smaller, shows image in each direction.
        x, y, width, height = self.transform(size, mm_per_px).shown_rect
        dx, dy = (
            _pushed_back(start, length, room)
            for start, length, room in ((x, width, size[0]), (y, height, size[1]))
        )
        self.display.pan = (self.display.pan[0] + dx, self.display.pan[1] + dy)

    def fit(self) -> None:
        """Show the whole image in its place."""
        self.display.zoom, self.display.pan = 1.0, (0.0, 0.0)

    def follow(self, other: "ViewState") -> None:
        """Take another image's preset and inversion over, where both files offer the same presets."""
        if not self.is_like(other):
            return
        if other.chosen is not None:
            self.choose(other.chosen)
        self.display.inverted = other.display.inverted

    def is_like(self, other: "ViewState") -> bool:
        """True when both files offer the same presets: then their windows may be linked."""
        return self.offered == other.offered


def _pushed_back(start: float, length: float, room: float) -> float:
    """Return how far a stretch must move so that enough of it lies within 0 to `room`."""
    kept = min(length, room) / 2
    if start > room - kept:
        return room - kept - start
    if start + length < kept:
        return kept - start - length
    return 0.0
