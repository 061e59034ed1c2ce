"""Make a list of exams: in processes, each exam whole or not at all, and again from where it stopped."""

import hashlib
import json
import multiprocessing
import os
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from klarsyn.base.only_one import only_one
from klarsyn.base.orphans import end_with_parent
from klarsyn.simulation.lists.disk import check_space
from klarsyn.simulation.lists.exam import draw_exam
from klarsyn.simulation.lists.note import take_up
from klarsyn.simulation.lists.plan import ExamPlan, plan_list
from klarsyn.simulation.lists.request import ListRequest
from klarsyn.simulation.lists.truth import FORMAT, NOTE, ListTruth, SimulatedExam, load_exam, save_list


@dataclass(frozen=True, slots=True)
class Job:
    """One exam to draw into `place`: the woman's current one, or the one of `years_before`."""

    place: Path
    plan: ExamPlan
    years_before: int
    request: ListRequest
    today: date

    @property
    def answers(self) -> str:
        """Return what identifies everything that the exam's bytes depend on."""
        # How many others are in the list is not among it: only their plans depend on that.
        request = replace(
            self.request, exams=1, cancers=0, dbt=0, combo=0, priors=0, prevalence=None, vendors=("A",)
        )
        words = json.dumps(
            [FORMAT, asdict(request), asdict(self.plan), self.years_before, self.today.isoformat()],
            default=str,
        )
        return hashlib.sha256(words.encode()).hexdigest()[:16]


def make_list(
    folder: Path,
    request: ListRequest,
    *,
    workers: int = 0,
    progress: Callable[[int, int], None] | None = None,
    on_exam: Callable[[SimulatedExam], None] | None = None,
    today: date | None = None,
) -> tuple[SimulatedExam, ...]:
    """Write the list below `folder`, one sub-folder an exam, and return its exams, each prior before its own.

    Each sub-folder holds DICOM files and a truth.json; when all are there the list's own truth.json is
    written beside them. Whole exams are kept, so that a run that was cut off goes on where it
    stopped. The same request and day give the same bytes, whatever `workers` is.

    Parameters
    ----------
    workers
        Processes to use; 0 takes one a core, three at most. One draws in this process.
    progress
        Called with (exams done, exams in all), first with what was there before.
    on_exam
        Called with each exam as soon as it is whole, those that were there before first.
    today
        Current exams are dated within the twenty days before it. When absent, the day of the first run.

    Raises
    ------
    OSError
        When the folder cannot be written, or the disk is full or too small.
    ImpossibleRequest
        When the folder holds another list.
    AlreadyRunning
        When another process makes this list.
    klarsyn.simulation.lesions.site.ImpossibleLesion
        When a lesion finds no tissue to lie in.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with only_one(folder / ".making.lock", f"making a list in {folder}"):
        return _make(folder, request, workers, progress, on_exam, take_up(folder, request, today))


def _make(
    folder: Path,
    request: ListRequest,
    workers: int,
    progress: Callable[[int, int], None] | None,
    on_exam: Callable[[SimulatedExam], None] | None,
    today: date,
) -> tuple[SimulatedExam, ...]:
    jobs = _jobs(folder, request, today)
    missing, done = [], 0
    for job in jobs:
        exam = _whole(job)
        if exam is None:
            missing.append(job)
            continue
        done += 1
        if on_exam:
            on_exam(exam)
    if progress:
        progress(done, len(jobs))
    check_space(folder, [(job.plan, job.years_before) for job in missing], request)
    for job in _run(missing, workers or default_workers()):
        done += 1
        exam = _made(job)
        if on_exam:
            on_exam(exam)
        if progress:
            progress(done, len(jobs))
    exams = tuple(_made(job) for job in jobs)
    save_list(ListTruth(FORMAT, NOTE, request, tuple(exam.truth for exam in exams)), folder)
    return exams


def _jobs(folder: Path, request: ListRequest, today: date) -> list[Job]:
    jobs = []
    for plan in plan_list(request):
        name = f"exam-{request.seed}-{plan.number + 1:03d}"
        if plan.prior_years is not None:
            jobs.append(Job(folder / f"{name}-prior", plan, plan.prior_years, request, today))
        jobs.append(Job(folder / name, plan, 0, request, today))
    return jobs


def _whole(job: Job) -> SimulatedExam | None:
    exam = load_exam(job.place)
    return exam if exam is not None and exam.truth.request == job.answers else None


def _made(job: Job) -> SimulatedExam:
    exam = _whole(job)
    if exam is None:
        raise OSError(
            f"The simulated exam in {job.place} was written but cannot be read back whole. The disk may be "
            "full or failing: free some space and start again, whole exams are kept."
        )
    return exam


def _run(jobs: list[Job], workers: int) -> Iterator[Job]:
    """Draw exams, here or in processes, yielding each job when it is done."""
    if workers == 1 or len(jobs) <= 1:
        for job in jobs:
            _draw_whole(job)
            yield job
        return
    # "spawn": a forked child of a process with Qt's threads may hang.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), mp_context=context, initializer=_start_worker, initargs=(context.Lock(),)
    )
    try:
        futures = {pool.submit(_draw_whole, job): job for job in jobs}
        for finished in as_completed(futures):
            finished.result()
            yield futures[finished]
    finally:
        pool.shutdown(cancel_futures=True)


def default_workers() -> int:
    """Return one worker a core that this process may use, as far as 3 GB of memory carry them.

    An FFDM exam takes up to 0.6 GB and a tomosynthesis exam up to 1.9 GB, one of which is drawn at a time.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, 3)


_one_stack: AbstractContextManager[object] = nullcontext()


def _start_worker(lock: AbstractContextManager[object]) -> None:
    global _one_stack
    end_with_parent()
    _one_stack = lock


def _draw_whole(job: Job) -> None:
    """Draw one exam in a folder beside its place and move it there when it is whole."""
    with _one_stack if job.plan.dbt and not job.years_before else nullcontext():
        _draw(job)


def _draw(job: Job) -> None:
    unfinished = job.place.with_name(f".{job.place.name}.{os.getpid()}.unfinished")
    for leftover in job.place.parent.glob(f".{job.place.name}.*.unfinished"):
        shutil.rmtree(leftover, ignore_errors=True)
    unfinished.mkdir()
    try:
        draw_exam(unfinished, job.place.name, job.plan, job.years_before, job.request, job.answers, job.today)
        if job.place.exists():  # Not whole, of another version or another request.
            shutil.rmtree(job.place)
        unfinished.rename(job.place)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
