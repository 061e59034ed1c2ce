"""The system-call filter of an engine's process: no sockets, no child processes, no other file's rights.

A classic BPF program by prctl(2), in the layout of seccomp(2). Standard library only: this runs before
any engine's code, and before numpy starts its threads.

Landlock does not cover chmod, chown, times, extended attributes and the flags that ioctl sets (kernel
documentation of Landlock, "Current limitations"), by path or by a descriptor opened to read, nor sockets in
the file system. This filter refuses them everywhere, also in the engine's own folder: it need not know paths.
"""

import ctypes
import errno
import os
import platform
import struct

_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT, _SECOND_ARGUMENT = 0, 4, 16, 24  # offsets in struct seccomp_data
_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
_CLONE_THREAD = 0x00010000

# With socketpair: one datagram socket of a pair sends to any other in the file system, and needs no connect.
_NETWORK = ("socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "io_uring_setup")
_CHILDREN = ("fork", "vfork")
_PROGRAMS = ("execve", "execveat")
_OTHERS_FILES = (
    "truncate", "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "fchown", "lchown", "fchownat",
    "setxattr", "lsetxattr", "fsetxattr", "setxattrat", "removexattr", "lremovexattr", "fremovexattr",
    "removexattrat", "file_setattr", "utime", "utimes", "futimesat", "utimensat",
    "mount", "umount2", "chroot", "pivot_root",
)  # fmt: skip
_OTHER_PROCESSES = (
    "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "kcmp", "bpf", "perf_event_open",
    "keyctl", "add_key", "request_key", "userfaultfd", "unshare", "setns", "setpriority", "tkill",
    "pidfd_send_signal",
)  # fmt: skip
# The first argument is a process: allowed for this one only. Limits are read by the C library with 0.
_SELF_ONLY = ("kill", "tgkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo", "prlimit64")

_X86_64 = {
    "socket": 41, "connect": 42, "accept": 43, "bind": 49, "listen": 50, "fork": 57, "vfork": 58,
    "execve": 59, "truncate": 76, "chmod": 90, "fchmod": 91, "chown": 92, "fchown": 93, "lchown": 94,
    "ptrace": 101, "pivot_root": 155, "chroot": 161, "mount": 165, "umount2": 166, "setxattr": 188,
    "lsetxattr": 189, "fsetxattr": 190, "removexattr": 197, "lremovexattr": 198, "fremovexattr": 199,
    "ioctl": 16, "add_key": 248, "request_key": 249, "keyctl": 250, "fchownat": 260, "fchmodat": 268,
    "unshare": 272, "accept4": 288, "perf_event_open": 298, "prlimit64": 302,
    "setns": 308, "process_vm_readv": 310, "process_vm_writev": 311, "kcmp": 312, "bpf": 321,
    "execveat": 322, "userfaultfd": 323, "clone": 56, "clone3": 435, "kill": 62, "tkill": 200,
    "tgkill": 234, "rt_sigqueueinfo": 129, "rt_tgsigqueueinfo": 297, "setpriority": 141, "utime": 132,
    "utimes": 235, "futimesat": 261, "utimensat": 280, "socketpair": 53,
}  # fmt: skip
_AARCH64 = {
    "setxattr": 5, "lsetxattr": 6, "fsetxattr": 7, "removexattr": 14, "lremovexattr": 15, "fremovexattr": 16,
    "ioctl": 29, "umount2": 39, "mount": 40, "fchmod": 52, "fchown": 55,
    "pivot_root": 41, "truncate": 45, "chroot": 51, "fchmodat": 53, "fchownat": 54, "unshare": 97,
    "ptrace": 117, "socket": 198, "bind": 200, "listen": 201, "accept": 202, "connect": 203,
    "add_key": 217, "request_key": 218, "keyctl": 219, "clone": 220, "execve": 221, "perf_event_open": 241,
    "accept4": 242, "prlimit64": 261, "setns": 268, "process_vm_readv": 270, "process_vm_writev": 271,
    "kcmp": 272, "bpf": 280, "execveat": 281, "userfaultfd": 282, "clone3": 435, "utimensat": 88,
    "kill": 129, "tkill": 130, "tgkill": 131, "rt_sigqueueinfo": 138, "rt_tgsigqueueinfo": 240,
    "setpriority": 140, "socketpair": 199,
}  # fmt: skip
# Calls newer than the common table have one number everywhere.
_COMMON = {
    "pidfd_send_signal": 424, "io_uring_setup": 425, "pidfd_getfd": 438, "fchmodat2": 452,
    "setxattrat": 463, "removexattrat": 466, "file_setattr": 469,
}  # fmt: skip
_MACHINES = {"x86_64": (0xC000003E, _X86_64 | _COMMON), "aarch64": (0xC00000B7, _AARCH64 | _COMMON)}


def program(machine: str, pid: int, *, may_become_another: bool = False) -> bytes:
    """Return the filter for the process `pid` on a machine type of `platform.machine()`.

    With `may_become_another` it may start another program in its own place, which Landlock then chooses and
    this filter goes on binding; it still makes no second process.

    Raises
    ------
    OSError
        If Klarsyn has no table for that machine.
    """
    if machine not in _MACHINES:
        raise OSError(errno.ENOSYS, f"no system-call table for {machine}")
    architecture, numbers = _MACHINES[machine]
    lines = [
        _statement(_LOAD, _ARCHITECTURE),
        _jump(_EQUAL, architecture, 1, 0),
        _statement(_RETURN, _KILL),
        _statement(_LOAD, _NUMBER),
        # The x32 calls of x86-64 are the same calls by other numbers.
        _jump(_AT_LEAST, 0x40000000, 0, 1),
        _statement(_RETURN, _KILL),
        # glibc falls back to clone, whose flags a filter can see, when clone3 does not exist.
        _jump(_EQUAL, numbers["clone3"], 0, 1),
        _statement(_RETURN, _ERRNO | errno.ENOSYS),
    ]
    programs = () if may_become_another else _PROGRAMS
    for name in (*_NETWORK, *_CHILDREN, *programs, *_OTHERS_FILES, *_OTHER_PROCESSES):
        if name in numbers:
            lines += [_jump(_EQUAL, numbers[name], 0, 1), _statement(_RETURN, _ERRNO | errno.EACCES)]
    for name in _SELF_ONLY:
        lines += [
            _jump(_EQUAL, numbers[name], 0, 5),
            _statement(_LOAD, _FIRST_ARGUMENT),
            _jump(_EQUAL, pid, 2, 0),
            _jump(_EQUAL, 0, 1 if name == "prlimit64" else 0, 0),
            _statement(_RETURN, _ERRNO | errno.EACCES),
            _statement(_RETURN, _ALLOW),
        ]
    lines += [
        # Of ioctl only what asks a terminal or changes one's own descriptor (both of type "T"): others set
        # flags of a file, or seal it for ever, through a descriptor that may only read it.
        _jump(_EQUAL, numbers["ioctl"], 0, 5),
        _statement(_LOAD, _SECOND_ARGUMENT),
        _statement(_AND, 0xFFFFFF00),
        _jump(_EQUAL, 0x5400, 1, 0),
        _statement(_RETURN, _ERRNO | errno.EACCES),
        _statement(_RETURN, _ALLOW),
        # A clone that makes a thread is fine, one that makes a process is not.
        _jump(_EQUAL, numbers["clone"], 0, 3),
        _statement(_LOAD, _FIRST_ARGUMENT),
        _jump(_ANY_BIT, _CLONE_THREAD, 1, 0),
        _statement(_RETURN, _ERRNO | errno.EACCES),
        _statement(_RETURN, _ALLOW),
    ]
    return b"".join(lines)


def apply(libc: ctypes.CDLL, *, may_become_another: bool = False) -> None:
    """Install the filter for this process, for good. Needs no_new_privs.

    Raises
    ------
    OSError
        If the machine or the kernel cannot.
    """
    code = program(platform.machine(), os.getpid(), may_become_another=may_become_another)
    buffer = ctypes.create_string_buffer(code, len(code))

    class Program(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    prog = Program(len(code) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    if libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(prog), 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp is not available")


def _statement(code: int, value: int) -> bytes:
    return struct.pack("=HBBI", code, 0, 0, value)


def _jump(code: int, value: int, if_true: int, if_false: int) -> bytes:
    return struct.pack("=HBBI", code, if_true, if_false, value)
