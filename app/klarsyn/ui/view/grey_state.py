"""What a reader can do to the grey values of one image: presets, own windows, inversion. No Qt.

Together with the stored values and the header, `DisplayState` says what is on the screen (invariant 4).
"""

from dataclasses import replace
from typing import TYPE_CHECKING

from klarsyn.domain.display import DisplayState, GrayscaleParameters, Window
from klarsyn.imaging.grayscale import FULL_RANGE, active_window, presets, window_of_drag

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

AUTO = "auto"
SITE = "site preset"
OWN = "own window"

DRAG_SPAN = 400.0
"""Device-independent pixels of dragging that change a window by its own width."""


class GreyState:
    """The display state of one image, and the commands on its grey values.

    Attributes
    ----------
    site_windows
        What the site has saved for images like this one; offered between the file's own and "auto".
    """

    def __init__(self, loaded: "LoadedImage") -> None:
        """Start with the site's default, else the file's first preset, or visibly with "auto"."""
        self.loaded = loaded
        self.display = DisplayState()
        self.offered = presets(loaded.grayscale)
        self.site_windows = loaded.site_windows
        self._wanted = ""
        """The preset of the file that was chosen, by its name; "" before one was: the first of each slice."""
        self._stood = self.display.preset
        self._stand_in: Window | None = None
        """"auto" in place of what the header of this slice does not say; it goes with the slice."""
        first = [n for n, saved in enumerate(self.site_windows) if saved.is_default]
        if first:
            self.choose(len(self.offered) + first[0])
        else:
            self._stand_in_where_silent()

    def turn_to(self, loaded: "LoadedImage") -> None:
        """Show another slice of the same volume: by the preset of the chosen name, where its header has one.

        Where it has not, by the preset in its place, and by "auto" where the header offers nothing; the next
        slice that has the name is shown by it again. A window of the reader's own, of the site, and "auto"
        when it was chosen stay the same for all slices.
        """
        if self.display.preset != self._stood:
            # Whoever set it did not say the name.
            self._wanted = self.offered[self.display.preset % len(self.offered)]
        if self.stands_in:
            self.display.window = None
        before = self.offered
        self.loaded, self._stand_in = loaded, None
        self.offered = presets(loaded.grayscale)
        if self._wanted in self.offered:
            self.display.preset = self.offered.index(self._wanted)
        elif self.offered != before:
            self.display.preset = self.display.preset if self.display.preset < len(self.offered) else 0
        self._stood = self.display.preset
        self._stand_in_where_silent()

    @property
    def stands_in(self) -> bool:
        """True while "auto" is shown only because the header of this slice offers nothing."""
        return self._stand_in is not None and self.display.window == self._stand_in

    def grey_of_slice(self, grayscale: GrayscaleParameters) -> GrayscaleParameters:
        """Return the grey scale of another slice with what stands in where its header offers nothing."""
        if grayscale.windows or grayscale.voi_luts or self._wanted == FULL_RANGE:
            return grayscale
        return replace(grayscale, windows=(self.loaded.auto_window,))

    def _stand_in_where_silent(self) -> None:
        said = self.loaded.grayscale
        silent = self.display.window is None and not said.windows and not said.voi_luts
        if silent and self._wanted != FULL_RANGE:
            self._stand_in = self.display.window = self.loaded.auto_window

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all presets: the file's, the site's, and "auto", which is computed from this image."""
        return (*self.offered, *(f"{SITE} {saved.name}" for saved in self.site_windows), AUTO)

    @property
    def chosen(self) -> int | None:
        """Number of the preset in force, None when the reader has set a window."""
        if self.display.window is None:
            return self.display.preset
        own = self._windows()
        return len(self.offered) + own.index(self.display.window) if self.display.window in own else None

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
        self._stand_in = None
        if number >= len(self.offered):
            self.display.window = self._windows()[number - len(self.offered)]
        else:
            self.display.preset, self.display.window = number, None
            self._wanted, self._stood = self.offered[number], number

    def next_preset(self) -> None:
        """Choose the preset after this one; a window of the reader's own is followed by the first."""
        self.choose(0 if self.chosen is None else self.chosen + 1)

    def previous_preset(self) -> None:
        """Choose the preset before this one; from a window of the reader's own, the one it came from."""
        self.choose(self.display.preset if self.chosen is None else self.chosen - 1)

    def _windows(self) -> tuple[Window, ...]:
        return (*(saved.window for saved in self.site_windows), self.loaded.auto_window)

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

    def follow(self, other: "GreyState") -> None:
        """Take another image's preset and inversion over, where both files offer the same presets."""
        if not self.is_like(other):
            return
        if other.stands_in:
            self._wanted, self.display.window = other._wanted, None
            self._stand_in_where_silent()
        elif other.chosen is not None and other.chosen < len(self.offered):
            self.choose(other.chosen)
        elif other.chosen is not None and other.names[other.chosen] in self.names[len(self.offered) :]:
            # What the site has saved for another kind of view may have the same name here, or not be here.
            self.choose(self.names.index(other.names[other.chosen], len(self.offered)))
        self.display.inverted = other.display.inverted

    def is_like(self, other: "GreyState") -> bool:
        """True when both files offer the same presets: then their windows may be linked."""
        return self.offered == other.offered
