"""The engine's process as seen from outside: started with next to nothing, ended as a whole group."""

import contextlib
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, cast

from klarsyn.engine.output import BoundedOutput

LAUNCHER = "klarsyn-engine.exe"
_PACKAGE_FOLDER = Path(__file__).resolve().parents[2]


def environment(folder: Path, threads: int = 2) -> dict[str, str]:
    """Return the whole environment of a worker; nothing is inherited but what Windows needs to start."""
    variables = {
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder / "tmp"),
        "LANG": "C.UTF-8",
        "PYTHONPATH": str(_PACKAGE_FOLDER),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        # The runtime's usage uploader stays off, whoever imports it (invariant 9).
        "ORT_DISABLE_TELEMETRY": "1",
        # Pools of threads and arenas would spend the limit on address space that nobody uses.
        "OMP_NUM_THREADS": str(threads),
        "OPENBLAS_NUM_THREADS": str(threads),
        "MALLOC_ARENA_MAX": "2",
    }
    if sys.platform == "win32":
        variables |= {"SYSTEMROOT": os.environ["SYSTEMROOT"], "TEMP": variables["TMPDIR"]}
        variables |= {"TMP": variables["TMPDIR"], "USERPROFILE": variables["HOME"]}
    return variables


def command(folder: Path) -> list[str]:
    """Return the command line of a worker in `folder`.

    On Windows a process cannot seal itself as on Linux: there `klarsyn-engine.exe`, beside the interpreter,
    starts the worker in an AppContainer without network and in a job object. Where it is missing the worker
    runs bare and reports every duty as missing, so that only the built-in engine runs.
    """
    worker = sealed_python("klarsyn.engine.worker", folder)
    if sys.platform == "win32":
        launcher = Path(sys.executable).with_name(LAUNCHER)
        if launcher.is_file():
            return [str(launcher), "--folder", str(folder), "--", *worker]
    return worker


def sealed_python(module: str, folder: Path) -> list[str]:
    """Return the command line of one of Klarsyn's modules that seals itself and works in `folder`."""
    return [sys.executable, "-P", "-s", "-m", module, str(folder)]


class Child:
    """One worker process and what it prints."""

    def __init__(
        self,
        folder: Path,
        variables: Mapping[str, str],
        descriptors: tuple[int, ...] = (),
        arguments: Sequence[str] | None = None,
    ) -> None:
        """Start the worker in `folder`; it inherits `descriptors` and no other (`engine/relay.py`).

        With `arguments` another program is started by them, in the same way.
        """
        self._process = subprocess.Popen(
            command(folder) if arguments is None else list(arguments),
            cwd=folder,
            env=dict(variables),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            pass_fds=descriptors,
        )
        self.output = BoundedOutput(cast(IO[bytes], self._process.stdout))
        # Woken by the end of the worker without collecting it: until it is collected, the number of its
        # process group belongs to nobody else, and the group can be killed safely.
        self._descriptor = os.pidfd_open(self._process.pid) if sys.platform == "linux" else -1

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds` for the worker's end; return whether it has ended."""
        if self._descriptor >= 0:
            return bool(select.select([self._descriptor], [], [], seconds)[0])
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)
        return self._process.returncode is not None

    @property
    def pid(self) -> int:
        """The worker's number; nobody else's before `end`."""
        return self._process.pid

    @property
    def status(self) -> int:
        """The status with which it ended by itself, known after `end`; 0 where a signal ended it."""
        return max(self._process.returncode or 0, 0)

    @property
    def signal(self) -> int | None:
        """The signal that ended the worker, known after `end`; None when it ended by itself."""
        code = self._process.returncode
        return -code if code is not None and code < 0 else None

    def end(self) -> None:
        """Kill the worker with its whole process group, if any of it still lives, and collect it."""
        if sys.platform == "win32":
            self._process.kill()
        else:
            # The group's number is the worker's own: the session was made for it.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        # A process that hangs in the kernel dies later; the exam does not wait for it.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
