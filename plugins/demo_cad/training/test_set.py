"""Draw the exams of the frozen test set, each whole or not at all; a run that was cut off goes on.

    python test_set.py FOLDER --write [--processes 2] [--only normal|affected|dbt]

Without --write it says what is there and what is missing. About 10 GB for the 200 FFDM exams; tomosynthesis
takes as much again and is drawn last.
"""

import argparse
import os
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from multiprocessing import get_context
from pathlib import Path

from frozen import FrozenExam, FrozenSet, load
from lesion_free_places import PLACES_FILE, find_places, save_places

from klarsyn.base.only_one import only_one
from klarsyn.simulation.lists.exam import draw_exam
from klarsyn.simulation.lists.job import Job
from klarsyn.simulation.lists.truth import SimulatedExam, load_exam


def job_of(exam: FrozenExam, frozen: FrozenSet, folder: Path) -> Job:
    """Return an exam as a piece of the simulator's work."""
    return Job(folder / exam.name, exam.plan(), 0, frozen.request(), frozen.drawn)


def whole(exam: FrozenExam, frozen: FrozenSet, folder: Path) -> SimulatedExam | None:
    """Return the exam when it lies in `folder`, whole and as the test set says."""
    job = job_of(exam, frozen, folder)
    found = load_exam(job.place)
    if found is None or found.truth.request != job.answers:
        return None
    return found if exam.affected or (job.place / PLACES_FILE).exists() else None


def draw(exam: FrozenExam, frozen: FrozenSet, folder: Path) -> None:
    """Draw one exam beside its place and move it there when it is whole."""
    job = job_of(exam, frozen, folder)
    for leftover in folder.glob(f".{exam.name}.*.unfinished"):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished = folder / f".{exam.name}.{os.getpid()}.unfinished"
    unfinished.mkdir(parents=True)
    try:
        draw_exam(unfinished, exam.name, job.plan, 0, job.request, job.answers, job.today)
        if not exam.affected:
            save_places(find_places(exam, frozen.seed), unfinished)
        if job.place.exists():
            shutil.rmtree(job.place)
        unfinished.rename(job.place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def draw_missing(exams: Sequence[FrozenExam], frozen: FrozenSet, folder: Path,
                 processes: int = 2) -> Iterator[FrozenExam]:  # fmt: skip
    """Draw what is not there, yielding each exam when it is done.

    Raises
    ------
    OSError
        When the folder cannot be written, or the disk is full.
    klarsyn.base.only_one.AlreadyRunning
        When another process draws into the folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / ".drawing.lock", f"drawing the test set in {folder}"):
        missing = [exam for exam in exams if whole(exam, frozen, folder) is None]
        if processes == 1:
            for exam in missing:
                draw(exam, frozen, folder)
                yield exam
            return
        pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        try:
            futures = {pool.submit(draw, exam, frozen, folder): exam for exam in missing}
            for done in as_completed(futures):
                done.result()
                yield futures[done]
        finally:
            pool.shutdown(cancel_futures=True)


def chosen(frozen: FrozenSet, only: str | None) -> list[FrozenExam]:
    """Return the exams of a part of the set, in the order in which they are drawn."""
    parts = {
        "normal": [e for e in frozen.exams if not e.dbt and not e.affected],
        "affected": [e for e in frozen.exams if not e.dbt and e.affected],
        "dbt": [e for e in frozen.exams if e.dbt],
    }
    return parts[only] if only else [exam for part in parts.values() for exam in part]


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--write", action="store_true", help="draw what is missing")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--only", choices=("normal", "affected", "dbt"))
    given = parser.parse_args()
    frozen = load()
    exams = chosen(frozen, given.only)
    there = sum(whole(exam, frozen, given.folder) is not None for exam in exams)
    print(f"test set {frozen.sha256[:12]}: {there} of {len(exams)} exams are there", flush=True)
    if given.write:
        for exam in draw_missing(exams, frozen, given.folder, given.processes):
            there += 1
            print(f"{there} of {len(exams)}: {exam.name}", flush=True)


if __name__ == "__main__":
    main()
