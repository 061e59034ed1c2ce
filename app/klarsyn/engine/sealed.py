"""Running one engine on one exam, sealed in a process of its own.

Whatever the engine does, this returns a checked result or raises `EngineFailure` before the deadline is
long past, and the working folder is gone (docs/architecture.md, invariants 1 and 9).
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from klarsyn.base.log import get_logger
from klarsyn.engine import folder as working
from klarsyn.engine.answer import read_answer, read_isolation
from klarsyn.engine.check import check_result
from klarsyn.engine.child import Child, environment
from klarsyn.engine.contract import EngineExam, Manifest, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.isolation import Isolation
from klarsyn.engine.output import log_output
from klarsyn.engine.registry import EngineNotFound, EngineSpec, resolve
from klarsyn.engine.worker import ORDER

FOLDER_LIMIT_MB = 1024
"""An engine may write this much beside its input."""

ENTRY_LIMIT = 10_000
_POLL_S = 0.05
_SIZE_EVERY_S = 0.5

_log = get_logger("engine.sealed")


@dataclass(frozen=True, slots=True)
class _Watch:
    """What ends a run from outside."""

    deadline: float
    largest: int
    progress: Callable[[float], None] | None
    cancelled: Callable[[], bool] | None


def run_sealed(
    engine_name: str,
    exam: EngineExam,
    *,
    work_root: Path,
    deadline_s: float,
    memory_mb: int,
    progress: Callable[[float], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    allow_unsealed: bool = False,
) -> tuple[RawResult, Manifest]:
    """Let an engine analyse an exam and return its checked result and its manifest.

    Parameters
    ----------
    engine_name
        Name of the entry point.
    exam
        Pseudonymised input.
    work_root
        Folder below which the run gets a private one of its own; removed in every ending.
    deadline_s
        Seconds of wall time for the whole run, start-up included.
    memory_mb
        Address space of the engine in MiB.
    progress
        Called in this thread with 0 to 1.
    cancelled
        Asked about twenty times a second; True stops the engine.
    allow_unsealed
        Run third-party engines also where the machine cannot seal them completely.

    Raises
    ------
    EngineFailure
        In every case without a usable result, with its kind and a sentence for the reader.
    """
    started = time.monotonic()
    try:
        spec = resolve(engine_name)
        order = {
            "engine": spec.name,
            "target": spec.target,
            "search_path": list(spec.search_path),
            "allow_unsealed": allow_unsealed or spec.built_in,
            "memory_mb": memory_mb,
            "parent": os.getpid(),
        }
        with _working_folder(work_root) as folder:
            _prepare(folder, exam, order)
            largest = working.size_of(folder)[0] + FOLDER_LIMIT_MB * 2**20
            watch = _Watch(started + deadline_s, largest, progress, cancelled)
            _run(spec, folder, watch)
            raw, manifest = read_answer(folder)
            check_result(raw, exam)
    except EngineNotFound as error:
        raise _logged(engine_name, EngineFailure(FailureKind.NOT_FOUND, str(error)), started) from error
    except EngineFailure as failure:
        raise _logged(engine_name, failure, started)  # noqa: B904 - the same failure
    _log.info("An engine has analysed an exam.", engine=engine_name, seconds=_since(started))
    return raw, manifest


def probe(work_root: Path) -> Isolation:
    """Seal an empty worker and return which duties of sealing this machine can hold; for `klarsyn doctor`."""
    with _working_folder(work_root) as folder:
        order = {"target": None, "allow_unsealed": False, "memory_mb": 1024, "parent": os.getpid()}
        (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
        child = Child(folder, environment(folder, ()))
        try:
            child.wait(30)
        finally:
            child.end()
        return read_isolation(folder)


@contextmanager
def _working_folder(work_root: Path) -> Iterator[Path]:
    try:
        folder = working.make(work_root)
    except OSError as error:
        raise _no_room(error) from error
    try:
        yield folder
    finally:
        if not working.remove(folder):
            _log.error(
                "A working folder could not be removed; it goes at the next start.", folder=folder.name
            )


def _prepare(folder: Path, exam: EngineExam, order: dict[str, Any]) -> None:
    try:
        working.write_exam(folder, exam)
        (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
    except OSError as error:
        raise _no_room(error) from error


def _run(spec: EngineSpec, folder: Path, watch: _Watch) -> None:
    """Run the worker to its end, whichever comes first; afterwards nothing of it lives."""
    child = Child(folder, environment(folder, spec.search_path))
    try:
        _wait(child, folder, watch)
    finally:
        child.end()
        log_output(spec.name, child.output)
    if child.signal is not None:
        kind = FailureKind.DISK_FULL if child.signal == 25 else FailureKind.KILLED_BY_SIGNAL  # SIGXFSZ
        raise EngineFailure(kind, sentence(kind, f"signal {child.signal}"))


def _wait(child: Child, folder: Path, watch: _Watch) -> None:
    seen, look_again = 0.0, 0.0
    while not child.wait(_POLL_S):
        now = time.monotonic()
        if now > watch.deadline:
            raise EngineFailure(FailureKind.DEADLINE, sentence(FailureKind.DEADLINE))
        if watch.cancelled and watch.cancelled():
            raise EngineFailure(FailureKind.CANCELLED, sentence(FailureKind.CANCELLED))
        if now > look_again:
            look_again = now + _SIZE_EVERY_S
            size, entries = working.size_of(folder)
            if size > watch.largest or entries > ENTRY_LIMIT:
                raise EngineFailure(FailureKind.DISK_FULL, sentence(FailureKind.DISK_FULL))
        if watch.progress:
            fraction = working.read_progress(folder)
            if fraction > seen:
                seen = fraction
                watch.progress(fraction)


def _no_room(error: OSError) -> EngineFailure:
    return EngineFailure(
        FailureKind.DISK_FULL,
        f"The engine's working folder could not be written ({error.strerror}). The exam is not scored and "
        "gets two readers; make room on the disk, then score it again.",
    )


def _logged(engine_name: str, failure: EngineFailure, started: float) -> EngineFailure:
    _log.warning("An engine gave no result.", engine=engine_name, kind=failure.kind, seconds=_since(started))
    return failure


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
