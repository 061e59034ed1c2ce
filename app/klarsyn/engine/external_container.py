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
from klarsyn.engine import container_marker
from klarsyn.engine.child import Child
from klarsyn.engine.external import Program
from klarsyn.engine.external_folders import ANSWER, GIVEN
from klarsyn.engine.failure import EngineFailure, FailureKind, sentence
from klarsyn.engine.isolation import FILE_LIMIT_MB
from klarsyn.engine.private_folder import no_room
from klarsyn.engine.registry import EngineNotFound

RUNTIMES = ("docker", "podman")
PROCESSES = 256
_PREFIX = "klarsyn-"
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
    name = f"{_PREFIX}{secrets.token_hex(8)}"
    given, answer = folder / GIVEN, folder / ANSWER
    try:
        _open_to_the_container(given, answer)
        marker = container_marker.keep(folder, runtime, name)
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
        if remove_containers(runtime, name):
            container_marker.forget(marker)
        else:
            container_marker.leave_to_a_sweep(marker)


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


def remove_containers(runtime: str, *names: str) -> set[str]:
    """Kill and remove containers by their names; return those that the runtime says are gone."""
    done = _call(runtime, "rm", "--force", "--volumes", *names)
    gone = set(names)
    if done is None:
        gone = set()
    elif done.returncode:
        # It may be an error that there was none to remove.
        known = _call(runtime, "ps", "--all", "--format", "{{.Names}}", "--filter", f"name={_PREFIX}")
        if known is None or known.returncode:
            gone = set()
        else:
            gone -= set(known.stdout.decode(errors="replace").split())
    for name in names:
        if name not in gone:
            _log.warning("A container may not have been removed; the next start tries again.", container=name)
    return gone


def remove_leftovers(work_root: Path) -> None:
    """Remove the containers that earlier runs left; one that is not gone stays written down.

    Each runtime is asked once for all of them, as one that hangs would hold up the start once for each.
    """
    markers: dict[str, dict[str, Path]] = {}
    for marker in container_marker.left(work_root):
        told = container_marker.read(marker)
        if told is not None and Path(told[0]).name in RUNTIMES and told[1].startswith(_PREFIX):
            markers.setdefault(told[0], {})[told[1]] = marker
        else:  # not whole, and so of no container yet: it is written before
            container_marker.forget(marker)
    for runtime, named in markers.items():
        for name in remove_containers(runtime, *named):
            container_marker.forget(named[name])


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
