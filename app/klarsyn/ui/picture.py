"""One loaded image made ready for one viewport: shrunk once for its zoom, looked up for each window.

No Qt here. What comes out is 8-bit grey in a buffer that is used again for every frame, so that the painter
can wrap it without a copy.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.domain.display import DisplayState
from klarsyn.imaging.frames import shrink_to
from klarsyn.imaging.geometry import ViewTransform
from klarsyn.imaging.grayscale import apply_lut, build_lut, index_padding

if TYPE_CHECKING:
    from klarsyn.reading.images import LoadedImage

Grey = npt.NDArray[np.uint8]

SHARP_FROM = 4.0
"""From this zoom on, pixels are shown as the squares that they are."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """Grey pixels, shape (rows, columns), and the viewport (x, y) of their top-left corner."""

    grey: Grey
    x: int
    y: int


class Picture:
    """An image on its way to the screen."""

    def __init__(self, loaded: "LoadedImage") -> None:
        """Take a loaded image; nothing is computed yet."""
        self.loaded = loaded
        self._padding = index_padding(loaded.grayscale)
        self._lut_key: object = None
        self._lut: Grey = np.zeros(65536, dtype=np.uint8)
        self._shrunk_key: object = None
        self._shrunk: npt.NDArray[np.uint16] = np.zeros((1, 1), dtype=np.uint16)
        self._buffer: Grey = np.empty(0, dtype=np.uint8)

    def lut(self, state: DisplayState) -> Grey:
        """Return the look-up table of the visible state; computed when the state changes."""
        key = (state.preset, state.window, state.inverted)
        if key != self._lut_key:
            self._lut = build_lut(self.loaded.grayscale, state)
            self._lut_key = key
        return self._lut

    def draw(self, state: DisplayState, transform: ViewTransform, size: tuple[int, int]) -> Drawn | None:
        """Return the visible part for a viewport of `size` device pixels; None when nothing is visible.

        The result is valid until the next call.
        """
        if transform.scale >= 1.0:
            return self.draw_close(state, transform, size)
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
        # Grey is looked up first and made larger afterwards: no stored value is invented, and padding is
        # never mixed with tissue before the table.
        column0, row0, column1, row1 = transform.visible_region(size)
        if column0 == column1:
            return None
        crop = self.loaded.pyramid.levels[0][row0:row1, column0:column1]
        grey = apply_lut(np.ascontiguousarray(crop), self.lut(state))
        corners = transform.points_to_viewport([(column0, row0), (column1, row1)])
        low, high = np.min(corners, axis=0), np.max(corners, axis=0)
        x, y = max(0, round(low[0])), max(0, round(low[1]))
        width, height = min(size[0], round(high[0])) - x, min(size[1], round(high[1])) - y
        if width <= 0 or height <= 0:
            return None
        # Pixel centres lie at half numbers on both sides (PS3.3 C.18.6.1.1), hence the halves.
        start = transform.to_image(x + 0.5, y + 0.5)
        step_x = (-1 if transform.flip.horizontal else 1) / transform.column_scale
        step_y = (-1 if transform.flip.vertical else 1) / transform.row_scale
        matrix = np.array(
            [[step_x, 0.0, start[0] - 0.5 - column0], [0.0, step_y, start[1] - 0.5 - row0]], dtype=np.float64
        )
        # Nothing may be blurred at 1:1, where every pixel has a place of its own.
        as_it_is = transform.scale >= SHARP_FROM or abs(transform.scale - 1.0) < 1e-3
        how = cv2.INTER_NEAREST if as_it_is else cv2.INTER_LINEAR
        out = self._room((height, width))
        cv2.warpAffine(
            grey,
            matrix,
            (width, height),
            dst=out,
            flags=how | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return Drawn(out, x, y)

    def _shrunk_for(self, transform: ViewTransform) -> npt.NDArray[np.uint16]:
        shape = tuple(max(1, round(side)) for side in reversed(transform.shown_size))
        key = (shape, transform.flip)
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

    def _room(self, shape: tuple[int, ...]) -> Grey:
        needed = shape[0] * shape[1]
        if self._buffer.size < needed:
            self._buffer = np.empty(needed, dtype=np.uint8)
        return self._buffer[:needed].reshape(shape)
