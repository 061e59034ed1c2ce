"""Engines that try to get out, or look around. Imported by the sealed worker only."""

import contextlib
import ctypes
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from misbehaving import SQUARE, Polite

from klarsyn.domain.finding import LesionType
from klarsyn.engine.contract import RawRegion

with contextlib.suppress(ImportError):  # not on every platform
    import fcntl


def attempt(what: Callable[[], object]) -> float:
    """0 when the system refused, 1 when it allowed."""
    try:
        what()
    except OSError:
        return 0.0
    return 1.0


def _reach_the_network() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as talker:
        talker.settimeout(0.2)
        talker.connect(("127.0.0.1", int(Path("home/../port").read_text()) if Path("port").exists() else 9))


def _call(name: str, *words: int | bytes | None) -> None:
    """Call the C library, whose functions tell an error by -1."""
    libc = ctypes.CDLL(None, use_errno=True)
    if getattr(libc, name)(*words) == -1:
        raise OSError(ctypes.get_errno(), name)


def _signal_by_descriptor() -> None:
    reading, _ = os.pipe()
    fcntl.fcntl(reading, fcntl.F_SETOWN, os.getppid())


class Escapes(Polite):
    """Tries one way out for each mark; the mark's score says whether it got through."""

    ways: ClassVar[dict[str, Callable[[], object]]] = {
        "inet socket": lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close(),
        "inet6 socket": lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close(),
        "unix socket": lambda: socket.socket(socket.AF_UNIX, socket.SOCK_STREAM).close(),
        "child process": lambda: subprocess.run([sys.executable, "-c", ""], check=False),
        "fork": lambda: os.fork() or os._exit(0),
        "read passwords": lambda: Path("/etc/passwd").read_bytes(),
        "list the parent folder": lambda: os.listdir(".."),
        "write elsewhere": lambda: Path("../escaped").write_text("x"),
        "write to temp": lambda: Path("/tmp/klarsyn-escaped").write_text("x"),
        "truncate its parent's memory": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "signal its parent": lambda: os.kill(os.getppid(), 0),
        "change rights of others": lambda: os.chmod("..", 0o777),
        "raise its own limits": lambda: __import__("resource").prlimit(
            os.getppid(), __import__("resource").RLIMIT_NOFILE
        ),
        # Each asks for what holds already, so that one that gets through does no harm.
        "choose its parent's processors": lambda: os.sched_setaffinity(
            os.getppid(), os.sched_getaffinity(os.getppid())
        ),
        "slow its parent": lambda: os.sched_setscheduler(os.getppid(), os.SCHED_OTHER, os.sched_param(0)),
        "slow its parent by its priority": lambda: os.setpriority(os.PRIO_PROCESS, os.getppid(), 0),
        "own its parent's signals": _signal_by_descriptor,
        "hold its parent": lambda: os.close(os.pidfd_open(os.getppid())),
        "outlive its parent": lambda: _call("prctl", 1, int(signal.SIGKILL), 0, 0, 0),
        "hide its open files": lambda: _call("prctl", 4, 0, 0, 0, 0),
        "file in memory": lambda: os.close(os.memfd_create("x")),
        "shared memory": lambda: _call("shmget", 0, 4096, 0o600),
        "queue of messages": lambda: _call("msgget", 0, 0o600),
        "semaphores": lambda: _call("semget", 0, 1, 0o600),
        "named queue": lambda: _call("mq_open", b"/klarsyn-escaped", os.O_RDWR, 0, None),
    }

    def analyse(self, exam, progress):
        view = exam.views[0].view_id
        regions = tuple(
            RawRegion(view, None, SQUARE, LesionType.SOFT_TISSUE, attempt(way)) for way in self.ways.values()
        )
        return self.result(exam, regions=regions)


def refusal_of(what: Callable[[], object]) -> float:
    """The number of the system's error, 0 when it allowed."""
    try:
        what()
    except OSError as error:
        return float(error.errno)
    return 0.0


def times_of(file: int) -> tuple[int, int]:
    return os.fstat(file).st_atime_ns, os.fstat(file).st_mtime_ns


class ChangesOthersFiles(Polite):
    """Changes a file that it may only read, in ways that change nothing where they should get through.

    The file is this very one, outside the folder of the run. The mark's score is the error's number: the
    filter's own, and not that of a file system which has no such attributes.
    """

    path: ClassVar[str] = str(Path(__file__).resolve())
    ways: ClassVar[dict[str, Callable[[str, int], object]]] = {
        "fchmod": lambda path, file: os.fchmod(file, stat.S_IMODE(os.fstat(file).st_mode)),
        "chmod": lambda path, file: os.chmod(path, stat.S_IMODE(os.fstat(file).st_mode)),
        "fchown": lambda path, file: os.fchown(file, -1, -1),
        "chown": lambda path, file: os.chown(path, -1, -1),
        "lchown": lambda path, file: os.lchown(path, -1, -1),
        "fsetxattr": lambda path, file: os.setxattr(file, "user.klarsyn", b"", os.XATTR_REPLACE),
        "setxattr": lambda path, file: os.setxattr(path, "user.klarsyn", b"", os.XATTR_REPLACE),
        "lsetxattr": lambda path, file: os.setxattr(
            path, "user.klarsyn", b"", os.XATTR_REPLACE, follow_symlinks=False
        ),
        "fremovexattr": lambda path, file: os.removexattr(file, "user.klarsyn"),
        "removexattr": lambda path, file: os.removexattr(path, "user.klarsyn"),
        "lremovexattr": lambda path, file: os.removexattr(path, "user.klarsyn", follow_symlinks=False),
        "utimensat": lambda path, file: os.utime(path, ns=times_of(file)),
        "futimens": lambda path, file: os.utime(file, ns=times_of(file)),
        "seal for ever": lambda path, file: fcntl.ioctl(file, 0x40806685, 0),  # FS_IOC_ENABLE_VERITY
    }

    def analyse(self, exam, progress):
        file = os.open(self.path, os.O_RDONLY)
        view = exam.views[0].view_id
        regions = tuple(
            RawRegion(view, None, SQUARE, LesionType.SOFT_TISSUE, refusal_of(lambda: way(self.path, file)))  # noqa: B023
            for way in self.ways.values()
        )
        return self.result(exam, regions=regions)


class DeletesWhatItWrites(Polite):
    """Fills the disk with files that no folder shows, and keeps them open."""

    def analyse(self, exam, progress):
        held = []
        for number in range(4):
            held.append(os.open(f"hidden-{number}", os.O_CREAT | os.O_RDWR))
            os.unlink(f"hidden-{number}")
            os.write(held[-1], bytes(2**20))
        time.sleep(60)
        return self.result(exam)


class KeepsPixels(Polite):
    """Leaves pixels in shared memory that outlives it; its evidence is 1 where the next run may get them."""

    key: ClassVar[int] = 0x4B4C4152

    def analyse(self, exam, progress):
        libc = ctypes.CDLL(None, use_errno=True)
        kept = libc.shmget(self.key, 0, 0) != -1
        if not kept and (segment := libc.shmget(self.key, 8192, 0o1600)) != -1:
            libc.shmat.restype = ctypes.c_void_p
            pixels = exam.views[0].pixels.tobytes()
            ctypes.memmove(libc.shmat(segment, None, 0), pixels, len(pixels))
        return self.result(exam, raw=float(kept))


class ChoosesItsProcessors(Polite):
    """No attack: its evidence is 1 where it may run on one processor only, by 0 and by its own number."""

    def analyse(self, exam, progress):
        one = {min(os.sched_getaffinity(0))}
        return self.result(
            exam, raw=attempt(lambda: [os.sched_setaffinity(p, one) for p in (0, os.getpid())])
        )


class TellsWhatItSees(Polite):
    """Its evidence is 1 when nothing but the expected is in its environment, folder and arguments."""

    def analyse(self, exam, progress):
        allowed = {
            "HOME", "TMPDIR", "LANG", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "PYTHONHASHSEED",
            "ORT_DISABLE_TELEMETRY", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MALLOC_ARENA_MAX",
        }  # fmt: skip
        here = Path.cwd()
        private = os.stat(here).st_mode & 0o077 == 0
        inside = Path(os.environ["HOME"]).parent == here and Path(os.environ["TMPDIR"]).parent == here
        readonly = not exam.views[0].pixels.flags.writeable
        good = set(os.environ) <= allowed and private and inside and readonly
        return self.result(exam, raw=float(good and os.environ["ORT_DISABLE_TELEMETRY"] == "1"))
