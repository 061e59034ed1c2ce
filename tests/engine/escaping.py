"""Engines that try to get out, or look around. Imported by the sealed worker only."""

import contextlib
import os
import socket
import stat
import subprocess
import sys
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
