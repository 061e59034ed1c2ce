"""The process that becomes an engine's program: it seals itself, and then starts the program in its place.

Run by `klarsyn.engine.external_run` as `python -m klarsyn.engine.external_worker FOLDER`. Landlock and the
filter of system calls go on holding through execve(2), and so do the limits. What is started makes no
process beside it: limits of memory hold for one process, and only a container's runtime sums them up.
"""

import contextlib
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

from klarsyn.engine.external_folders import FOLDERS, ORDER
from klarsyn.engine.failure import FailureKind
from klarsyn.engine.isolation import ProgramWalls, library_paths, seal

_PYTHONS = ("PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED")


def main(folder: Path) -> None:
    """Become the program that `folder` orders, or leave with the reason why not."""
    order = json.loads((folder / ORDER).read_text(encoding="utf-8"))
    with contextlib.suppress(OSError, AttributeError):
        os.nice(10)  # the reader's window comes first
    code, given, *writable = Path(order["code"]), *(folder / name for name in FOLDERS)
    os.chdir(code)
    # Opened before the walls are up, behind which this folder cannot be written to; closed by execve(2).
    with (folder / "isolation.json").open("w") as duties, (folder / "result.json").open("w") as answer:
        isolation = seal(
            folder,
            [given],
            memory_mb=order["memory_mb"],
            parent=order["parent"],
            input_mb=order["input_mb"],
            program=ProgramWalls([code, *library_paths()], writable),
        )
        _write(duties, asdict(isolation))
        if isolation.missing and not order["allow_unsealed"]:
            _write(answer, {"status": "failed", "kind": FailureKind.UNSEALED})
            os._exit(1)
        variables = {name: value for name, value in os.environ.items() if name not in _PYTHONS}
        # Python ignores these, and what is ignored stays so in a program; the second ends one that writes
        # more than it may.
        for number in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        arguments = order["arguments"]
        try:
            os.execve(str(code / arguments[0]), arguments, variables)  # noqa: S606 - behind the walls
        except OSError as error:
            said = (
                f'The program of the engine "{order["engine"]}" cannot be started ({error.strerror}). It '
                "must be a program for this kind of machine, and no script. Exams are not scored by it; ask "
                "its vendor for one."
            )
            _write(answer, {"status": "failed", "kind": FailureKind.NOT_FOUND, "sentence": said})
    os._exit(1)


def _write(stream: TextIO, message: dict[str, Any]) -> None:
    json.dump(message, stream)
    stream.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
