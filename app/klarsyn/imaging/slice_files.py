"""The volume files behind one stack: opened when first needed, done without when the disk has no room."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from klarsyn.base.log import get_logger
from klarsyn.imaging.levels import Level, build_levels
from klarsyn.imaging.volume_file import VolumeFile

_log = get_logger(__name__)

MOST_FILES = 100
"""Files of one stack, each of which takes two of the process's handles: old units send a file for each slice.
What is beyond is kept in memory a few slices at a time."""


@dataclass(frozen=True, slots=True)
class SlicePlace:
    """One decoded frame: `key` names the content of its file, `slots` is how many frames that has."""

    key: str
    slots: int
    slot: int


class VolumeSource(Protocol):
    """What volume files come from; the display cache."""

    def volume(self, key: str, shape: tuple[int, int], slots: int) -> VolumeFile | None:
        """Return the volume file of a key, None when there is no room for it."""
        ...


class SliceFiles:
    """Reads and writes slices. Any thread may call it; `close` comes last.

    Parameters
    ----------
    source
        The display cache; None keeps nothing on the disk.
    shape
        (rows, columns) of a slice.
    """

    def __init__(self, source: VolumeSource | None, shape: tuple[int, int]) -> None:
        self._source, self._shape = source, shape
        self._guard = threading.Lock()
        self._open: dict[str, VolumeFile | None] = {}
        self._full = False

    def open(self, places: Iterable[SlicePlace]) -> None:
        """Open the files of slices, or make them; what has no file afterwards stays in memory."""
        with self._guard:
            source = self._source
            new = {p.key: p.slots for p in places if p.key not in self._open}
        for key, slots in new.items():
            if source is None or len(self._open) >= MOST_FILES:
                break
            file = source.volume(key, self._shape, slots)
            with self._guard:
                self._open[key] = file

    def has(self, place: SlicePlace) -> bool:
        """Return whether a slice lies decoded on the disk."""
        file = self._file(place)
        return file is not None and file.is_written(place.slot)

    def keeps(self, place: SlicePlace) -> bool:
        """Return whether a slice is on the disk, or would be once decoded."""
        file = self._file(place)
        return file is not None and (not self._full or file.is_written(place.slot))

    def is_claimed_elsewhere(self, place: SlicePlace) -> bool:
        """Return whether another process is decoding it just now."""
        file = self._file(place)
        return file is not None and not file.is_written(place.slot) and file.claimed_elsewhere(place.slot)

    def make(
        self, place: SlicePlace, padding: tuple[int, int] | None, decode: Callable[[], Level]
    ) -> tuple[tuple[Level, ...], bool]:
        """Return a slice's levels from the disk, else decoded and written; True when only memory has them.

        Raises
        ------
        ValueError
            If the frame has another shape than its stack; and whatever `decode` raises.
        """
        file = self._file(place)
        levels = file.read(place.slot) if file is not None else None
        if levels is not None:
            return levels, False
        if file is not None:
            file.claim(place.slot)
        pixels = decode()
        if pixels.shape != self._shape:
            raise ValueError(f"A frame of {pixels.shape} pixels is in a stack of {self._shape}.")
        made = build_levels(pixels, padding)
        if file is not None and not self._full:
            try:
                file.write(place.slot, made)
                levels = file.read(place.slot)
            except OSError as error:
                # Once is enough: the disk would be asked for every slice again, and the log be full as well.
                self._full = True
                _log.warning("volume file not written; few slices stay in memory", problem=error.strerror)
        return (made, True) if levels is None else (levels, False)

    def close(self) -> None:
        """Let the files go."""
        with self._guard:
            files, self._open = list(self._open.values()), {}
            self._source = None
        for file in files:
            if file is not None:
                file.close()

    def _file(self, place: SlicePlace) -> VolumeFile | None:
        with self._guard:
            return self._open.get(place.key)
