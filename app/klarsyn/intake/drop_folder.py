"""A folder that senders put files into: which of them are new and complete."""

from collections.abc import Iterable
from pathlib import Path

from klarsyn.intake.discover import source_files

_Stamp = tuple[int, int]


class DropFolder:
    """Watches folders by looking; nothing in them is ever changed."""

    def __init__(self, folders: Iterable[Path]) -> None:
        """Watch `folders`, which may come and go like a network share."""
        self._folders = tuple(folders)
        self._before: dict[Path, _Stamp] = {}
        self._done: dict[Path, _Stamp] = {}

    def missing(self) -> tuple[Path, ...]:
        """Return the folders that are not there now."""
        return tuple(folder for folder in self._folders if not folder.is_dir())

    def ready(self, *, at_once: bool = False) -> list[Path]:
        """Return files that are not done with and have not changed since the last look.

        A file that is still being written differs from one look to the next. `at_once` takes it as it is.
        """
        there = [folder for folder in self._folders if folder.is_dir()]
        now = {Path(source.path): (source.size, source.mtime_ns) for source in source_files(there)}
        before, self._before = self._before, now
        return [
            path
            for path, stamp in now.items()
            if self._done.get(path) != stamp and (at_once or before.get(path) == stamp)
        ]

    def done(self, paths: Iterable[Path]) -> None:
        """Remember files as dealt with, as they were at the last look."""
        self._done |= {path: self._before[path] for path in paths if path in self._before}
