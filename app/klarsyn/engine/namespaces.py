"""A network and shared memory of its own with nothing in them, and no privileges: namespaces (Linux).

Standard library only. Must run while the process has one thread: unshare(2) of a user namespace fails
afterwards.
"""

import ctypes
import os
import struct
from pathlib import Path

_NEWUSER, _NEWNET, _NEWIPC = 0x10000000, 0x40000000, 0x08000000
_CAPABILITY_VERSION_3 = 0x20080522
_PR_CAPBSET_DROP = 24


def leave_the_network(libc: ctypes.CDLL) -> str:
    """Move this process to an empty network and, where there are such, IPC namespace; return how.

    What a process leaves in the second (System V shared memory, queues) is gone with it. The filter of
    system calls refuses to make it, so a kernel without such namespaces misses no duty.

    Raises
    ------
    OSError
        If the kernel or its settings do not allow it.
    """
    user, group = os.getuid(), os.getgid()
    for further, named in ((_NEWIPC, ", IPC"), (0, "")):
        if libc.unshare(_NEWUSER | _NEWNET | further) == 0:
            _keep_the_account(user, group)
            return f"user, network{named} namespaces"
    reason = ctypes.get_errno()
    for further, named in ((_NEWIPC, ", IPC"), (0, "")):  # root without user namespaces
        if libc.unshare(_NEWNET | further) == 0:
            return f"network{named} namespace"
    raise OSError(reason, "the kernel gives no network namespace")


def _keep_the_account(user: int, group: int) -> None:
    # The same numbers inside as outside: own files stay own files.
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        Path("/proc/self", name).write_text(line)


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
