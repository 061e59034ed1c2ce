"""The working folder of one run: made private, filled without identity, removed in every ending.

Its name says who owns it, `run-<pid>-<start of that process>-<random>`, so that a sweep can tell a
leftover from a run that goes on, at any moment after the folder exists.
"""

import contextlib
import errno
import json
import os
import re
import secrets
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

from klarsyn.engine.contract import EngineExam
from klarsyn.engine.processes import start_of
from klarsyn.engine.view_files import bytes_needed, read_views, write_views

NAME = re.compile(r"run-(\d+)-([0-9a-z]+)-[0-9a-f]{16}")
REQUEST = "exam.json"
RESULT = "result.json"
PROGRESS = "progress"
ISOLATION = "isolation.json"
RESERVE = 64 * 2**20
"""Bytes that stay free on the disk beside the exam."""


class NoRoom(OSError):
    """The disk has not the room for an exam: the bytes that it needs, and those that are free."""

    def __init__(self, needed: int, free: int) -> None:
        """Keep both numbers."""
        super().__init__(errno.ENOSPC, "no room for the exam")
        self.needed, self.free = needed, free


def make(work_root: Path) -> Path:
    """Create an empty folder that only this account may enter."""
    work_root.mkdir(parents=True, exist_ok=True, mode=0o700)
    # The worker runs inside the folder, where a relative path would lead elsewhere.
    folder = work_root.resolve() / f"run-{os.getpid()}-{start_of(os.getpid())}-{secrets.token_hex(8)}"
    folder.mkdir(mode=0o700)
    (folder / "tmp").mkdir(mode=0o700)
    (folder / "home").mkdir(mode=0o700)
    return folder


def write_exam(folder: Path, exam: EngineExam, look: Callable[[], None] = lambda: None) -> None:
    """Write an exam: a file of pixels per view, numbered, and `exam.json`. No name comes from the exam.

    `look` is called before each image and slice, and may raise to break off.

    Raises
    ------
    NoRoom
        When the disk has not the room for it; nothing is written then.
    OSError
        When a file cannot be written.
    """
    needed = bytes_needed((*exam.views, *exam.priors))
    free = shutil.disk_usage(folder).free
    if free < needed + RESERVE:
        raise NoRoom(needed, free)
    message = {
        "exam_token": exam.exam_token,
        "views": write_views(folder, "views", exam.views, look),
        "priors": write_views(folder, "priors", exam.priors, look),
    }
    (folder / REQUEST).write_text(json.dumps(message), encoding="utf-8")


def read_exam(folder: Path) -> EngineExam:
    """Read back what `write_exam` wrote; the pixels are mapped from disk, read-only."""
    message = json.loads((folder / REQUEST).read_text(encoding="utf-8"))

    views, priors = (read_views(folder, kind, message[kind]) for kind in ("views", "priors"))
    return EngineExam(message["exam_token"], views, priors)


def read_bounded(path: Path, limit: int) -> bytes | None:
    """Read at most `limit` bytes of what an engine may have put there: no link, folder, pipe or device.

    Returns None when there is no such file, or it cannot be read. A longer file is cut one byte above the
    limit, so that the caller can tell.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        descriptor = os.open(path, flags)
    except OSError:
        return None
    try:
        # Asked before it becomes a stream, which a folder cannot become.
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        with os.fdopen(descriptor, "rb", closefd=False) as stream:
            return stream.read(limit + 1)
    except OSError:
        return None
    finally:
        os.close(descriptor)


def read_progress(folder: Path) -> float:
    """Return how far the engine says it is, 0 to 1; 0 when it says nothing or nonsense."""
    text = read_bounded(folder / PROGRESS, 32)
    try:
        fraction = float(text or b"0")
    except ValueError:
        return 0.0
    return fraction if 0 <= fraction <= 1 else 0.0


def size_of(folder: Path) -> tuple[int, int]:
    """Return the bytes on disk and the number of entries below a folder; links are not followed."""
    total = count = 0
    waiting = [str(folder)]
    while waiting:
        with contextlib.suppress(OSError), os.scandir(waiting.pop()) as entries:
            for entry in entries:
                count += 1
                with contextlib.suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_size
    return total, count


def remove(folder: Path) -> bool:
    """Remove a folder whatever an engine made of it, also where it took away its own permissions.

    Returns False when something of it is still there (a process that was killed may need a moment to
    let go of a file on Windows); the sweep at the next start removes it.
    """
    for _ in range(3):
        if not folder.exists():
            return True
        _open_up(folder)
        shutil.rmtree(folder, ignore_errors=True)
    return not folder.exists()


def _open_up(folder: Path) -> None:
    """Give every folder below back to its owner; top down, since a closed one hides the next."""
    with contextlib.suppress(OSError):
        folder.chmod(0o700)
    for parent, names, _ in os.walk(folder):
        for name in names:
            path = Path(parent, name)
            with contextlib.suppress(OSError):
                if not path.is_symlink():
                    path.chmod(0o700)
