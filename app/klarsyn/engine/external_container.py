"""An engine in a container: started by docker or podman, without network, and gone in every ending.

Here the runtime holds the walls, not Klarsyn: namespaces, capabilities, a limit for the memory and the
processes of all that runs inside. Nothing is pulled: the site loads the image, by its digest.
"""

import csv
import io
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from klarsyn.base.log import get_logger
from klarsyn.engine.child import Child
from klarsyn.engine.external import Program
from klarsyn.engine.external_folders import ANSWER, GIVEN
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.isolation import FILE_LIMIT_MB
from klarsyn.engine.private_folder import no_room
from klarsyn.engine.registry import EngineNotFound

RUNTIMES = ("docker", "podman")
MARKER = "container"
"""A file in the working folder: which runtime has which container, for a sweep after a crash."""

PROCESSES = 256
_TMP = "/tmp:rw,nosuid,nodev,noexec,size=1024m"  # noqa: S108 - inside a container
_NOBODY = 65534
_CALL_S = 10.0
_NOT_STARTED, _KILLED = (125, 126, 127), 137
_INHERITED = ("PATH", "HOME", "XDG_RUNTIME_DIR", "DOCKER_HOST", "DOCKER_CONFIG", "DOCKER_CONTEXT",
              "CONTAINER_HOST")  # fmt: skip
_log = get_logger("engine.container")


def find_runtime(engine_name: str) -> str:
    """Return the path of docker, or else of podman.

    Raises
    ------
    EngineNotFound
        If there is neither.
    """
    for name in RUNTIMES:
        if path := shutil.which(name):
            return path
    raise EngineNotFound(
        f'The engine "{engine_name}" is a container, and this machine has neither docker nor podman to run '
        "it. Exams are not scored by it; install one of them, or choose another engine."
    )


def run_container(
    runtime: str, program: Program, folder: Path, memory_mb: int, watched: Callable[[Child], None]
) -> None:
    """Run a container on the exam in `folder` to its end; afterwards it is removed, whatever happened.

    Raises
    ------
    EngineFailure
        If it could not be started, was killed, or ended with another status than 0.
    """
    name = f"klarsyn-{secrets.token_hex(8)}"
    given, answer = folder / GIVEN, folder / ANSWER
    try:
        (folder / MARKER).write_text(f"{runtime}\n{name}\n", encoding="utf-8")
        _open_to_the_container(given, answer)
    except OSError as error:
        raise no_room(error) from error
    try:
        child = Child(
            folder, _variables(), arguments=command(runtime, name, program, given, answer, memory_mb)
        )
        watched(child)
        if child.status:
            raise _ended(child.status, runtime, name)
    finally:
        remove_container(runtime, name)


def command(
    runtime: str, name: str, program: Program, given: Path, answer: Path, memory_mb: int
) -> list[str]:
    """Return the command line that starts a container with nothing but its two folders."""
    threads = max(program.manifest.threads, 1)
    return [
        runtime, "run", "--name", name, "--pull", "never", "--network", "none", "--read-only",
        "--cap-drop", "ALL", "--security-opt", "no-new-privileges", *_account(runtime),
        "--pids-limit", str(PROCESSES), "--memory", f"{memory_mb}m", "--memory-swap", f"{memory_mb}m",
        "--cpus", str(threads), "--ulimit", "core=0", "--ulimit", f"fsize={FILE_LIMIT_MB * 2**20}",
        "--log-driver", "none", "--tmpfs", _TMP,
        "--mount", _mount(given, "/in", "readonly"), "--mount", _mount(answer, "/out"),
        "--env", "HOME=/tmp", "--env", f"OMP_NUM_THREADS={threads}", "--env", "ORT_DISABLE_TELEMETRY=1",
        program.container, *program.arguments("/in", "/out"),
    ]  # fmt: skip


def remove_container(runtime: str, name: str) -> bool:
    """Kill and remove a container by its name; False when the runtime does not say that it is gone."""
    done = _call(runtime, "rm", "--force", "--volumes", name)
    if done is None or done.returncode:
        _log.warning("A container may not have been removed.", container=name)
        return False
    return True


def remove_leftover(folder: Path) -> None:
    """Remove the container of a run that was cut off, as its working folder names it."""
    try:
        runtime, name = (folder / MARKER).read_text(encoding="utf-8").split("\n")[:2]
    except (OSError, ValueError):
        return
    if Path(runtime).name in RUNTIMES:
        remove_container(runtime, name)


def _ended(status: int, runtime: str, name: str) -> EngineFailure:
    if status in _NOT_STARTED:
        return EngineFailure(
            FailureKind.NOT_FOUND,
            f"The engine's container could not be started ({Path(runtime).name}, status {status}): see "
            "whether its service runs and its image is loaded under this digest. The exam is not scored and "
            "gets two readers. The engine's log says more.",
        )
    if status == _KILLED:
        told = _call(runtime, "inspect", "--format", "{{.State.OOMKilled}}", name)
        if told is not None and told.stdout.strip() == b"true":
            return EngineFailure(FailureKind.MEMORY, sentence(FailureKind.MEMORY))
        return EngineFailure(FailureKind.KILLED_BY_SIGNAL, sentence(FailureKind.KILLED_BY_SIGNAL, "signal 9"))
    return EngineFailure(FailureKind.RAISED, sentence(FailureKind.RAISED, f"it ended with status {status}"))


def _call(runtime: str, *words: str) -> "subprocess.CompletedProcess[bytes] | None":
    """Ask the runtime; None when it does not answer."""
    try:
        return subprocess.run(
            [runtime, *words], env=_variables(), stdin=subprocess.DEVNULL, capture_output=True,
            timeout=_CALL_S, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None


def _variables() -> dict[str, str]:
    return {name: os.environ[name] for name in _INHERITED if name in os.environ}


def _account(runtime: str) -> list[str]:
    """As whom a container works: as who runs Klarsyn, so that its answer can be read; never as root."""
    if sys.platform == "win32":
        return []
    if os.getuid() == 0:
        return ["--user", f"{_NOBODY}:{_NOBODY}"]
    # Podman maps the account into the container only when it is asked to.
    keep = ["--userns", "keep-id"] if Path(runtime).name == "podman" else []
    return ["--user", f"{os.getuid()}:{os.getgid()}", *keep]


def _mount(source: Path, target: str, *words: str) -> str:
    """A bind mount: comma-separated values, so that no path can add one of its own."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(("type=bind", f"src={source}", f"dst={target}", *words))
    return line.getvalue()


def _open_to_the_container(given: Path, answer: Path) -> None:
    """Run by root, a container is nobody's: its two folders are opened to it, those above stay closed."""
    if sys.platform == "win32" or os.getuid() != 0:
        return
    for path in (given, *given.iterdir()):
        path.chmod(0o755 if path.is_dir() else 0o644)
    os.chown(answer, _NOBODY, _NOBODY)
