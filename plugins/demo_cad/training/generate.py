"""Draws the exams that the network is trained on, and keeps patches of their candidates and lesions.

    python generate.py FOLDER [--exams 86] [--workers 2] [--minutes 90]

Each exam is one file in FOLDER, written whole or not at all: a run that was cut off goes on where it
stopped, and two runs may work on one folder. No image is ever written. Exams are drawn in the order of
their numbers, every fifth for validation, so that a folder of any size is balanced.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
from draw import Drawing, draw, teaches
from harvest import harvest
from retake import retake

from klarsyn_demo_cad.engine import DemoCad

EXAMS = 86
RETAKEN = 57
"""Exams below this number are taken again with other lesions, where they teach."""


def path_of(folder: Path, number: int) -> Path:
    """Return the file of an exam."""
    return folder / f"exam-{number:06d}.npz"


def again_path_of(folder: Path, number: int) -> Path:
    """Return the file of an exam's retakes."""
    return folder / f"again-{number:06d}.npz"


def make(folder: Path, number: int) -> bool:
    """Draw an exam and keep it; False when it is there already."""
    return _keep(path_of(folder, number), lambda: harvest(draw(number), DemoCad()))


def make_again(folder: Path, number: int) -> bool:
    """Draw the retakes of an exam and keep them; False when they are there already."""
    return _keep(again_path_of(folder, number), lambda: harvest(_retaken(number), None))


def _retaken(number: int) -> Drawing:
    return Drawing(number, "", "", False, tuple(retake(number)))


def _keep(place: Path, made: Callable[[], dict[str, npt.NDArray[Any]]]) -> bool:
    if place.exists():
        return False
    unfinished = place.with_name(f".{place.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("wb") as file:
            np.savez(file, **made())
        unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)
    return True


def generate(folder: Path, exams: int, workers: int = 1, minutes: float = 90.0) -> int:
    """Make what is missing of the first `exams` exams; return how many there are now.

    The retakes of an exam, where it has any, are made before the next exam.
    """
    folder.mkdir(parents=True, exist_ok=True)
    end = time.monotonic() + 60 * minutes
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn"), initializer=_alone) as pool:
        missing = _missing(folder, exams)
        running = [pool.submit(one, folder, n) for one, n in islice(missing, workers)]
        while running:
            running.pop(0).result()
            following = next(missing, None) if time.monotonic() < end else None
            if following is not None:
                running.append(pool.submit(following[0], folder, following[1]))
    return sum(path_of(folder, n).exists() for n in range(exams))


def _missing(folder: Path, exams: int) -> Iterator[tuple[Callable[[Path, int], bool], int]]:
    for number in range(exams):
        if not path_of(folder, number).exists():
            yield make, number
        if number < RETAKEN and teaches(number) and not again_path_of(folder, number).exists():
            yield make_again, number


def _alone() -> None:
    cv2.setNumThreads(1)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--exams", type=int, default=EXAMS)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=90.0)
    options = parser.parse_args()
    start = time.monotonic()
    there = generate(options.folder, options.exams, options.workers, options.minutes)
    print(
        f"{there} of {options.exams} exams in {options.folder}, {(time.monotonic() - start) / 60:.0f} minutes"
    )


if __name__ == "__main__":
    main()
