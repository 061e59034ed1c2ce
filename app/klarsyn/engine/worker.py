"""The engine's process: seals itself, then loads one engine, analyses one exam and writes one answer.

Run by `klarsyn.engine.sealed` as `python -m klarsyn.engine.worker FOLDER`. Everything that imports numpy
or foreign code is imported after sealing.
"""

import contextlib
import errno
import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from klarsyn.engine.failure import FailureKind
from klarsyn.engine.isolation import seal

ORDER = "order.json"
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_PROGRESS_STEP_S = 0.05


def main(folder: Path) -> None:
    """Do the one job that `folder` holds, and leave the process without any engine's exit handlers."""
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # the reader's window comes first
    # The engine's own folders become importable behind the seal only: its json.py must not run before.
    places = [place for place in (*sys.path, *order.get("search_path", ())) if place]
    readable = [Path(sys.prefix), Path(sys.base_prefix), *(Path(place) for place in places)]
    isolation = seal(
        folder,
        readable,
        memory_mb=order["memory_mb"],
        parent=order["parent"],
        input_mb=order.get("input_mb", 0),
    )
    _write(folder / "isolation.json", asdict(isolation))
    if order["target"] is None:
        answer: dict[str, Any] = {"status": "sealed"}
    elif isolation.missing and not order["allow_unsealed"]:
        answer = {"status": "failed", "kind": FailureKind.UNSEALED}
    else:
        answer = _answer(folder, order)
    _write(folder / "result.json", answer)
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


def _answer(folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from klarsyn.engine.registry import EngineNotFound

    try:
        return _analyse(folder, order)
    except EngineNotFound as error:
        return {"status": "failed", "kind": FailureKind.NOT_FOUND, "sentence": str(error)}
    except BaseException as error:  # noqa: BLE001 - foreign code: whatever it raises becomes an answer
        import traceback

        with contextlib.suppress(OSError, MemoryError):
            traceback.print_exception(error)
        return {"status": "failed", "kind": _kind_of(error), "exception": type(error).__name__}


def _analyse(folder: Path, order: dict[str, Any]) -> dict[str, Any]:
    from klarsyn.engine.folder import read_exam
    from klarsyn.engine.registry import EngineSpec, load_spec
    from klarsyn.engine.wire_manifest import manifest_to_wire
    from klarsyn.engine.wire_result import result_to_wire

    engine = load_spec(EngineSpec(order["engine"], order["target"], tuple(order["search_path"])))
    if order.get("manifest_only"):
        return {"status": "done", "manifest": manifest_to_wire(engine.manifest)}
    exam = read_exam(folder)
    result, maps = result_to_wire(engine.analyse(exam, _progress_writer(folder)))
    for number, heat in enumerate(maps):
        (folder / f"explanation-{number}.f32").write_bytes(heat.tobytes())
    return {"status": "done", "manifest": manifest_to_wire(engine.manifest), "result": result}


def _kind_of(error: BaseException) -> FailureKind:
    if isinstance(error, MemoryError):
        return FailureKind.MEMORY
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return FailureKind.MEMORY
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return FailureKind.DISK_FULL
    # Inference runtimes hand on the C++ exception as text.
    text = str(error).lower()
    if "bad_alloc" in text or "bad allocation" in text or "failed to allocate memory" in text:
        return FailureKind.MEMORY
    return FailureKind.RAISED


def _progress_writer(folder: Path) -> Callable[[float], None]:
    last = 0.0

    def progress(fraction: float) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last < _PROGRESS_STEP_S and fraction < 1:
            return
        last = now
        part = folder / "progress.part"
        with contextlib.suppress(OSError):
            part.write_text(f"{min(max(float(fraction), 0.0), 1.0):.4f}")
            part.replace(folder / "progress")

    return progress


def _write(path: Path, message: dict[str, Any]) -> None:
    part = path.with_suffix(".part")
    part.write_text(json.dumps(message), encoding="utf-8")
    part.replace(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
