"""Makers of practice exams for tests of the preparation; a spawned process imports them by name."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from small_mammograms import write_exam

Progress = Callable[[int, int], None]
OnExam = Callable[[Path], None]


def _write(folder: Path, number: int) -> Path:
    place = folder / f"exam-{number}"
    if not place.exists():
        today = datetime.now(UTC)
        day = today if number else today - timedelta(days=2000)
        write_exam(place, number, StudyDate=f"{day:%Y%m%d}")
    return place


def whole(folder: Path, exams: int, progress: Progress, on_exam: OnExam) -> None:
    """Make all of them, the first of them a study of years ago."""
    progress(0, exams)
    for number in range(exams):
        on_exam(_write(folder, number))
        progress(number + 1, exams)


def endless(folder: Path, exams: int, progress: Progress, on_exam: OnExam) -> None:
    """Make the first two, and be busy with the third for ever."""
    whole(folder, 2, lambda done, _total: progress(done, exams), on_exam)
    (folder / ".exam-2.1.unfinished").mkdir()
    threading.Event().wait()


def failing(folder: Path, exams: int, progress: Progress, on_exam: OnExam) -> None:
    """Make one, and find the disk full."""
    whole(folder, 1, lambda done, _total: progress(done, exams), on_exam)
    raise OSError(28, "No space left on device")
