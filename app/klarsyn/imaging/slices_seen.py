"""Which slices of a tomosynthesis have been on the screen whole: "all slices seen" of one view.

Parts of a slice that were looked at one after the other, at any zoom, add up. A slice of a slab has not been
seen by itself, nor has a preview: whoever calls `look` leaves those out. Errs towards "not yet".
"""

import zlib
from collections.abc import Collection, Sequence

import numpy as np
import numpy.typing as npt

from klarsyn.imaging.coverage import Coverage
from klarsyn.imaging.transform import ViewTransform

ANY_SCALE = 0.0


class SlicesSeen:
    """What has been seen of the slices of one volume.

    Parameters
    ----------
    columns, rows
        Size of every slice.
    names
        What each slice is called, in their order: what was kept of other slices is never taken for these.
    breast
        As `Coverage` takes it: what of a slice must have been on the screen.
    """

    def __init__(
        self, columns: int, rows: int, names: Sequence[str], breast: npt.NDArray[np.bool_] | None = None
    ) -> None:
        """Nothing has been seen yet."""
        self._size, self._breast = (columns, rows), breast
        self._key = f"{len(names)}:{zlib.crc32(' '.join(names).encode()):08x}"
        self._begun: dict[int, Coverage] = {}
        self._whole = np.zeros(len(names), dtype=np.bool_)

    def look(self, index: int, transform: ViewTransform, viewport_size: tuple[int, int]) -> bool:
        """Count what a viewport shows of one slice; returns whether the slice is whole by this look."""
        if self._whole[index]:
            return False
        part = self._begun.get(index)
        if part is None:
            part = self._begun[index] = Coverage(*self._size, self._breast, least_scale=ANY_SCALE)
        part.look(transform, viewport_size)
        if not part.all_seen:
            return False
        self._whole[index] = True
        del self._begun[index]
        return True

    def has(self, index: int) -> bool:
        """Return whether a slice has been seen."""
        return bool(self._whole[index])

    def count(self, without: Collection[int] = ()) -> int:
        """Return how many have been seen, those left out that are named."""
        return int(self._whole.sum()) - sum(bool(self._whole[n]) for n in without)

    def packed(self) -> str:
        """Return which slices have been seen as a short ASCII text, for `add` later; "" when none has."""
        return f"{self._key}:{np.packbits(self._whole).tobytes().hex()}" if self._whole.any() else ""

    def add(self, packed: str) -> bool:
        """Add what `packed` has told of the same slices; returns whether it could be used."""
        key, _, text = packed.rpartition(":")
        try:
            bits = np.frombuffer(bytes.fromhex(text), dtype=np.uint8)
        except ValueError:
            return False
        if key != self._key or bits.size != -(-self._whole.size // 8):
            return False
        self._whole |= np.unpackbits(bits, count=self._whole.size).astype(np.bool_)
        return True
