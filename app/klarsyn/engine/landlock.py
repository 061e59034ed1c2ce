"""No sight of the rest of the disk: Landlock by its three system calls (Linux 5.13 and later).

Standard library only. Rights are in the order of `include/uapi/linux/landlock.h`, and each version of
the interface adds to those of the one before.
"""

import contextlib
import ctypes
import errno
import os
import stat
import struct
from collections.abc import Iterable
from pathlib import Path

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_O_PATH = 0o10000000
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (
    1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 4, 1 << 5,
)  # fmt: skip
_MAKE_DIR, _MAKE_REG, _REFER, _TRUNCATE = 1 << 7, 1 << 8, 1 << 13, 1 << 14
_READ = _READ_FILE | _READ_DIR
_WRITE = _READ | _WRITE_FILE | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
_START = _READ | _EXECUTE
_FILE_RIGHTS = _EXECUTE | _READ_FILE | _WRITE_FILE | _TRUNCATE
_RIGHTS_OF_VERSION = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_TCP = 0b11
_SCOPES = 0b11  # abstract sockets and signals
_LOWEST = 3  # below it a readable file can be truncated


def version(libc: ctypes.CDLL) -> int:
    """Return the version of Landlock's interface, 0 where there is none."""
    found: int = libc.syscall(_CREATE, None, 0, 1)
    return max(found, 0)


def apply(
    libc: ctypes.CDLL,
    readable: Iterable[Path],
    writable: Iterable[Path],
    executable: Iterable[Path] = (),
) -> None:
    """Restrict this process to these folders and files, for good. Needs no_new_privs.

    What is `executable` may be read as well, and programs may be started from there; nowhere else.
    No TCP, no signals to others and no abstract sockets, where the kernel knows how.

    Raises
    ------
    OSError
        If the kernel has no Landlock, or one older than version 3.
    """
    found = version(libc)
    if found < _LOWEST:
        raise OSError(errno.EOPNOTSUPP, f"Landlock has version {found}, {_LOWEST} is needed")
    handled = (1 << _RIGHTS_OF_VERSION[min(found, 5)]) - 1
    attributes = struct.pack("=QQQ", handled, _TCP if found >= 4 else 0, _SCOPES if found >= 6 else 0)
    # Older kernels know a shorter structure.
    size = 24 if found >= 6 else 16 if found >= 4 else 8
    ruleset = libc.syscall(_CREATE, attributes, ctypes.c_size_t(size), 0)
    if ruleset < 0:
        raise OSError(ctypes.get_errno(), "Landlock makes no rule set")
    try:
        for paths, rights in ((readable, _READ), (writable, _WRITE), (executable, _START)):
            for path in paths:
                _allow(libc, ruleset, path, rights & handled)
        if libc.syscall(_RESTRICT, ruleset, 0) != 0:
            raise OSError(ctypes.get_errno(), "Landlock does not restrict this process")
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError, NotADirectoryError):
        descriptor = os.open(path, _O_PATH | os.O_CLOEXEC)
        try:
            if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
                rights &= _FILE_RIGHTS
            rule = struct.pack("=Qi", rights, descriptor)
            if libc.syscall(_ADD, ruleset, 1, rule, 0) != 0:
                raise OSError(ctypes.get_errno(), "Landlock refuses a rule")
        finally:
            os.close(descriptor)
