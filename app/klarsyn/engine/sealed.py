"""Running one engine on one exam, sealed in a process of its own.

Whatever the engine does, this returns a checked result or raises `EngineFailure` before the deadline is
long past, and the working folder is gone (docs/architecture.md, invariants 1 and 9).
"""

import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from klarsyn.base.log import get_logger
from klarsyn.engine import folder as working
from klarsyn.engine import relay
from klarsyn.engine.answer import read_answer
from klarsyn.engine.check import check_result
from klarsyn.engine.child import Child, environment
from klarsyn.engine.contract import EngineExam, Manifest, RawResult
from klarsyn.engine.external_run import analyse_outside
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.identity import identified
from klarsyn.engine.open_files import deleted_bytes
from klarsyn.engine.output import log_output
from klarsyn.engine.private_folder import no_room, private_folder
from klarsyn.engine.registry import EngineNotFound, EngineSpec, resolve
from klarsyn.engine.view_files import bytes_needed
from klarsyn.engine.worker import ORDER

FOLDER_LIMIT_MB = 1024
"""An engine may write this much beside its input, counted with what it deletes and keeps open."""

ENTRY_LIMIT = 10_000
_POLL_S = 0.05
_SIZE_EVERY_S = 0.5

_log = get_logger("engine.sealed")


@dataclass(frozen=True, slots=True)
class _Watch:
    """What ends a run from outside."""

    deadline: float
    progress: Callable[[float], None] | None
    cancelled: Callable[[], bool] | None

    def look(self) -> None:
        """Raise when the run has lasted too long, or nobody wants it any more."""
        for ended, kind in (
            (time.monotonic() > self.deadline, FailureKind.DEADLINE),
            (self.cancelled is not None and self.cancelled(), FailureKind.CANCELLED),
        ):
            if ended:
                raise EngineFailure(kind, sentence(kind))


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
        Pseudonymised input; a tomosynthesis is decoded into the folder slice by slice.
    work_root
        Folder below which the run gets a private one of its own; removed in every ending.
    deadline_s
        Seconds of wall time for the whole run, start-up included.
    memory_mb
        Memory of the engine's own in MiB; the pixels that it is given are mapped beside.
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
        watch = _Watch(started + deadline_s, progress, cancelled)
        with private_folder(work_root) as folder:
            given = _prepare(folder, exam, order, watch)
            if spec.external:
                watched = partial(_watched, spec.name, folder, watch)
                raw, manifest = analyse_outside(spec, folder, given, order, watch.look, watched)
            else:
                _run(spec, folder, watch)
                raw, manifest = read_answer(folder)
            check_result(raw, given)
    except EngineNotFound as error:
        raise _logged(engine_name, EngineFailure(FailureKind.NOT_FOUND, str(error)), started) from error
    except EngineFailure as failure:
        raise _logged(engine_name, failure, started)  # noqa: B904 - the same failure
    _log.info("An engine has analysed an exam.", engine=engine_name, seconds=_since(started))
    return raw, identified(spec, manifest)


def _prepare(folder: Path, exam: EngineExam, order: dict[str, Any], watch: _Watch) -> EngineExam:
    """Fill the folder, and return what the engine is given: of a tomosynthesis, what could be decoded."""
    try:
        working.write_exam(folder, exam, watch.look)
        given = working.read_exam(folder)
        order["input_mb"] = 1 + (bytes_needed((*given.views, *given.priors)) >> 20)
        (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
    except OSError as error:
        raise no_room(error) from error
    if not given.views:
        raise EngineFailure(
            FailureKind.INVALID_RESULT,
            "None of the exam's images could be decoded for the engine. The exam is not scored and gets two "
            "readers; fetch its images again.",
        )
    return given


def _run(spec: EngineSpec, folder: Path, watch: _Watch) -> None:
    """Run the worker to its end, whichever comes first; afterwards nothing of it lives."""
    with relay.opened(spec.server, spec.search_path) as line:
        child = Child(folder, {**environment(folder), **line.variables}, line.descriptors)
        _watched(spec.name, folder, watch, child)
        line.check()


def _watched(engine_name: str, folder: Path, watch: _Watch, child: Child) -> None:
    largest = working.size_of(folder)[0] + FOLDER_LIMIT_MB * 2**20
    try:
        _wait(child, folder, watch, largest)
    finally:
        child.end()
        log_output(engine_name, child.output)
    if child.signal is not None:
        kind = FailureKind.DISK_FULL if child.signal == 25 else FailureKind.KILLED_BY_SIGNAL  # SIGXFSZ
        raise EngineFailure(kind, sentence(kind, f"signal {child.signal}"))


def _wait(child: Child, folder: Path, watch: _Watch, largest: int) -> None:
    seen, look_again = 0.0, 0.0
    while not child.wait(_POLL_S):
        watch.look()
        now = time.monotonic()
        if now > look_again:
            look_again = now + _SIZE_EVERY_S
            size, entries = working.size_of(folder)
            size += deleted_bytes(child.pid)
            if size > largest or entries > ENTRY_LIMIT:
                raise EngineFailure(FailureKind.DISK_FULL, sentence(FailureKind.DISK_FULL))
        if watch.progress:
            fraction = working.read_progress(folder)
            if fraction > seen:
                seen = fraction
                watch.progress(fraction)


def _logged(engine_name: str, failure: EngineFailure, started: float) -> EngineFailure:
    _log.warning("An engine gave no result.", engine=engine_name, kind=failure.kind, seconds=_since(started))
    return failure


def _since(started: float) -> float:
    return round(time.monotonic() - started, 2)
