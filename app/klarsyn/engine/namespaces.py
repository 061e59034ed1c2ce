"""A network of its own with nothing in it, and no privileges: user and network namespaces (Linux).

Standard library only. Must run while the process has one thread: unshare(2) of a user namespace fails
afterwards.
"""

import ctypes
import os
import struct
from pathlib import Path

_NEWUSER, _NEWNET = 0x10000000, 0x40000000
_CAPABILITY_VERSION_3 = 0x20080522
_PR_CAPBSET_DROP = 24


def leave_the_network(libc: ctypes.CDLL) -> str:
    """Move this process to an empty network namespace and return how it was done.

    Raises
    ------
    OSError
        If the kernel or its settings do not allow it.
    """
    user, group = os.getuid(), os.getgid()
    if libc.unshare(_NEWUSER | _NEWNET) == 0:
        # The same numbers inside as outside: own files stay own files.
        for name, line in (
            ("setgroups", "deny"),
            ("uid_map", f"{user} {user} 1"),
            ("gid_map", f"{group} {group} 1"),
        ):
            Path("/proc/self", name).write_text(line)
        return "user and network namespace"
    reason = ctypes.get_errno()
    if libc.unshare(_NEWNET) == 0:  # root without user namespaces
        return "network namespace"
    raise OSError(reason, "the kernel gives no network namespace")


def drop_capabilities(libc: ctypes.CDLL) -> None:
    """Give up every capability, also root's.

    Raises
    ------
    OSError
        If the kernel refuses.
    """
    for number in range(64):
        libc.prctl(_PR_CAPBSET_DROP, number, 0, 0, 0)
    header = struct.pack("=Ii", _CAPABILITY_VERSION_3, 0)
    if libc.capset(header, bytes(24)) != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be dropped")
