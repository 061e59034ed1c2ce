"""Which part of the breast has been on the screen pixel by pixel: "all pixels seen" of one view.

Counted in blocks of 16 by 16 image pixels. A block is seen when the whole of it stood in the viewport in one
look at 1:1 or larger, and belongs to the breast when any of it may be breast: both err towards "not yet", so
that "all seen" is never claimed too early.
"""

import base64
import binascii
import zlib

import cv2
import numpy as np
import numpy.typing as npt

from klarsyn.imaging.transform import ViewTransform

BLOCK = 16
"""Side of a block in image pixels: about 1 mm."""

_CLOSE = 1e-6
"""Share of a pixel by which sums of floats may miss."""

Box = tuple[int, int, int, int]
"""Half-open pixel range (column0, row0, column1, row1) of the stored image."""

_Blocks = npt.NDArray[np.bool_]


class Coverage:
    """What has been seen of one image.

    Parameters
    ----------
    columns, rows
        Size of the whole image.
    breast
        Bool of shape (any rows, any columns) over the whole image, as `breast.breast_mask` finds it in a
        small picture. None, or a mask without breast: then the whole image counts.
    margin
        Blocks that count as breast round the mask, whose edge is only as good as its guess of the skin line.
    least_scale
        Device pixels for each of the image from which on a look counts.
    """

    def __init__(
        self,
        columns: int,
        rows: int,
        breast: _Blocks | None = None,
        margin: int = 1,
        *,
        least_scale: float = 1.0,
    ) -> None:
        """Nothing has been seen yet."""
        if columns < 1 or rows < 1:
            raise ValueError(f"An image of {columns} by {rows} pixels cannot be looked at.")
        self._size, self._least_scale = (columns, rows), least_scale
        shape = -(-rows // BLOCK), -(-columns // BLOCK)
        self._wanted = np.ones(shape, dtype=np.bool_)
        if breast is not None and breast.any():
            self._wanted = _grown(_breast_blocks(breast, columns, rows, shape), margin)
        self._seen = np.zeros(shape, dtype=np.bool_)

    def look(self, transform: ViewTransform, viewport_size: tuple[int, int]) -> bool:
        """Count what a viewport of that many device pixels shows; returns whether any of it is new.

        A magnifier counts as a viewport of its own. Below 1:1, in either direction, nothing is seen: several
        image pixels share one of the screen.
        """
        view = self._seen[self._blocks_on(transform, viewport_size)]
        if view.all():
            return False
        view[...] = True
        return True

    def breast_blocks(self, transform: ViewTransform, viewport_size: tuple[int, int]) -> _Blocks:
        """Return the blocks of the breast that a look at this would show, seen before or not.

        Bool of shape (block rows, block columns).
        """
        shown = np.zeros_like(self._wanted)
        there = self._blocks_on(transform, viewport_size)
        shown[there] = self._wanted[there]
        return shown

    def _blocks_on(self, transform: ViewTransform, viewport_size: tuple[int, int]) -> tuple[slice, slice]:
        """Return the block rows and block columns that stand wholly in the viewport, large enough."""
        if min(transform.column_scale, transform.row_scale) < self._least_scale - _CLOSE:
            return slice(0, 0), slice(0, 0)
        ends = np.array([transform.to_image(0, 0), transform.to_image(*viewport_size)])
        low, high = np.ceil(ends.min(axis=0) - _CLOSE), np.floor(ends.max(axis=0) + _CLOSE)
        columns = _whole_blocks(int(low[0]), int(high[0]), self._size[0])
        rows = _whole_blocks(int(low[1]), int(high[1]), self._size[1])
        return rows, columns

    def packed(self) -> str:
        """Return what has been seen as a short ASCII text, for `add` later; "" when nothing has."""
        if not self._seen.any():
            return ""
        rows, columns = self._seen.shape
        bits = zlib.compress(np.packbits(self._seen).tobytes())
        return f"{rows}x{columns}:{base64.b64encode(bits).decode('ascii')}"

    def add(self, packed: str) -> bool:
        """Add what `packed` has told of the same image; returns whether it could be used.

        A text that is damaged, or of an image of another size, adds nothing: "not yet" is the safe side.
        """
        rows, columns = self._seen.shape
        shape, _, text = packed.partition(":")
        try:
            bits = np.frombuffer(zlib.decompress(base64.b64decode(text, validate=True)), dtype=np.uint8)
        except (ValueError, binascii.Error, zlib.error):
            return False
        if shape != f"{rows}x{columns}" or bits.size != -(-rows * columns // 8):
            return False
        self._seen |= np.unpackbits(bits, count=rows * columns).reshape(rows, columns).astype(np.bool_)
        return True

    @property
    def all_seen(self) -> bool:
        """True once every block of the breast has been seen."""
        return not self.unseen.any()

    @property
    def share(self) -> float:
        """Seen part of the breast, 0 to 1; 1 only when all is seen."""
        return 1.0 - float(self.unseen.sum()) / float(self._wanted.sum())

    @property
    def unseen(self) -> _Blocks:
        """Blocks of the breast that have not been seen, bool of shape (block rows, block columns)."""
        return self._wanted & ~self._seen

    @property
    def breast_box(self) -> Box:
        """The pixel range that holds every block of the breast: what a quadrant walk must pass."""
        return _pixels_of(self._wanted, *self._size)

    @property
    def unseen_box(self) -> Box | None:
        """The pixel range of what has not been seen, None when all has: where to send the reader."""
        return None if self.all_seen else _pixels_of(self.unseen, *self._size)


def _whole_blocks(low: int, high: int, length: int) -> slice:
    """Return the blocks that lie wholly within the pixels low to high; the last of an image may be narrow."""
    low, high = max(low, 0), min(high, length)
    first = -(-low // BLOCK)
    last = -(-length // BLOCK) if high == length else high // BLOCK
    return slice(first, max(first, last))


def _breast_blocks(breast: _Blocks, columns: int, rows: int, shape: tuple[int, int]) -> _Blocks:
    """Return the blocks that any true pixel of the mask touches, by sums over rectangles."""
    sums = np.zeros((breast.shape[0] + 1, breast.shape[1] + 1), dtype=np.int64)
    sums[1:, 1:] = breast.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    row0, row1 = _mask_range(shape[0], rows, breast.shape[0])
    column0, column1 = _mask_range(shape[1], columns, breast.shape[1])
    upper, lower = sums[row0], sums[row1]
    inside = lower[:, column1] - upper[:, column1] - lower[:, column0] + upper[:, column0]
    return np.asarray(inside > 0)


def _mask_range(
    blocks: int, pixels: int, mask_pixels: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the half-open range of mask pixels that each block touches."""
    start = np.arange(blocks, dtype=np.int64) * BLOCK
    end = np.minimum(start + BLOCK, pixels)
    return start * mask_pixels // pixels, -(-end * mask_pixels // pixels)


def _grown(blocks: _Blocks, margin: int) -> _Blocks:
    side = 2 * margin + 1
    return cv2.dilate(blocks.astype(np.uint8), np.ones((side, side), dtype=np.uint8)) > 0


def _pixels_of(blocks: _Blocks, columns: int, rows: int) -> Box:
    down, across = np.flatnonzero(blocks.any(axis=1)), np.flatnonzero(blocks.any(axis=0))
    return (
        int(across[0]) * BLOCK,
        int(down[0]) * BLOCK,
        min((int(across[-1]) + 1) * BLOCK, columns),
        min((int(down[-1]) + 1) * BLOCK, rows),
    )
