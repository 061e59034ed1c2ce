"""One image as 16-bit levels, each half of the one before, mapped from one file (`pyramid_file`), not read.

Files are put in place whole by `cache`, and never changed afterwards.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from klarsyn.imaging.levels import Level
from klarsyn.imaging.locks import lock_shared
from klarsyn.imaging.pyramid_file import map_levels


class Pyramid:
    """The levels of one image, largest first, each of shape (rows, columns) and read-only.

    Made by `open` (mapped) or `in_memory`. `close` lets the file go; levels already handed out stay valid
    until they are dropped, and on Windows keep the file from being deleted until then.
    """

    is_preview = False
    """True for a first look (`preview`): not the stored values; never to be measured or counted as seen."""

    def __init__(self, levels: Sequence[Level], file: BinaryIO | None = None, facts: bytes = b"") -> None:
        self._levels = tuple(levels)
        self._file = file
        self.facts = facts
        """What was found out about the image when it was decoded (`image_facts`); empty where nothing was."""

    @classmethod
    def in_memory(cls, levels: Sequence[Level], facts: bytes = b"") -> "Pyramid":
        """Return a pyramid that no file stands behind, e.g. when the disk is full."""
        views = [level.view() for level in levels]
        for view in views:
            view.flags.writeable = False
        return cls(views, facts=facts)

    @classmethod
    def open(cls, path: Path) -> "Pyramid":
        """Map a pyramid file read-only.

        Raises
        ------
        klarsyn.imaging.pyramid_file.BrokenPyramid
            If the file is cut, damaged, or written by another version.
        OSError
            If there is no such file or it cannot be opened.
        """
        file = path.open("rb")
        try:
            lock_shared(file)
            levels, facts = map_levels(file, path)
        except BaseException:
            file.close()
            raise
        return cls(levels, file, facts)

    @property
    def levels(self) -> tuple[Level, ...]:
        """All levels, the full image first; empty after `close`."""
        return self._levels

    @property
    def is_mapped(self) -> bool:
        """True while a file stands behind."""
        return self._file is not None

    def level_for(self, scale: float) -> Level:
        """Return the smallest level that still has a pixel for each device pixel.

        `scale` is device pixels per pixel of the full image (`ViewTransform.scale`). The level covers the
        whole image, so its own scale is its shape over the full shape.
        """
        if not self._levels:
            raise ValueError("The pyramid is closed. Ask the cache for it again.")
        rows = self._levels[0].shape[0]
        columns = self._levels[0].shape[1]
        enough = [
            level
            for level in self._levels
            if level.shape[0] >= rows * scale and level.shape[1] >= columns * scale
        ]
        return enough[-1] if enough else self._levels[0]

    def small_level(self, rows: int) -> Level:
        """Return the largest level of at most `rows` rows that has been decoded, else the smallest."""
        return next((level for level in self._levels if level.shape[0] <= rows), self._levels[-1])

    def close(self) -> None:
        """Let go of levels and file. Harmless when repeated."""
        self._levels = ()
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> "Pyramid":
        """Return self; the pyramid is closed at the end of the block."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close."""
        self.close()
