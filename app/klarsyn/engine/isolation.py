"""Sealing this very process before any engine's code runs in it, and saying what could be applied.

Standard library only, since numpy starts threads when it is imported and namespaces need one thread.
What a kernel cannot do is reported, never passed over: the worker refuses third-party engines then.
"""

import ctypes
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from klarsyn.engine import landlock, namespaces, seccomp

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
FILE_LIMIT_MB = 256
"""No single file of an engine may become larger."""

_NETWORK = "no network"
_FILES = "no other files"
_CHILDREN = "no child processes"
_PRIVILEGES = "no privileges"
_LIMITS = "memory and file limits"
_PARENT = "ends with its parent"
DUTIES = (_NETWORK, _FILES, _CHILDREN, _PRIVILEGES, _LIMITS, _PARENT)
"""What sealing means, whatever means a platform has for it."""


@dataclass(frozen=True, slots=True)
class Isolation:
    """Which duties of sealing hold on this machine: each with its means, or with the reason why not."""

    applied: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def complete(self) -> bool:
        """True when nothing is missing."""
        return not self.missing


@dataclass(frozen=True, slots=True)
class ProgramWalls:
    """What differs where this process is to become a program: where it may start from, and write to."""

    executable: Sequence[Path]
    writable: Sequence[Path]


def seal(
    folder: Path,
    readable: Sequence[Path],
    *,
    memory_mb: int,
    parent: int,
    input_mb: int = 0,
    program: ProgramWalls | None = None,
) -> Isolation:
    """Seal this process: it keeps `folder` to write in and `readable` to read, and nothing else.

    Parameters
    ----------
    folder
        The run's own working folder.
    readable
        Python's installation, Klarsyn and the engine.
    memory_mb
        Memory of its own in MiB.
    parent
        Process that must outlive this one.
    input_mb
        Files that it may map beside, in MiB: their pages are the system's, which takes them back.
    program
        Given, this process may become a program from these folders, and `folder` is no more to write in
        than they say.
    """
    if sys.platform != "linux":
        return Isolation((), tuple(f"{duty} (not made for {sys.platform} yet)" for duty in DUTIES))
    libc = ctypes.CDLL(None, use_errno=True)
    means: dict[str, list[str]] = {duty: [] for duty in DUTIES}
    reasons: dict[str, str] = {}

    def attempt(duties: Sequence[str], name: str, step: Callable[[], object]) -> None:
        try:
            done = step()
        except (OSError, ValueError) as error:
            for duty in duties:
                reasons.setdefault(duty, f"{name}: {error.strerror if isinstance(error, OSError) else error}")
        else:
            for duty in duties:
                means[duty].append(done if isinstance(done, str) else name)

    attempt([_LIMITS], "resource limits", lambda: _limit(memory_mb, input_mb))
    attempt([_NETWORK], "network namespace", lambda: namespaces.leave_the_network(libc))
    attempt([_PRIVILEGES], "capabilities dropped", lambda: namespaces.drop_capabilities(libc))
    attempt([_PRIVILEGES], "no new privileges", lambda: _no_new_privileges(libc))
    writable, executable = ([folder], []) if program is None else (program.writable, program.executable)
    attempt(
        [_FILES],
        "Landlock",
        lambda: landlock.apply(libc, [*readable, *system_paths()], [*writable, Path(os.devnull)], executable),
    )
    # A change of credentials, as above, may clear this one; the filter forbids to take it back.
    attempt([_PARENT], "parent-death signal", lambda: _end_with(libc, parent))
    # Last of the locks, since it forbids the calls of those before.
    attempt(
        [_CHILDREN, _NETWORK],
        "system-call filter",
        lambda: seccomp.apply(libc, may_become_another=program is not None),
    )
    if _PRIVILEGES in reasons:
        means[_PRIVILEGES].clear()
    return Isolation(
        tuple(f"{duty} ({', '.join(how)})" for duty, how in means.items() if how),
        tuple(f"{duty} ({reasons[duty]})" for duty, how in means.items() if not how),
    )


def library_paths() -> list[Path]:
    """Where the system keeps its shared libraries, and what loads them."""
    return [Path(path) for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")]


def system_paths() -> list[Path]:
    """What a Python process reads of the system: shared libraries, time zones, facts of the processor."""
    return library_paths() + [
        Path(path)
        for path in (
            "/etc/ld.so.cache", "/usr/share/zoneinfo", "/etc/localtime", "/proc/self", "/proc/cpuinfo",
            "/proc/meminfo", "/sys/devices/system/cpu", "/dev/urandom", "/dev/zero",
        )
    ]  # fmt: skip


def _limit(memory_mb: int, input_mb: int) -> None:
    import resource

    for kind, value in (
        # Address space counts mapped files too; what is private and written to counts as data (since Linux
        # 4.7), and that is what can run the machine out of memory.
        (resource.RLIMIT_AS, (memory_mb + input_mb) * 2**20),
        (resource.RLIMIT_DATA, memory_mb * 2**20),
        (resource.RLIMIT_FSIZE, FILE_LIMIT_MB * 2**20),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 512),
    ):
        hard = resource.getrlimit(kind)[1]
        bound = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (bound, bound))


def _no_new_privileges(libc: ctypes.CDLL) -> None:
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs is not available")


def _end_with(libc: ctypes.CDLL, parent: int) -> None:
    if libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no parent-death signal")
    if os.getppid() != parent:  # it died before the signal was asked for
        os._exit(1)
