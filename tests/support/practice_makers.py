"""Makers of practice exams for tests of the preparation; a spawned process imports them by name."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from small_mammograms import write_exam

Progress = Callable[[int, int], None]
OnExam = Callable[[Path, tuple[Path, ...]], None]


def write_study(folder: Path, name: str, number: int, woman: int, days_ago: int = 0) -> Path:
    """Write a study of one of the invented women unless it lies there, and return its folder."""
    place = folder / name
    if not place.exists():
        day = datetime.now(UTC) - timedelta(days=days_ago)
        person = {"PatientName": f"Testsson^Anna{woman}", "PatientID": f"1958{woman:04d}-TEST"}
        write_exam(place, number, StudyDate=f"{day:%Y%m%d}", **person)
    return place


def whole(folder: Path, exams: int, progress: Progress, on_exam: OnExam) -> None:
    """Make all of them, the first of them last year's study of the second one's woman."""
    progress(0, exams)
    prior = write_study(folder, "exam-0", 0, woman=1, days_ago=340)
    for number in range(1, exams):
        exam = write_study(folder, f"exam-{number}", number, woman=number)
        on_exam(exam, (prior,) if number == 1 else ())
        progress(number + 1, exams)


def endless(folder: Path, exams: int, progress: Progress, on_exam: OnExam) -> None:
    """Make the first two, and be busy with the third for ever."""
    whole(folder, 2, lambda done, _total: progress(done, exams), on_exam)
    (folder / ".exam-2.1.unfinished").mkdir()
    threading.Event().wait()


def failing(folder: Path, exams: int, progress: Progress, on_exam: OnExam) -> None:
    """Make one and its prior, and find the disk full."""
    whole(folder, 2, lambda done, _total: progress(done, exams), on_exam)
    raise OSError(28, "No space left on device")
