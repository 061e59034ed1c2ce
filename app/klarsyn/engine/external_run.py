"""Running an engine that is a program or a container on one exam, and asking it what it is.

The rest of Klarsyn cannot tell such an engine from another: the same exam goes in, the same result comes
out, checked in the same way, and the same failures.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from klarsyn.engine.answer import reported_failure
from klarsyn.engine.child import Child, environment, sealed_python
from klarsyn.engine.contract import EngineExam, Manifest, RawResult
from klarsyn.engine.external import Program, read_program
from klarsyn.engine.external_container import find_runtime, run_container
from klarsyn.engine.external_folders import ANSWER, GIVEN, ORDER
from klarsyn.engine.external_input import write_input
from klarsyn.engine.external_output import read_output
from klarsyn.engine.external_report import report_reader
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.isolation import Isolation
from klarsyn.engine.private_folder import no_room
from klarsyn.engine.registry import EngineNotFound, EngineSpec

Watched = Callable[[Child], None]
"""Lets a process run to its end, whichever comes first, and raises what ended it."""


def declared_outside(spec: EngineSpec, probe: Callable[[], Isolation], *, allow_unsealed: bool) -> Manifest:
    """Return what a program or container declares; it is not started for that.

    Raises
    ------
    EngineFailure
        If its description cannot be used, or nothing here could run it.
    """
    try:
        program = read_program(spec)
        if program.container:
            find_runtime(spec.name)
            return program.manifest
        _only_on_linux(spec.name)
    except EngineNotFound as error:
        raise EngineFailure(FailureKind.NOT_FOUND, str(error)) from error
    missing = probe().missing
    if missing and not allow_unsealed:
        raise EngineFailure(FailureKind.UNSEALED, sentence(FailureKind.UNSEALED, "; ".join(missing)))
    return program.manifest


def analyse_outside(
    spec: EngineSpec,
    folder: Path,
    exam: EngineExam,
    order: dict[str, Any],
    look: Callable[[], None],
    watched: Watched,
) -> tuple[RawResult, Manifest]:
    """Let a program or a container analyse an exam, and return its result, unchecked, and its manifest.

    Parameters
    ----------
    folder
        The run's own working folder.
    order
        `memory_mb`, `input_mb`, `allow_unsealed`.
    look
        Raises when nobody waits for the run any more.
    watched
        Lets a process run to its end.

    Raises
    ------
    EngineFailure
        In every case without a result that can be read.
    EngineNotFound
        If its description cannot be used, or nothing here can run it.
    """
    program = read_program(spec)
    runtime = ""
    if program.container:
        runtime = find_runtime(spec.name)
    else:
        _only_on_linux(spec.name)
    views = write_input(folder / GIVEN, exam, look)
    try:
        (folder / ANSWER).mkdir(mode=0o700)
    except OSError as error:
        raise no_room(error) from error
    if runtime:
        run_container(runtime, program, folder, order["memory_mb"], watched)
    else:
        _run_program(spec, program, folder, order, watched)
    return read_output(folder / ANSWER, views, report_reader(program.report)), program.manifest


def _only_on_linux(engine_name: str) -> None:
    if sys.platform != "linux":
        raise EngineNotFound(
            f'The engine "{engine_name}" is a program, and programs are sealed on Linux only so far. Exams '
            "are not scored by it; ask its vendor for a container."
        )


def _run_program(
    spec: EngineSpec, program: Program, folder: Path, order: dict[str, Any], watched: Watched
) -> None:
    message = {
        "engine": spec.name,
        "code": str(program.folder.resolve()),
        "arguments": program.arguments(str(folder / GIVEN), str(folder / ANSWER)),
        "memory_mb": order["memory_mb"],
        "input_mb": order["input_mb"],
        "allow_unsealed": order["allow_unsealed"],
        "parent": os.getpid(),
    }
    try:
        (folder / ORDER).write_text(json.dumps(message), encoding="utf-8")
    except OSError as error:
        raise no_room(error) from error
    variables = environment(folder, max(program.manifest.threads, 1))
    child = Child(folder, variables, arguments=sealed_python("klarsyn.engine.external_worker", folder))
    watched(child)
    if failure := reported_failure(folder):
        raise failure
    if child.status:
        raise EngineFailure(
            FailureKind.RAISED, sentence(FailureKind.RAISED, f"it ended with status {child.status}")
        )
