"""Where the demonstration's practice exams come from: the one place that names the simulator."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from klarsyn.intake.practice import OnExam
    from klarsyn.simulation.lists.request import ListRequest
    from klarsyn.simulation.lists.truth import SimulatedExam

SEED = 16
"""Puts a clear cancer into tomosynthesis with synthetic 2D, and one into FFDM with tomosynthesis."""

SECOND_MAKER_SEED = 61
"""Lets the simulated second maker miss a cancer, be sure of one that is none, and say nothing of one exam."""


def make_practice_list(
    folder: Path, exams: int, progress: Callable[[int, int], None], on_exam: "OnExam"
) -> None:
    """Make the list below `folder`, or the rest of it; each exam's folder is there whole or not at all.

    Parameters
    ----------
    exams
        To be read; the priors of some of them come on top.
    progress
        Called with (exams made, exams in all).
    on_exam
        Called with each exam to read once it is whole, those of an earlier run first, and with its priors.
    """
    from klarsyn.simulation.lists.make import make_list

    if exams < 1:
        return
    make_list(folder, practice_request(exams), progress=progress, on_exam=_with_priors(on_exam))


def practice_request(exams: int) -> "ListRequest":
    """Return what the list holds: among twelve, tomosynthesis with a cancer, and FFDM with tomosynthesis."""
    from klarsyn.simulation.lists.request import ListRequest

    return ListRequest(
        exams=exams,
        cancers=exams // 3,
        dbt=min(2, exams),
        combo=1 if exams > 1 else 0,
        priors=exams // 4,
        seed=SEED,
        half_matrix=True,
        slices=30,
    )


def _with_priors(on_exam: "OnExam") -> "Callable[[SimulatedExam], None]":
    """Hold each prior back until the exam is whole that it was made for: either may come first.

    The second maker's report lies beside an exam's images when it is handed on.
    """
    from klarsyn.simulation.second_vendor_file import add_report

    exams: dict[str, Path] = {}
    held: dict[str, tuple[Path, ...]] = {}

    def take(exam: "SimulatedExam") -> None:
        woman = exam.truth.patient_id
        if exam.is_prior:
            held[woman] = (*held.get(woman, ()), exam.folder)
        else:
            add_report(exam, SECOND_MAKER_SEED)
            exams[woman] = exam.folder
        if woman in exams:
            on_exam(exams[woman], held.pop(woman, ()))

    return take


def sweep_unfinished(folder: Path) -> None:
    """Remove what a maker that was stopped has left half made. No maker may be at work."""
    for left in folder.glob(".*.unfinished"):
        shutil.rmtree(left, ignore_errors=True)
