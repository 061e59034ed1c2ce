"""One loaded image made ready for one viewport: shrunk once for its zoom, looked up for each window.

No Qt here. What comes out is 8-bit grey in a buffer that is used again for every frame, so that the painter
can wrap it without a copy.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import DisplayState
from klarsyn.imaging.frames import shrink_to
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.imaging.grayscale import apply_lut, build_lut, index_padding
from klarsyn.imaging.orientation import Flip
from klarsyn.imaging.screen import ScreenLut
from klarsyn.imaging.warping import shrunk_grey, warp_grey

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

Grey = npt.NDArray[np.uint8]

SHARP_FROM = 4.0
"""From this zoom on, pixels are shown as the squares that they are."""


KEPT_LUTS = 4

_EXACT = 1e-6


@dataclass(frozen=True, slots=True)
class Drawn:
    """Grey pixels, shape (rows, columns), and the viewport (x, y) of their top-left corner."""

    grey: Grey
    x: int
    y: int


class Picture:
    """An image on its way to the screen.

    `screen` is the table of the monitor that it is drawn on; None: P-values as they are. Whoever draws sets
    it before, since a window may have gone to another monitor since.
    """

    def __init__(self, loaded: "LoadedImage", screen: ScreenLut | None = None) -> None:
        """Take a loaded image; nothing is computed yet."""
        self.loaded, self.screen = loaded, screen
        self.moving = False
        """While the reader zooms or scrolls, each frame is resized from the nearest level; the mean of all
        pixels that a pixel of the screen covers takes longer, and is drawn when this is False again."""
        self._padding = index_padding(loaded.grayscale)
        self._luts: list[tuple[object, Grey]] = []
        self._shrunk_key: object = None
        self._shrunk: npt.NDArray[np.uint16] = np.zeros((1, 1), dtype=np.uint16)
        self._buffer: Grey = np.empty(0, dtype=np.uint8)

    def turn_to(self, loaded: "LoadedImage") -> None:
        """Take another slice of the same volume, or other pixels of this one; nothing is copied."""
        if loaded is not self.loaded:
            self.loaded, self._shrunk_key = loaded, None
            self._padding = index_padding(loaded.grayscale)

    def lut(self, state: DisplayState) -> Grey:
        """Return the look-up table of the visible state on this screen; computed when either changes.

        Some are kept: the magnifier may have a window of its own, and neighbouring slices have theirs.
        """
        # The objects are part of the key, not their ids: an id may be another's later.
        key = (self.loaded.grayscale, state.preset, state.window, state.inverted, self.screen)
        kept = next((lut for known, lut in self._luts if known == key), None)
        if kept is None:
            kept = build_lut(self.loaded.grayscale, state, self.screen)
            self._luts = [(key, kept), *self._luts[: KEPT_LUTS - 1]]
        return kept

    def draw(self, state: DisplayState, transform: ViewTransform, size: tuple[int, int]) -> Drawn | None:
        """Return the visible part for a viewport of `size` device pixels; None when nothing is visible.

        The result is valid until the next call.
        """
        if transform.scale >= 1.0:
            return self.draw_close(state, transform, size)
        if self.moving and self._key(transform) != self._shrunk_key:
            level = self.loaded.pyramid.level_for(transform.scale)
            gliding = shrunk_grey(level, self.lut(state), transform, size, room=self._room)
            return Drawn(*gliding) if gliding is not None else None
        whole = self._shrunk_for(transform)
        x, y = round(transform.offset[0]), round(transform.offset[1])
        left, top = max(0, -x), max(0, -y)
        part = whole[top : size[1] - y, left : size[0] - x]
        if part.size == 0 or size[1] <= y or size[0] <= x:
            return None
        return Drawn(apply_lut(part, self.lut(state), self._room(part.shape)), x + left, y + top)

    def draw_close(
        self, state: DisplayState, transform: ViewTransform, size: tuple[int, int]
    ) -> Drawn | None:
        """Return the visible part at 1:1 or larger, from the full image; costs what is visible only."""
        if abs(transform.column_scale - 1.0) < _EXACT and abs(transform.row_scale - 1.0) < _EXACT:
            return self._draw_as_it_is(state, transform, size)
        # Nothing may be blurred at 1:1, where every pixel has a place of its own.
        as_it_is = transform.scale >= SHARP_FROM or abs(transform.scale - 1.0) < 1e-3
        level, lut = self.loaded.pyramid.level_for(1.0), self.lut(state)
        warped = warp_grey(level, lut, transform, size, sharp=as_it_is, room=self._room)
        return Drawn(*warped) if warped is not None else None

    def _draw_as_it_is(
        self, state: DisplayState, transform: ViewTransform, size: tuple[int, int]
    ) -> Drawn | None:
        # Cut out, not resampled: where the offset lies between two pixels, nearest-neighbour sampling takes
        # some pixels twice and leaves their neighbours out.
        flip, level = transform.flip, self.loaded.pyramid.level_for(1.0)
        x = _whole(transform.offset[0], flip.horizontal)
        y = _whole(transform.offset[1], flip.vertical)
        left, top = max(0, -x), max(0, -y)
        right, bottom = min(transform.columns, size[0] - x), min(transform.rows, size[1] - y)
        if right <= left or bottom <= top:
            return None
        columns = (transform.columns - right, transform.columns - left) if flip.horizontal else (left, right)
        rows = (transform.rows - bottom, transform.rows - top) if flip.vertical else (top, bottom)
        part = level[slice(*rows), slice(*columns)]
        part = part[:: -1 if flip.vertical else 1, :: -1 if flip.horizontal else 1]
        grey = apply_lut(np.ascontiguousarray(part), self.lut(state), self._room(part.shape))
        return Drawn(grey, x + left, y + top)

    def _shrunk_for(self, transform: ViewTransform) -> npt.NDArray[np.uint16]:
        key = self._key(transform)
        shape = key[0]
        if key != self._shrunk_key:
            level = self.loaded.pyramid.level_for(transform.scale)
            fitting = (min(shape[0], level.shape[0]), min(shape[1], level.shape[1]))
            shrunk = shrink_to(level, fitting, self._padding)
            if transform.flip.horizontal or transform.flip.vertical:
                code = {(True, False): 1, (False, True): 0, (True, True): -1}
                flipped = cv2.flip(shrunk, code[transform.flip.horizontal, transform.flip.vertical])
                shrunk = flipped.astype(np.uint16, copy=False)
            self._shrunk, self._shrunk_key = shrunk, key
        return self._shrunk

    @staticmethod
    def _key(transform: ViewTransform) -> tuple[tuple[int, int], Flip]:
        width, height = transform.shown_size
        return (max(1, round(height)), max(1, round(width))), transform.flip

    def _room(self, shape: tuple[int, ...]) -> Grey:
        needed = shape[0] * shape[1]
        if self._buffer.size < needed:
            self._buffer = np.empty(needed, dtype=np.uint8)
        return self._buffer[:needed].reshape(shape)


def _whole(offset: float, mirrored: bool) -> int:
    """Return the whole device pixel at which an image begins, so that `ViewTransform.pixel_at` agrees."""
    return math.floor(offset + 0.5) if mirrored else math.ceil(offset - 0.5)
