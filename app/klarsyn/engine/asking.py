"""Asking without an exam, as sealed as with one: an engine for its manifest, the machine for its walls."""

import json
import os
import time
from collections.abc import Callable
from pathlib import Path

from klarsyn.engine.answer import read_isolation, read_manifest
from klarsyn.engine.child import Child, environment
from klarsyn.engine.contract import Manifest
from klarsyn.engine.external_run import declared_outside
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.identity import identified
from klarsyn.engine.isolation import Isolation
from klarsyn.engine.output import log_output
from klarsyn.engine.private_folder import no_room, private_folder
from klarsyn.engine.registry import EngineNotFound, EngineSpec, resolve
from klarsyn.engine.worker import ORDER

LOADING_S = 60.0
"""How long an engine may take to say what it is."""

_LOOK_EVERY_S = 0.2
"""How often it is asked whether the answer is still wanted."""


def _never() -> bool:
    return False


def manifest_of(
    engine_name: str,
    *,
    work_root: Path,
    memory_mb: int,
    allow_unsealed: bool = False,
    deadline_s: float = LOADING_S,
    cancelled: Callable[[], bool] = _never,
) -> Manifest:
    """Return what an engine declares of itself; it is loaded for that in a process of its own.

    Raises
    ------
    EngineFailure
        When it cannot be loaded, declares nothing that can be used, or takes longer than its deadline; or
        when cancelled.
    """
    try:
        spec = resolve(engine_name)
    except EngineNotFound as error:
        raise EngineFailure(FailureKind.NOT_FOUND, str(error)) from error
    return declared(
        spec,
        work_root=work_root,
        memory_mb=memory_mb,
        allow_unsealed=allow_unsealed,
        deadline_s=deadline_s,
        cancelled=cancelled,
    )


def declared(
    spec: EngineSpec,
    *,
    work_root: Path,
    memory_mb: int,
    allow_unsealed: bool = False,
    deadline_s: float = LOADING_S,
    cancelled: Callable[[], bool] = _never,
) -> Manifest:
    """Do what `manifest_of` does, for an engine that was found before, be it installed or not.

    Raises
    ------
    EngineFailure
        As `manifest_of` does.
    """
    if spec.external:
        outside = declared_outside(spec, lambda: probe(work_root), allow_unsealed=allow_unsealed)
        return identified(spec, outside)
    order = {
        "engine": spec.name,
        "target": spec.target,
        "search_path": list(spec.search_path),
        "allow_unsealed": allow_unsealed or spec.built_in,
        "memory_mb": memory_mb,
        "parent": os.getpid(),
        "manifest_only": True,
    }
    with private_folder(work_root) as folder:
        try:
            (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
        except OSError as error:
            raise no_room(error) from error
        child = Child(folder, environment(folder))
        try:
            _await_end(child, deadline_s, cancelled)
        finally:
            child.end()
            log_output(spec.name, child.output)
        return identified(spec, read_manifest(folder))


def _await_end(child: Child, deadline_s: float, cancelled: Callable[[], bool]) -> None:
    until = time.monotonic() + deadline_s
    while True:
        left = until - time.monotonic()
        if child.wait(max(0.0, min(left, _LOOK_EVERY_S))):
            return
        for over, kind in ((cancelled(), FailureKind.CANCELLED), (left <= 0, FailureKind.DEADLINE)):
            if over:
                raise EngineFailure(kind, sentence(kind))


def probe(work_root: Path) -> Isolation:
    """Seal an empty worker and return which duties of sealing this machine can hold; for `klarsyn doctor`."""
    with private_folder(work_root) as folder:
        order = {"target": None, "allow_unsealed": False, "memory_mb": 1024, "parent": os.getpid()}
        (folder / ORDER).write_text(json.dumps(order), encoding="utf-8")
        child = Child(folder, environment(folder))
        try:
            child.wait(30)
        finally:
            child.end()
        return read_isolation(folder)
