"""Reading what a worker left behind, with suspicion."""

import re
from pathlib import Path

from klarsyn.engine import folder as working
from klarsyn.engine.contract import Manifest, RawResult
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.isolation import DUTIES, Isolation
from klarsyn.engine.wire import WireError, loads, manifest_from_wire, result_from_wire

_RESULT_LIMIT = 8 * 2**20
_TYPE_NAME = re.compile(r"[A-Za-z_]\w{0,60}", re.ASCII)


def read_answer(folder: Path) -> tuple[RawResult, Manifest]:
    """Return the result and the manifest that a worker wrote.

    Raises
    ------
    EngineFailure
        If the worker reported one, or wrote nothing that can be used.
    """
    text = working.read_bounded(folder / working.RESULT, _RESULT_LIMIT)
    if text is None:
        raise EngineFailure(FailureKind.RAISED, sentence(FailureKind.RAISED, "it ended without a result"))
    if len(text) > _RESULT_LIMIT:
        raise _unusable("it is too large")
    try:
        message = loads(text)
        if message.get("status") == "done" and isinstance(message.get("result"), dict):
            manifest = manifest_from_wire(message.get("manifest"))
            result = result_from_wire(message["result"], lambda number, size: _read_map(folder, number, size))
            return result, manifest
    except WireError as error:
        raise _unusable(str(error)) from error
    raise _reported(folder, message)


def read_isolation(folder: Path) -> Isolation:
    """Return what a worker says of its own sealing; everything is missing when it says nothing."""
    text = working.read_bounded(folder / working.ISOLATION, 65536)
    try:
        message = loads(text or b"")
        return Isolation(tuple(map(str, message["applied"])), tuple(map(str, message["missing"])))
    except (WireError, KeyError, TypeError):
        return Isolation((), tuple(f"{duty} (the worker did not start)" for duty in DUTIES))


def _reported(folder: Path, message: dict[str, object]) -> EngineFailure:
    try:
        kind = FailureKind(str(message.get("kind")))
    except ValueError:
        return _unusable("it is neither a result nor a failure")
    if kind is FailureKind.UNSEALED:
        return EngineFailure(kind, sentence(kind, "; ".join(read_isolation(folder).missing)))
    if kind is FailureKind.NOT_FOUND:
        return EngineFailure(kind, str(message.get("sentence"))[:500])
    name = str(message.get("exception"))
    return EngineFailure(kind, sentence(kind, name if _TYPE_NAME.fullmatch(name) else "an error"))


def _read_map(folder: Path, number: int, size: int) -> bytes:
    data = working.read_bounded(folder / f"explanation-{number}.f32", size)
    return data if data is not None else b""


def _unusable(what: str) -> EngineFailure:
    return EngineFailure(
        FailureKind.INVALID_RESULT,
        f"The engine's result cannot be used: {what}. "
        "The exam is not scored and gets two readers; report this to the engine's vendor.",
    )
