"""Copying the files of an engine: plain ones only, and no more than an engine may consist of."""

import os
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

MOST_FILES = 5_000
MOST_BYTES = 4 * 2**30


class NotAnEngine(Exception):
    """What was handed over cannot be installed; the message says why and what to do."""


def copy_files(source: Path, target: Path, *, leave_out: Sequence[str], executable: bool = False) -> None:
    """Copy the plain files below one folder into another, without the folders that `leave_out` names.

    Files that may be executed stay so where `executable`, and otherwise none may.

    Raises
    ------
    NotAnEngine
        If one is a link or no plain file, or they are too many or too large.
    OSError
        If a file cannot be read or written.
    """
    budget = Budget()
    for parent, folders, files in os.walk(source):
        folders[:] = [f for f in folders if not any(fnmatchcase(f, pattern) for pattern in leave_out)]
        for path in (Path(parent, name) for name in (*folders, *files)):
            mode = path.lstat().st_mode
            if stat.S_ISDIR(mode):
                continue
            if not stat.S_ISREG(mode):
                raise _not_plain(path)
            budget.take(path.lstat().st_size)
            into = target / path.relative_to(source)
            into.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, into)
            if executable and mode & 0o100:
                into.chmod(0o700)


def check_plain(path: Path) -> Path:
    """Return `path` unless it is a link, which could lead to what its maker never delivered.

    Raises
    ------
    NotAnEngine
        If it is one.
    """
    if path.is_symlink():
        raise _not_plain(path)
    return path


def _not_plain(path: Path) -> NotAnEngine:
    return NotAnEngine(
        f"{path} is a link or no plain file, and an engine is installed from plain files only. Put the file "
        "itself in its place."
    )


@dataclass
class Budget:
    """How much an engine may consist of."""

    files: int = 0
    bytes: int = 0

    def take(self, size: int) -> None:
        self.files += 1
        self.grow(size)

    def grow(self, size: int) -> None:
        self.bytes += size
        if self.files > MOST_FILES or self.bytes > MOST_BYTES:
            raise NotAnEngine(
                f"The engine has more than {MOST_FILES} files or {MOST_BYTES >> 30} GiB. It was not "
                "installed."
            )
