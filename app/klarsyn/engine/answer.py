"""Reading what a worker left behind, with suspicion."""

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from klarsyn.engine import folder as working
from klarsyn.engine import wire
from klarsyn.engine.contract import Manifest, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.isolation import DUTIES, Isolation
from klarsyn.engine.output import filtered
from klarsyn.engine.wire import WireError, loads
from klarsyn.engine.wire_manifest import manifest_from_wire
from klarsyn.engine.wire_result import result_from_wire

_RESULT_LIMIT = 8 * 2**20
_SENTENCE_LIMIT = 500
# What a worker can know of its own end; the rest is seen from outside.
_REPORTED_BY_EXCEPTION = (FailureKind.RAISED, FailureKind.MEMORY, FailureKind.DISK_FULL)
_TYPE_NAME = re.compile(r"[A-Za-z_]\w{0,60}", re.ASCII)


def read_answer(folder: Path) -> tuple[RawResult, Manifest]:
    """Return the result and the manifest that a worker wrote.

    Raises
    ------
    EngineFailure
        If the worker reported one, or wrote nothing that can be used. Whatever it wrote, nothing else is
        raised.
    """
    message = _done(folder)
    try:
        manifest = manifest_from_wire(message.get("manifest"))
        return result_from_wire(message.get("result"), partial(_read_map, folder)), manifest
    except WireError as error:
        raise unusable(str(error)) from error


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest that a worker wrote which was asked for nothing else.

    Raises
    ------
    EngineFailure
        As `read_answer` does.
    """
    try:
        return manifest_from_wire(_done(folder).get("manifest"))
    except WireError as error:
        raise unusable(str(error)) from error


def _done(folder: Path) -> Mapping[str, Any]:
    """Return the message of a worker that did its job."""
    text = working.read_bounded(folder / working.RESULT, _RESULT_LIMIT)
    if text is None:
        raise EngineFailure(FailureKind.RAISED, sentence(FailureKind.RAISED, "it ended without a result"))
    if len(text) > _RESULT_LIMIT:
        raise unusable("it is too large")
    try:
        message = loads(text)
    except WireError as error:
        raise unusable(str(error)) from error
    if message.get("status") != "done":
        raise _reported(folder, message)
    return message


def reported_failure(folder: Path) -> EngineFailure | None:
    """Return why a program was not started, as whoever should have started it says; None when it was."""
    text = working.read_bounded(folder / working.RESULT, _RESULT_LIMIT)
    try:
        return _reported(folder, loads(text)) if text else None
    except WireError as error:
        return unusable(str(error))


def read_isolation(folder: Path) -> Isolation:
    """Return what a worker says of its own sealing; everything is missing when it says nothing."""
    text = working.read_bounded(folder / working.ISOLATION, 65536)
    try:
        message = loads(text or b"")
        return Isolation(_duties(message.get("applied")), _duties(message.get("missing")))
    except WireError:
        return Isolation((), tuple(f"{duty} (the worker did not start)" for duty in DUTIES))


def _duties(message: object) -> tuple[str, ...]:
    return tuple(wire.text(duty, "a duty") for duty in wire.listing(message, "the duties", len(DUTIES)))


def _reported(folder: Path, message: Mapping[str, object]) -> EngineFailure:
    """Make a failure of what the worker reported; an engine may have written it in the worker's place."""
    word = message.get("kind")
    if word == FailureKind.UNSEALED:
        missing = filtered("; ".join(read_isolation(folder).missing), _SENTENCE_LIMIT)
        return EngineFailure(FailureKind.UNSEALED, sentence(FailureKind.UNSEALED, missing))
    if word == FailureKind.NOT_FOUND and isinstance(message.get("sentence"), str):
        return EngineFailure(FailureKind.NOT_FOUND, filtered(str(message["sentence"]), _SENTENCE_LIMIT))
    for kind in _REPORTED_BY_EXCEPTION:
        if word == kind:
            name = message.get("exception")
            known = isinstance(name, str) and _TYPE_NAME.fullmatch(name)
            return EngineFailure(kind, sentence(kind, str(name) if known else "an error"))
    return unusable("it is neither a result nor a failure")


def _read_map(folder: Path, number: int, size: int) -> bytes:
    data = working.read_bounded(folder / f"explanation-{number}.f32", size)
    return data if data is not None else b""


def unusable(what: str) -> EngineFailure:
    """Return the failure of a result of which `what` says what is wrong."""
    return EngineFailure(
        FailureKind.INVALID_RESULT,
        f"The engine's result cannot be used: {what}. "
        "The exam is not scored and gets two readers; report this to the engine's vendor.",
    )
