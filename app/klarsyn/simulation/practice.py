"""Practice exams: whole screening exams of invented women, with the truth beside the images.

All other code uses the simulator through `make_practice_exams`.
"""

import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from pathlib import Path

from klarsyn.simulation.exam_maker import draw_exam
from klarsyn.simulation.truth import LesionView, PracticeExam, PracticeLesion, load_truth

__all__ = ["LesionView", "PracticeExam", "PracticeLesion", "make_practice_exams"]


def make_practice_exams(
    folder: Path,
    count: int,
    seed: int,
    *,
    workers: int = 0,
    progress: Callable[[int, int], None] | None = None,
    today: date | None = None,
) -> tuple[PracticeExam, ...]:
    """Write `count` practice exams below `folder`, one sub-folder each, and return them in order.

    Each sub-folder holds four DICOM files and truth.json. It appears whole or not at all; whole ones are
    kept, so that a run that was cut off goes on where it stopped. The same seed and day give the same
    bytes, whatever `workers` is.

    Parameters
    ----------
    seed
        Zero or more; exams of different seeds can share a folder.
    workers
        Processes to use; 0 takes one a core. One draws in this process.
    progress
        Called with (exams done, exams asked for), first with what was there before.
    today
        Exams are dated within the twenty days before it; the machine's date when absent.

    Raises
    ------
    OSError
        When the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    day = today or date.today()
    places = [folder / f"practice-{seed}-{number + 1:03d}" for number in range(count)]
    missing = [(place, seed, n, day) for n, place in enumerate(places) if load_truth(place) is None]
    done = count - len(missing)
    if progress:
        progress(done, count)
    for _ in _run(missing, workers or os.cpu_count() or 1):
        done += 1
        if progress:
            progress(done, count)
    return tuple(_whole(place) for place in places)


def _whole(place: Path) -> PracticeExam:
    exam = load_truth(place)
    if exam is None:
        raise OSError(
            f"The practice exam in {place} was written but cannot be read back whole. The disk may be full "
            "or failing: free some space and start again, whole exams are kept."
        )
    return exam


def _run(jobs: list[tuple[Path, int, int, date]], workers: int) -> Iterator[None]:
    """Draw exams, here or in processes, yielding after each."""
    if workers == 1 or len(jobs) <= 1:
        for job in jobs:
            _make_one(*job)
            yield
        return
    # "spawn": a forked child of a process with Qt's threads may hang.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(jobs)), mp_context=context) as pool:
        for finished in as_completed([pool.submit(_make_one, *job) for job in jobs]):
            finished.result()
            yield


def _make_one(place: Path, seed: int, number: int, today: date) -> None:
    """Draw one exam in a folder beside its place and move it there when it is whole."""
    unfinished = place.with_name(f".{place.name}.{os.getpid()}.unfinished")
    for leftover in place.parent.glob(f".{place.name}.*.unfinished"):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir()
    try:
        draw_exam(unfinished, seed, number, today)
        if place.exists():  # Not whole, or of another version: load_truth refused it.
            shutil.rmtree(place)
        unfinished.rename(place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
